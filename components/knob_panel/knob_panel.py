"""KnobPanel: what can be turned on one part: its equation, a slider and a number for each knob, choices, meanings."""

from __future__ import annotations

import param

from components.base import Component


class KnobPanel(Component):
    """Knobs that act while they are turned.

    Event: ``{"type": "set", "name", "value", "final"}``. While a slider is dragged there is at most one a frame, with
    ``final`` false; the release, Enter, a choice or a double-click (back to the default) send one with ``final`` true.
    A number outside the bounds is refused here with a sentence, and nothing is sent. A refusal stands until the next
    key or press anywhere, or until ``knobs`` changes.

    A drag leaves a mark at the value before it. Python may set ``knobs`` at any time: a knob that is being dragged or
    typed into keeps what the viewer does.
    """

    title = param.String(default="", doc="What is turned, such as “Leaky · hidden”.")
    subtitle = param.String(default="", doc="One line below the title.")
    equation = param.List(default=[], item_type=str, doc="Lines of LaTeX, drawn as MathML without any download.")
    knobs = param.List(
        default=[],
        doc="""[{"name", "label", "where", "symbol", "unit", "value", "default", "lo", "hi", "step", "meaning",
        "source", "choices", "placeholder", "structural", "slider"}]. ``label`` stands beside the symbol instead of
        ``name``; ``where``, such as "lif1.beta", begins a refusal. ``from`` and ``to`` are the ends of a slider that
        covers less than may be typed. ``unit`` "1" is dimensionless and not written; without ``lo`` or ``hi``, or with
        ``slider`` false, there is no slider; a whole ``step`` takes whole numbers only. ``choices``, a list of texts or
        of {"value", "label"}, make a select; a ``value`` of true or false makes a switch, a text makes a field with
        that ``placeholder``, a list is said as "per neuron (32 values, mean 0.91)". ``structural`` knobs say that the
        network is rebuilt, and send nothing before their release.""",
    )
    empty = param.String(default="", doc="What stands there without knobs and title.")

    def refuse(self, name: str, message: str) -> None:
        """Say under the knob ``name`` why its last value was not taken; the knob shows what ``knobs`` says again."""
        self._send_msg({"type": "refuse", "name": name, "message": message})
