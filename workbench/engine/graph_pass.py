"""One run of a Network from start to end: what every node sent, the states it left, and what is being recorded."""

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from workbench.engine.connections import Sparse
from workbench.engine.encoders import Generators
from workbench.engine.errors import ShapeError, WiringError
from workbench.engine.layers import States, drive, sent_as
from workbench.engine.neurons.base import Neuron
from workbench.engine.record import Record
from workbench.engine.states import WIRES

if TYPE_CHECKING:
    from workbench.engine.graph_network import Network
    from workbench.engine.wire import Wire

NetworkState = dict[str, States]


class Pass:
    """`given` is what the inputs send. The other nodes are run by `node`, for all steps, and `loop`, step by step."""

    def __init__(
        self,
        net: "Network",
        given: Mapping[str, Tensor],
        state: Mapping[str, Mapping[str, Tensor]],
        generator: Generators | Mapping[str, Generators] | None,
        record: Mapping[str, Sequence[str]] | None,
    ) -> None:
        self.net, self.state, self.generator = net, state, generator
        self.asked = record or {}
        self.sent: dict[str, Tensor] = dict(given)
        self.last: NetworkState = {}
        self.traces: dict[str, States] = {}
        self.like = next(iter(given.values()))
        if unknown := [name for name in (*state, *self.asked) if name not in (*net.arriving, WIRES)]:
            raise ShapeError(f"Network: the state or record names {unknown[0][:40]}, which is not a node")

    def node(self, name: str) -> None:
        """Run one node for all steps."""
        if name in self.net.inputs:  # given, or not: then whoever reads it will say so
            return
        module = self.net.nodes[name]
        arriving = [self.arrival(wire) for wire in self.net.arriving[name]]
        x = arriving if getattr(module, "many_inputs", False) else arriving[0]
        watch = bool(self.asked.get(name))
        out, after, traces = drive(f"Network: {name}", module, x, self.state.get(name), self.draws(name), watch)
        self.sent[name], self.traces[name] = out, traces
        if after is not None:
            self.last[name] = after

    def loop(self, names: Sequence[str]) -> None:
        """Run the nodes of one loop together, step by step; `names` is their order within a step."""
        inner = [w for n in names for w in self.net.arriving[n] if w.source_node in names]
        outer = {w.name: self.arrival(w) for n in names for w in self.net.arriving[n] if w.source_node not in names}
        lines = self.lines([w for w in inner if w.delay], names)
        steps = len(self.like)
        states = {n: self.state.get(n) for n in names}
        sent: dict[str, list[Tensor]] = {n: [] for n in names}
        traces: dict[str, dict[str, list[Tensor]]] = {n: {} for n in names}
        for t in range(steps):
            for name in names:
                rows = []
                for w in self.net.arriving[name]:
                    rows.append(
                        outer[w.name][t] if w.name in outer else lines[w.name][t] if w.delay else sent[w.source_node][t]
                    )
                out, states[name] = self.step(name, rows, states[name])
                sent[name].append(out)
                for key in set(self.asked.get(name, ())) & set(states[name] or {}):
                    traces[name].setdefault(key, []).append((states[name] or {})[key])
            for w in inner:
                if w.delay:
                    lines[w.name].append(sent[w.source_node][t])
        shapes = {} if steps else self.shapes(names)
        for name in names:
            self.sent[name] = torch.stack(sent[name]) if steps else self.like.new_zeros(0, *shapes[name])
            self.traces[name] = {key: torch.stack(rows) for key, rows in traces[name].items()}
            if (after := states[name]) is not None:
                self.last[name] = dict(after)
        for w in inner:
            if w.delay:
                self.last.setdefault(WIRES, {})[w.name] = torch.stack(lines[w.name][steps:])

    def step(self, name: str, rows: list[Tensor], state: Mapping[str, Tensor] | None) -> tuple[Tensor, States | None]:
        """One node, one step: rows (B, *F) give (B, *G) and the state after it, None if it has none."""
        module = self.net.nodes[name]
        if isinstance(module, Neuron):
            return module.step(rows[0], state, generator=self.draws(name))
        x = [row.unsqueeze(0) for row in rows]
        many = getattr(module, "many_inputs", False)
        out, after, _ = drive(f"Network: {name}", module, x if many else x[0], state, self.draws(name))
        return out[0], after

    def arrival(self, wire: "Wire") -> Tensor:
        """What comes out of `wire` at each step, (T, B, *F); its delay line moves on."""
        sent = self.value(wire.source_node)
        if not wire.delay:
            return sent
        line = self.state.get(WIRES, {}).get(wire.name)
        if line is None:
            line = sent.new_zeros(wire.delay, *sent.shape[1:])
        if line.shape != (want := (wire.delay, *sent.shape[1:])):
            raise ShapeError(f"Network: delay line {wire.name} must be {want}, got {tuple(line.shape)}")
        joined = torch.cat((line, sent))
        self.last.setdefault(WIRES, {})[wire.name] = joined[len(sent) :]
        return joined[: len(sent)]

    def lines(self, wires: Sequence["Wire"], names: Sequence[str]) -> dict[str, list[Tensor]]:
        """The delay lines of a loop's wires as rows, oldest first; zeros where the state has none."""
        kept = self.state.get(WIRES, {})
        shapes = self.shapes(names) if any(w.name not in kept for w in wires) else {}
        lines = {}
        for w in wires:
            if w.name in kept and kept[w.name].shape[:2] != (w.delay, self.like.shape[1]):
                want, got = (w.delay, self.like.shape[1]), tuple(kept[w.name].shape)
                raise ShapeError(f"Network: delay line {w.name} must begin with {want}, got {got}")
            rest = kept[w.name].unbind(0) if w.name in kept else [self.like.new_zeros(shapes[w.source_node])] * w.delay
            lines[w.name] = list(rest)
        return lines

    def shapes(self, names: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """The shape (B, *F) that each node of a loop sends, found before the loop has run once."""
        batch, known = self.like.shape[1], dict[str, tuple[int, ...]]()
        while True:
            before = len(known)
            for name in (n for n in names if n not in known):
                arriving = [
                    tuple(self.value(w.source_node).shape[1:])
                    if w.source_node not in names
                    else known.get(w.source_node)
                    for w in self.net.arriving[name]
                ]
                if (shape := _shape_sent(self.net.nodes[name], arriving, batch, self.like)) is not None:
                    known[name] = shape
            if len(known) == len(names):
                return known
            if len(known) == before:
                unknown = next(n for n in names if n not in known)
                raise WiringError(
                    f"Network: the size of what {unknown} sends cannot be told; feed its loop from an input"
                )

    def value(self, name: str) -> Tensor:
        """What `name` sent, (T, B, *F)."""
        if name not in self.sent:
            raise ShapeError(f"Network: no values were given for input {name}")
        return self.sent[name]

    def draws(self, name: str) -> Generators | None:
        """The generator of one node."""
        return self.generator.get(name) if isinstance(self.generator, Mapping) else self.generator

    def record(self) -> Record:
        """What every node sent, and the states that were asked for."""
        seen = {}
        for name, sent in self.sent.items():
            module = self.net.nodes.get(name)
            own = self.traces.get(name, {})
            for key in self.asked.get(name, ()):
                if key not in own and key not in ("spk", "out"):
                    raise ShapeError(f"Network: {name} has no state {key[:40]} to record")
            kept = {key: own[key] for key in self.asked.get(name, ()) if key in own}
            seen[name] = {sent_as(module): sent} | kept
        return Record(seen)


def _shape_sent(
    module: nn.Module, arriving: Sequence[tuple[int, ...] | None], batch: int, like: Tensor
) -> tuple[int, ...] | None:
    """The shape (B, *G) a module sends, from those that arrive; None stands for one that is not known yet."""
    first = next((shape for shape in arriving if shape is not None), None)
    if getattr(module, "keeps_shape", False) or isinstance(module, nn.Identity):
        return first
    if isinstance(module, nn.Linear | Sparse):
        return (*(first or (batch, 0))[:-1], module.out_features)
    if first is None:
        return None
    # Any other module is asked, as a copy, so that neither its statistics nor its mode are touched.
    with torch.no_grad():
        return tuple(drive("Network", copy.deepcopy(module).eval(), like.new_zeros(1, *first))[0].shape[1:])
