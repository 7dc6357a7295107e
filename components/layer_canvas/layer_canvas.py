"""LayerCanvas: nodes and wires on an endless sheet, alive with rates; errors appear at their port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import param

from components.base import ReactComponent

ROWS, COLUMNS = 8, 64


class LayerCanvas(ReactComponent):
    """A graph editor that draws what Python says and reports every gesture; it judges nothing itself.

    A port is written ``"node.port"``, a wire ``"node.port->node.port"`` (in ``selection`` and in the events).

    Events (plain dicts for ``on_event``), each of which Python answers by setting ``nodes``, ``wires`` and
    ``selection`` or by ``refuse``:

    - ``{"type": "add", "kind", "x", "y"}``: a part was dropped; (x, y) is the node's upper left corner. With ``"port"``
      it was chosen for the loose wire at that port, with ``"wire"`` it was dropped on that wire.
    - ``{"type": "pick", "port"}``: a wire is being drawn from this port; Python may answer by ``show_fits``. With an
      empty ``port`` it is drawn no more, and nobody waits for an answer.
    - ``{"type": "offer", "port"}``: that wire was let go where nothing is, or (``port`` empty) the empty sheet was
      clicked twice; Python answers by ``offer`` with the parts to choose from.
    - ``{"type": "wire", "source", "target"}``: a wire was drawn, by dragging or by two clicks.
    - ``{"type": "delay", "source", "target", "delay"}``: the delay of a selected wire was changed, in steps.
    - ``{"type": "remove", "nodes": [id], "wires": [wire]}``: Delete or Backspace on the selection.
    - ``{"type": "copy" | "cut", "nodes": [id]}``: Ctrl+C or Ctrl+X on the selection; Python answers by ``copy_text``.
    - ``{"type": "cut_away", "nodes": [id]}``: that text is on the clipboard, and these nodes were to be cut with it.
    - ``{"type": "uncopied"}``: the browser did not let that text onto its clipboard.
    - ``{"type": "paste", "text"}``: Ctrl+V, with whatever text the clipboard holds.
    - ``{"type": "move", "positions": {id: [x, y]}}``: once at the end of a drag or of a row of arrow keys.
    - ``{"type": "select", "nodes": [id], "wires": [wire]}``: something else was selected; ``selection`` is to follow.
    - ``{"type": "fix", "node", "port", "message", "refused", "fix"}``: button ``fix`` was pressed, of the problem with
      this sentence there or (``refused``) of the refusal; the problems may be others by now.
    """

    nodes = param.List(
        default=[],
        doc="""[{"id", "kind", "title", "badge", "name", "subtitle", "shape", "color", "x", "y", "inputs", "outputs",
        "light", "note"}]; ports are [{"id", "label", "shape"}], ``color`` a token such as "layer0" or empty, ``light``
        one of "ready", "loose", "error", "running", ``note`` what a pointer resting on the node reads. ``badge``, a
        word on the edge, and ``name``, what the subtitle is about and the first to be shortened, may be missing.
        ``"live": true`` keeps room for rate and activity; left out, nodes with a colour have it.""",
    )
    wires = param.List(default=[], doc="""[{"source", "target", "delay"}], the delay in steps.""")
    problems = param.List(
        default=[],
        doc="""[{"node", "port", "message", "fixes": [label]}]; ``port`` empty: the node itself. Each marks its port;
        the first new one opens its bubble.""",
    )
    selection = param.Dict(default={"nodes": [], "wires": []}, doc="What Python wants selected.")
    stale = param.Boolean(default=False, doc="Whether rates and activity belong to a network that is no longer drawn.")
    drawing = param.String(default="", doc="Identity of what is drawn, such as a design's id; a change fits the view.")
    empty = param.String(
        default="Drag a part here, or press / to insert one.", doc="The sentence of a canvas without nodes."
    )
    autofocus = param.Boolean(default=False, doc="Whether the canvas takes the keyboard when it appears.")

    def set_rates(self, rates: Mapping[str, float]) -> None:
        """Show mean firing rates in Hz by node id; nodes that are not named keep theirs."""
        self._send_msg({"type": "rates", "rates": {node: float(rate) for node, rate in rates.items()}})

    def set_activity(self, activity: Mapping[str, np.ndarray]) -> None:
        """Draw a strip of recent spikes into nodes: by node id a (rows ≤ 8, columns ≤ 64) array, newest column last.

        A cell holds the spikes of some neurons in some steps, as booleans or counts; each strip is scaled to its own
        fullest cell. Nodes that are not named keep theirs. Raises ValueError when an array has another form.
        """
        shapes, parts = [], []
        for node, cells in activity.items():
            counts = np.asarray(cells)
            if counts.ndim != 2 or counts.shape[0] > ROWS or counts.shape[1] > COLUMNS:
                raise ValueError(
                    f"LayerCanvas.set_activity: {node} has cells of shape {counts.shape}; "
                    f"allowed are at most {ROWS} rows and {COLUMNS} columns."
                )
            shapes.append(list(counts.shape))
            peak = max(float(counts.max(initial=0)), 1.0)
            parts.append(np.ceil(np.clip(counts, 0, peak) * (255 / peak)).astype(np.uint8).tobytes())
        self._send_msg({"type": "activity", "ids": list(activity), "shapes": shapes, "data": b"".join(parts)})

    def clear_live(self) -> None:
        """Take all rates and activity off the nodes."""
        self._send_msg({"type": "clear"})

    def refuse(self, port: str, message: str, fixes: Sequence[str] = ()) -> None:
        """Say at ``port`` why the wire just drawn cannot be; ``fixes`` are labels of buttons."""
        self._send_msg({"type": "refuse", "port": port, "message": message, "fixes": list(fixes)})

    def withdraw(self) -> None:
        """Take away the wire that was refused, with what was said of it: the drawing has become another one."""
        self._send_msg({"type": "withdraw"})

    def show_fits(self, port: str, fits: Mapping[str, str]) -> None:
        """While a wire is drawn from ``port``: the ports where it may end (``fits[other]`` empty) and where not, and
        why. May come in parts; ports of which nothing is said may be tried."""
        self._send_msg({"type": "fits", "port": port, "fits": dict(fits)})

    def offer(self, port: str, parts: Sequence[Mapping[str, str]]) -> None:
        """Open the list of ``parts``, {"kind", "title", "group", "meaning"}, where ``offer`` was asked for with this
        ``port``; a list that is open for another one by now stays as it is."""
        self._send_msg({"type": "offer", "port": port, "parts": [dict(part) for part in parts]})

    def copy_text(self, text: str, cut: Sequence[str] = ()) -> None:
        """Put ``text`` on the viewer's clipboard; browsers allow it for a few seconds after a key press.

        Once it is there, the event ``cut_away`` names the nodes ``cut``, which may go only then.
        """
        self._send_msg({"type": "clip", "text": text, "cut": list(cut)})

    def fit(self) -> None:
        """Show the whole drawing."""
        self._send_msg({"type": "fit"})

    def focus(self) -> None:
        """Give the canvas the keyboard."""
        self._send_msg({"type": "focus"})
