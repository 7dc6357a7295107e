"""Time: the raster of every layer, traces of chosen neurons, one axis. Frames go from the lane straight to its feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from components.scope import Scope
from workbench.design import Design
from workbench.design.parts import part
from workbench.session import Session
from workbench.views.captions import node_colours

if TYPE_CHECKING:
    from workbench.run import Frame, Simulation

HISTORY_STEPS = 10_000
WINDOW_STEPS = 200
MOST_TRACES = 8


class ScopeView:
    """Keeps the scope's bands and traces true to what runs, and turns a click on a neuron into a probe."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._first: dict[str, int] = {}
        self._shown: dict[tuple[str, str], int] = {}
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
        chosen = [(probe.node, probe.state, neuron) for probe in sim.probes for neuron in probe.neurons]
        chosen = [one for one in chosen if one[0] in self._first][:MOST_TRACES]
        self._shown = dict(Counter((node, state) for node, state, _ in chosen))
        traces = [
            {
                "id": self._first[node] + neuron,
                "name": f"{node} {neuron}" if state == "mem" else f"{node} {neuron} {state}",
                "color": colours.get(node, ""),
                "theta": threshold(sim.design, node, neuron),
                "lo": None,
                "hi": None,
            }
            for node, state, neuron in chosen
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


def traced(frame: Frame, shown: dict[tuple[str, str], int]) -> np.ndarray:
    """The values (traces, steps) of the first so many probed neurons of each (node, state)."""
    rows = [frame.traces[node][state][:, :count].T for (node, state), count in shown.items()]
    return np.concatenate(rows) if rows else np.zeros((0, frame.t1 - frame.t0), np.float32)


def in_time_order(frame: Frame, first: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Spikes of all layers as the scope takes them: how many in each step, and the neurons, step after step."""
    times = np.concatenate([frame.spikes[node][0] for node in first] or [np.zeros(0, np.int64)])
    ids = np.concatenate([frame.spikes[node][1] + start for node, start in first.items()] or [np.zeros(0, np.int64)])
    order = np.argsort(times, kind="stable")
    counts = np.bincount(times - frame.t0, minlength=frame.t1 - frame.t0)
    return counts, ids[order]


def threshold(design: Design, node: str, neuron: int) -> float | None:
    """The θ of one neuron, None where its model has none."""
    value = design.values(node).get("threshold")
    return value[neuron] if isinstance(value, tuple) else value


def probe(session: Session, node: str, neuron: int) -> None:
    """Draw the membrane of this neuron from now on, or no longer."""
    design = session.document.design
    if node not in design or part(design.node(node).kind).group != "neurons":
        return
    state = next(state for state in part(design.node(node).kind).states if state != "spk")
    session.edit(
        {"op": "change", "fields": {"probes": toggled(design.to_json()["probes"], node, state, neuron)}},
        said=f"Probe {node} {neuron}",
    )


def toggled(probes: Sequence[dict[str, Any]], node: str, state: str, neuron: int) -> list[dict[str, Any]]:
    """The probes with this neuron added, or taken away where it was there."""
    kept, mine = [], set()
    for one in probes:
        if (one["node"], one["state"]) == (node, state):
            mine = set(one["neurons"])
        else:
            kept.append(one)
    mine ^= {neuron}
    return [*kept, {"node": node, "state": state, "neurons": sorted(mine)}] if mine else kept
