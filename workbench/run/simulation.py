"""`Simulation`: a design with weights, stepped through model time.

With a data set as stimulus the run is a row of presentations of `training.steps` steps, states at rest at the start of
each, just as in training; with a current, a pulse or random spikes time simply goes on. The same steps give the same
spikes in whatever pieces they are taken (exact.py), and the answer to a presentation is the one `evaluate` gives.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from workbench.design.memory import piece
from workbench.design.parts import part
from workbench.design.plan import plan
from workbench.design.settings import reading
from workbench.engine.data import load
from workbench.run.cores import on_one_core
from workbench.run.playable import drawing, playable, put, spiking
from workbench.run.rates import Rates
from workbench.run.recording import Recording
from workbench.run.results import Frame, Presentation, frozen
from workbench.run.seeds import generator
from workbench.run.showing import Showing, sample_draws
from workbench.run.stimulus import current, own_sample, sample
from workbench.run.turning import turn
from workbench.run.votes import Votes
from workbench.run.weights import Weights
from workbench.run.window import Window

if TYPE_CHECKING:
    from workbench.design import Design, Probe

LONGEST_PIECE = 1000  # steps computed at once: enough to be efficient, few enough to keep records small


class Simulation:
    """A live network. One thread at a time may use it; what it hands out is frozen and free.

    `weights` None: those the design starts from. `start`: the model step the clock begins at; a data set then begins
    with the sample that step belongs to. Raises `DesignError` when the design cannot run.

    >>> frame = Simulation(design).step(25)          # doctest: +SKIP
    """

    def __init__(self, design: Design, weights: Weights | None = None, *, start: int = 0) -> None:
        self.design = design
        self._network = playable(design, weights)
        self._plan = plan(design)
        self._emits = spiking(self._network)
        self._sizes = {node: math.prod(self._plan.shapes[node]) for node in self._emits}
        self._votes = Votes(design, math.prod(self._plan.shapes[self._network.output]))
        self._drawing = drawing(self._network)
        self._recording = Recording(self._emits, self._plan.probes)
        self._rates = Rates(self._sizes, design.dt_ms)
        self._longest = piece(design, LONGEST_PIECE)
        self._own: Any = None
        self.weights_version = 0
        self._begin(start)

    # What is there.

    @property
    def t(self) -> int:
        """Model time in steps: those already made."""
        return self._t

    @property
    def presentation(self) -> Presentation | None:
        """The sample being shown, or just shown, with its votes; None where the stimulus is no data set."""
        return self._showing.seen() if self._showing else None

    @property
    def finished(self) -> Presentation | None:
        """The newest sample that has been shown to its end, with all its votes: the same object until another ends.

        None while there is none since the stimulus changed or the clock was set.
        """
        return self._finished

    @property
    def layers(self) -> tuple[Mapping[str, Any], ...]:
        """{"id", "kind", "n"} of every layer that spikes, in running order."""
        rows = ({"id": node, "kind": self.design.node(node).kind, "n": n} for node, n in self._sizes.items())
        return tuple(MappingProxyType(row) for row in rows)

    @property
    def readouts(self) -> tuple[Mapping[str, Any], ...]:
        """The same of every layer of neurons that never spikes and sends its membrane instead."""
        found = (node for node in self._plan.order if node not in self._sizes)
        kinds = {node: self.design.node(node).kind for node in found}
        return tuple(
            MappingProxyType({"id": node, "kind": kind, "n": math.prod(self._plan.shapes[node])})
            for node, kind in kinds.items()
            if part(kind).group == "neurons"
        )

    @property
    def probes(self) -> tuple[Probe, ...]:
        """The probes that are recorded: the design's, as far as their neurons exist."""
        return self._plan.probes

    # Going on.

    @on_one_core()
    @torch.no_grad()
    def step(self, n: int = 1) -> Frame:
        """Make `n` steps and say what happened in them."""
        if n < 1:
            raise ValueError(f"a simulation steps forward by 1 or more steps, got {n}")
        t0, begun = self._t, []
        self._recording.begin()
        while self._t < t0 + n:
            if self._showing and self._t == self._showing.end:
                self._present(self._number + 1)
            if self._showing and self._t == self._showing.start:
                begun.append(self._showing)
            steps = min(t0 + n - self._t, self._longest)
            if self._showing:
                steps = min(steps, self._showing.end - self._t)
            self._piece(steps)
        spikes, traces = self._recording.take()
        return Frame(
            t0=t0,
            t1=self._t,
            spikes=spikes,
            traces=traces,
            rates=MappingProxyType(self._rates.hz()),
            presentations=tuple(showing.seen() for showing in begun),
            votes=frozen(self._showing.votes.copy()) if self._showing else None,
            weights_version=self.weights_version,
        )

    def _piece(self, steps: int) -> None:
        """Some steps within one presentation."""
        inputs = {node: self._arriving(node, steps) for node in self._plan.inputs}
        draws = {node: [draw] for node, draw in self._draws.items()}
        wanted = self._recording.wanted
        out, self._states, record = self._network(inputs, self._states, generator=draws, record=wanted)
        if self._showing:
            self._showing.count(out, self._t)
        self._rates.add(self._recording.add(record, self._t))
        self._t += steps
        if self._showing and self._t == self._showing.end:
            self._finished = self._showing.seen()

    def _arriving(self, node: str, steps: int) -> Tensor:
        shape, stimulus = self._plan.shapes[node], self.design.stimulus
        if self._showing:
            return self._showing.sample.values.reshape(shape).expand(steps, 1, *shape)
        return current(stimulus, shape, self._t, steps, self.design.dt_ms, self._arrivals[node])

    # Turning something while it runs.

    def set(self, node: str, param: str, value: Any) -> None:
        """Turn a live parameter; it counts from the next step on, nothing is rebuilt.

        Raises `DesignError` for a value out of bounds and ValueError for a parameter that changes what is built.
        """
        design = self.design.set(node, **{param: value})
        turn(self._network, design, node, param)
        self.design = design

    def use(self, weights: Weights, version: int) -> None:
        """Go on with other weights, from the next step on; frames then carry `version`. Raises `WeightsError`."""
        put(weights, self._network)
        self.weights_version = version

    def weights(self) -> Weights:
        """A frozen copy of the weights it runs with, as they were given: some are summed in double precision."""
        running = Weights.of(self._network)
        return Weights({node: {name: _single(array) for name, array in of.items()} for node, of in running.items()})

    def watch(self, probes: tuple[Probe, ...]) -> None:
        """Record these from the next step on, in the place of the others; nothing is rebuilt."""
        self.design = replace(self.design, probes=probes)
        self._plan = plan(self.design)
        self._recording = Recording(self._emits, self._plan.probes)

    def stimulus(self, stimulus: Mapping[str, Any]) -> None:
        """Another stimulus from the next step on; the clock goes on.

        Another strength, rate or rhythm of the same kind leaves states and draws as they are; another kind, data set
        or split begins with states at rest.
        """
        design = self.design.with_(stimulus=stimulus)
        if plan(design).shapes != self._plan.shapes:
            raise ValueError(f"stimulus {stimulus.get('kind')} changes the sizes in this network; rebuild it to use it")
        before, self.design = _source(self.design), design
        if _source(design) != before:
            self._begin(self._t)

    def show(self, values: Any | None) -> None:
        """Present this sample (H, W) or (F,), values 0 to 1, over and over until None; the first begins at once."""
        if values is not None:
            own_sample(values, self._sample_shape(), 0)
            values = np.array(values, dtype=np.float32)
        self._own, self._finished = values, None
        if values is not None or self._presents_data:
            self._present(self._number + 1)
        else:
            self._begin(self._t)

    def reset(self) -> None:
        """Back to time 0 with every state at rest, the first presentation and fresh draws; weights and knobs stay."""
        self._rates.clear()
        self._begin(0)

    # Remembering.

    def state(self) -> dict[str, Any]:
        """Where the run stands, as plain data of its own: restoring it repeats every spike from here on.

        It holds time, states, delay lines, draws, rates and the presentation; not the design, nor the weights.
        """
        return {
            "of": self._kin(),
            "t": self._t,
            "states": _cloned(self._states),
            "rates": self._rates.state(),
            "number": self._number,
            "own": None if self._own is None else self._own.copy(),
            "showing": self._showing.state() if self._showing else None,
            "draws": {node: draw.get_state() for node, draw in self._draws.items()},
            "arrivals": {node: draw.get_state() for node, draw in self._arrivals.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from where `state` was taken, in this network or an equal one, whatever its knobs, weights and probes.

        A presentation under way keeps its length. Raises ValueError, and nothing has changed, for a state of something
        else.
        """
        for what, mine in self._kin().items():
            if state["of"][what] != mine:
                raise ValueError(f"this state belongs to another {what}; restore it in a simulation of the same design")
        self._t, self._number = state["t"], state["number"]
        self._states = _cloned(state["states"])
        self._rates.restore(state["rates"])
        self._own = None if state["own"] is None else state["own"].copy()
        self._showing = Showing.restored(state["showing"], self._votes) if state["showing"] else None
        self._finished = self._showing.seen() if self._showing and self._showing.end == self._t else None
        for generators, kept in ((self._draws, state["draws"]), (self._arrivals, state["arrivals"])):
            for node, draw in generators.items():
                draw.set_state(kept[node])

    # Presentations.

    @property
    def _presents_data(self) -> bool:
        return self.design.stimulus["kind"] == "data"

    def _begin(self, t: int) -> None:
        """Set the clock, bring the states to rest, and take up the stimulus."""
        self._t, self._states, self._showing, self._finished = t, {}, None, None
        seed, inputs = self.design.seed, self._plan.inputs
        self._draws = sample_draws(seed, self._drawing, ("stream",))
        self._arrivals = {node: generator(seed, node, "arrivals") for node in inputs}
        self._number = t // self.design.training["steps"]
        if self._presents_data or self._own is not None:
            self._present(self._number)

    def _present(self, number: int) -> None:
        """Begin presentation `number` at this very step."""
        stimulus = self.design.stimulus
        if self._own is not None:
            shown = own_sample(self._own, self._sample_shape(), number)
        else:
            shown = sample(stimulus["data"], stimulus["split"], number)
        self._number, self._states = number, {}
        self._showing = Showing(shown, self._t, self.design.training["steps"], self._votes)
        self._draws = sample_draws(self.design.seed, self._drawing, shown.name)

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the classes of the data set are called that is shown; of nothing where none is."""
        return load(self.design.stimulus["data"]).class_names if self._presents_data else ()

    @property
    def sample_size(self) -> int:
        """How many values a sample has."""
        return math.prod(self._sample_shape())

    def _sample_shape(self) -> tuple[int, ...]:
        return self._plan.shapes[self._plan.inputs[0]]

    def _kin(self) -> dict[str, Any]:
        """What two simulations must share to go on from one another's states, as plain data, by its name."""
        nodes = {node: (self.design.node(node).kind, shape) for node, shape in self._plan.shapes.items()}
        wires = {wire.ends: wire.delay for wire in self._plan.wires}
        return {
            "network": (nodes, wires, self._network.output, reading(self.design.training)),
            "time step": self.design.dt_ms,
            "stimulus": _source(self.design),
            "length of presentations": {
                node: module.steps for node, module in self._network.nodes.items() if isinstance(module, Window)
            },
        }


def _single(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float32) if array.dtype == np.float64 else array


def _cloned(states: Mapping[str, Mapping[str, Tensor]]) -> dict[str, dict[str, Tensor]]:
    return {node: {name: value.clone() for name, value in named.items()} for node, named in states.items()}


def _source(design: Design) -> tuple[Any, ...]:
    """Where a stimulus comes from, without how strong or how often it is."""
    return tuple(design.stimulus.get(name) for name in ("kind", "data", "split"))
