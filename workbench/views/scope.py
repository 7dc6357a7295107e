"""Time: the raster of every layer, traces of chosen neurons, one axis. Frames go from the lane straight to its feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import panel as pn

from components.scope import Scope
from workbench.design import Design
from workbench.design.parts import part
from workbench.design.probing import FULL, MOST_TRACES, drawn, merged, toggled
from workbench.session import Session
from workbench.views.captions import node_colours
from workbench.views.moments import follow

if TYPE_CHECKING:
    from workbench.run import Frame, Simulation

HISTORY_STEPS = 10_000
WINDOW_STEPS = 200
REBUILT = "rebuilt"  # where a changed network goes on, so that a jump of a trace explains itself


class Trace(NamedTuple):
    """One neuron's state as it is drawn: `column` is its place in a frame's traces."""

    node: str
    state: str
    neuron: int
    column: int

    @property
    def name(self) -> str:
        """How the scope calls it: "hidden 3", or "hidden 3 syn" where it is not the membrane."""
        return f"{self.node} {self.neuron}" if self.state == "mem" else f"{self.node} {self.neuron} {self.state}"


class ScopeView:
    """Tells the scope what runs and what happens; a click on a neuron becomes a probe, the × at a trace ends it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._first: dict[str, int] = {}
        self._shown: list[Trace] = []
        self._run: tuple[str, Simulation] | None = None  # what was drawn last, and of which design
        self._rebuilt = -1  # the step from which another network runs on
        self.scope = Scope(
            history=HISTORY_STEPS,
            window=WINDOW_STEPS,
            dt=pn.bind(lambda design: design.dt_ms, session.document.param.design),
            dark=session.selection.param.dark,
            sizing_mode="stretch_both",
        )
        self.scope.on_event(self.hear)
        session.playback.rebuilt.listen(self._begin)
        session.playback.frames.listen(self._draw)
        follow(session, lambda moment: None, lambda: session.runner.simulate.tell(self._clear))

    # In the simulate lane ------------------------------------------------------------------------------------------

    def _begin(self, sim: Simulation) -> None:
        """Layers, probes or time have changed: the scope is told before the first frame of the new run arrives."""
        colours, first = node_colours(sim.design), 0
        self._first, bands = {}, []
        for layer in (*sim.layers, *sim.readouts):
            node, size = layer["id"], layer["n"]
            self._first[node] = first
            way = "click to draw its membrane" if probed(sim.design, node) else ""
            bands.append({"id": node, "name": node, "n": size, "color": colours.get(node, ""), "pick": way})
            first += size
        self._shown = [
            Trace(node, state, neuron, column)
            for (node, state), neurons in merged(sim.probes).items()
            for column, neuron in enumerate(neurons)
            if node in self._first and neuron not in neurons[:column]
        ][:MOST_TRACES]
        traces = [
            {
                "id": self._first[trace.node] + trace.neuron,
                "name": trace.name,
                "color": colours.get(trace.node, ""),
                "theta": threshold(sim.design, trace.node, trace.neuron),
                "lo": None,
                "hi": None,
            }
            for trace in self._shown
        ]
        self.scope.arrange(bands, traces)
        self.scope.feed.rewind(sim.t)
        before, self._run = self._run, (sim.design.id, sim)
        if before is not None and before[0] == sim.design.id and before[1] is not sim and sim.t:
            self._rebuilt = sim.t
            self.scope.feed.mark(sim.t, REBUILT)

    def _clear(self) -> None:
        """Nothing runs, and what ran was another design."""
        self._first, self._shown, self._run = {}, [], None
        self.scope.arrange([], [])
        self.scope.reset()

    def _draw(self, frame: Frame) -> None:
        """Every spike and every traced value of the frame; a line where a presentation began."""
        for shown in frame.presentations:
            label = "✎" if shown.label is None else str(shown.label)
            self.scope.feed.mark(shown.start, f"{REBUILT} · {label}" if shown.start == self._rebuilt else label)
        counts, ids = in_time_order(frame, self._first)
        self.scope.feed.push(frame.t0, counts, ids, traced(frame, self._shown))

    # On the loop ---------------------------------------------------------------------------------------------------

    def hear(self, event: dict[str, Any]) -> None:
        """Take an event of the scope: a neuron that was picked, a trace that is to go."""
        session, design = self._session, self._session.document.design
        if event["type"] == "pick":
            node, neuron = event["band"], event["neuron"]
            drawn_now = merged(design.probes).get((node, probed(design, node)), ())
            if neuron not in drawn_now:
                probe(session, node, neuron)
        elif event["type"] == "drop":
            for trace in self._shown:
                if trace.name == event["trace"] and trace.neuron in merged(design.probes).get(trace[:2], ()):
                    toggle(session, trace.node, trace.state, trace.neuron)


def traced(frame: Frame, shown: list[Trace]) -> np.ndarray:
    """The values (traces, steps) of these."""
    rows = [frame.traces[one.node][one.state][:, one.column] for one in shown]
    return np.stack(rows) if rows else np.zeros((0, frame.t1 - frame.t0), np.float32)


def in_time_order(frame: Frame, first: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Spikes of all layers as the scope takes them: how many in each step, and the neurons, step after step."""
    firing = [node for node in first if node in frame.spikes]
    times = np.concatenate([frame.spikes[node][0] for node in firing] or [np.zeros(0, np.int64)])
    ids = np.concatenate([frame.spikes[node][1] + first[node] for node in firing] or [np.zeros(0, np.int64)])
    order = np.argsort(times, kind="stable")
    counts = np.bincount(times - frame.t0, minlength=frame.t1 - frame.t0)
    return counts, ids[order]


def threshold(design: Design, node: str, neuron: int) -> float | None:
    """The θ of one neuron, None where its model has none; a row of one entry holds for all."""
    value = design.values(node).get("threshold")
    if not isinstance(value, tuple):
        return value
    return value[neuron if len(value) > 1 else 0]


def probed(design: Design, node: str) -> str:
    """The state of a node that a click draws: the membrane of a neuron; empty for what has none."""
    if node not in design or part(design.node(node).kind).group != "neurons":
        return ""
    return next(state for state in part(design.node(node).kind).states if state != "spk")


def probe(session: Session, node: str, neuron: int) -> None:
    """Draw the membrane of this neuron from now on, or no longer."""
    if state := probed(session.document.design, node):
        toggle(session, node, state, neuron)


def toggle(session: Session, node: str, state: str, neuron: int) -> None:
    """Draw this state of a neuron from now on, or no longer, as one gesture; the scope has room for so many."""
    design = session.document.design
    probes = toggled(design.probes, node, state, neuron)
    more = neuron not in merged(design.probes).get((node, state), ())
    if more and drawn(design, probes) > MOST_TRACES:
        session.refuse(FULL)
        return
    fields = [{"node": one.node, "state": one.state, "neurons": list(one.neurons)} for one in probes]
    said = f"Probe {node} {neuron}" if more else f"Stop drawing {node} {neuron}"
    session.edit({"op": "change", "fields": {"probes": fields}}, said=said)
