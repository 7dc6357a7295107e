"""Time: the raster of every layer, traces of chosen neurons, one axis. Frames go from the lane straight to its feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from components.scope import Scope
from workbench.design import Design
from workbench.design.parts import part
from workbench.session import Session
from workbench.session.probing import MOST_TRACES, drawn, merged, toggled
from workbench.views.captions import node_colours

if TYPE_CHECKING:
    from workbench.run import Frame, Simulation

HISTORY_STEPS = 10_000
WINDOW_STEPS = 200


class ScopeView:
    """Keeps the scope's bands and traces true to what runs, and turns a click on a neuron into a probe."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._first: dict[str, int] = {}
        self._shown: list[tuple[str, str, int]] = []  # node, state, column in a frame's traces
        self.scope = Scope(
            history=HISTORY_STEPS,
            window=WINDOW_STEPS,
            dark=session.selection.param.dark,
            sizing_mode="stretch_both",
        )
        self.scope.on_event(self._hear)
        session.playback.rebuilt.listen(self._begin)
        session.playback.frames.listen(self._draw)

    # In the simulate lane ------------------------------------------------------------------------------------------

    def _begin(self, sim: Simulation) -> None:
        """Layers, probes or time have changed: the scope is told before the first frame of the new run arrives."""
        colours, first = node_colours(sim.design), 0
        self._first, bands = {}, []
        for layer in sim.layers:
            node, size = layer["id"], layer["n"]
            self._first[node] = first
            bands.append({"id": node, "name": node, "n": size, "color": colours.get(node, "")})
            first += size
        chosen = [
            (node, state, neuron, column)
            for (node, state), neurons in merged(sim.probes).items()
            for column, neuron in enumerate(neurons)
            if node in self._first and neuron not in neurons[:column]
        ][:MOST_TRACES]
        self._shown = [(node, state, column) for node, state, _, column in chosen]
        traces = [
            {
                "id": self._first[node] + neuron,
                "name": f"{node} {neuron}" if state == "mem" else f"{node} {neuron} {state}",
                "color": colours.get(node, ""),
                "theta": threshold(sim.design, node, neuron),
                "lo": None,
                "hi": None,
            }
            for node, state, neuron, _ in chosen
        ]
        self.scope.param.update(bands=bands, traces=traces, dt=sim.design.dt_ms)
        self.scope.feed.rewind(sim.t)

    def _draw(self, frame: Frame) -> None:
        """Every spike and every traced value of the frame; a line where a presentation began."""
        for shown in frame.presentations:
            self.scope.feed.mark(shown.start, "✎" if shown.label is None else str(shown.label))
        counts, ids = in_time_order(frame, self._first)
        self.scope.feed.push(frame.t0, counts, ids, traced(frame, self._shown))

    # On the loop ---------------------------------------------------------------------------------------------------

    def _hear(self, event: dict[str, Any]) -> None:
        if event["type"] == "pick":
            probe(self._session, event["band"], event["neuron"])


def traced(frame: Frame, shown: list[tuple[str, str, int]]) -> np.ndarray:
    """The values (traces, steps) of these (node, state, column)."""
    rows = [frame.traces[node][state][:, column] for node, state, column in shown]
    return np.stack(rows) if rows else np.zeros((0, frame.t1 - frame.t0), np.float32)


def in_time_order(frame: Frame, first: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Spikes of all layers as the scope takes them: how many in each step, and the neurons, step after step."""
    times = np.concatenate([frame.spikes[node][0] for node in first] or [np.zeros(0, np.int64)])
    ids = np.concatenate([frame.spikes[node][1] + start for node, start in first.items()] or [np.zeros(0, np.int64)])
    order = np.argsort(times, kind="stable")
    counts = np.bincount(times - frame.t0, minlength=frame.t1 - frame.t0)
    return counts, ids[order]


def threshold(design: Design, node: str, neuron: int) -> float | None:
    """The θ of one neuron, None where its model has none; a row of one entry holds for all."""
    value = design.values(node).get("threshold")
    if not isinstance(value, tuple):
        return value
    return value[neuron if len(value) > 1 else 0]


def probe(session: Session, node: str, neuron: int) -> None:
    """Draw the membrane of this neuron from now on, or no longer; the scope has room for eight."""
    design = session.document.design
    if node not in design or part(design.node(node).kind).group != "neurons":
        return
    state = next(state for state in part(design.node(node).kind).states if state != "spk")
    probes = toggled(design.probes, node, state, neuron)
    if drawn(design, probes) > max(drawn(design, design.probes), MOST_TRACES):
        session.notice = "Eight traces are drawn at most; take one away first."
        return
    fields = [{"node": one.node, "state": one.state, "neurons": list(one.neurons)} for one in probes]
    session.edit({"op": "change", "fields": {"probes": fields}}, said=f"Probe {node} {neuron}")
