"""A network as a graph of modules and wires: what a drawn design becomes when it runs.

Nodes outside every loop run for all T steps at once; the nodes of a loop run together, step by step. Both ways give the
same spikes. A wire's delay is in steps; a loop needs one of at least 1.
"""

from collections.abc import Mapping, Sequence
from typing import overload

from torch import Tensor, nn

from workbench.engine.encoders import Generators
from workbench.engine.errors import ShapeError, WiringError
from workbench.engine.graph_pass import NetworkState, Pass
from workbench.engine.layers import check_layer
from workbench.engine.ordering import in_order
from workbench.engine.pieces import in_pieces, may_be_cut
from workbench.engine.record import Record
from workbench.engine.wire import Wire

__all__ = ["Network"]

Draws = Generators | Mapping[str, Generators]


class Network(nn.Module):
    """Modules {node: module} joined by `wires`; values come in at `inputs`, names of nodes without a module.

    State: {node: {name: (B, *F)}}, and under "wires" the delay lines {"a.out->b.in": (delay, B, *F)}, zeros at rest.
    Raises WiringError for wires to nowhere, two wires into a port that takes one, and loops without delay.
    """

    def __init__(
        self, modules: Mapping[str, nn.Module], wires: Sequence[Wire], inputs: Sequence[str], output: str
    ) -> None:
        super().__init__()
        # Not nn.ModuleDict: it refuses nodes that are called like its own methods, such as "values".
        self.parts = nn.Module()
        self.parts._modules.update(modules)
        self.wires, self.inputs, self.output = tuple(wires), tuple(inputs), output.partition(".")[0]
        names = [*self.inputs, *modules]
        for wire in self.wires:
            for node in (wire.source_node, wire.target_node):
                if node not in names:
                    raise WiringError(f"Network: wire {wire.name} touches {node}, which is not a node")
            if wire.delay < 0:
                raise WiringError(f"Network: wire {wire.name} has delay {wire.delay}; it must be 0 or more steps")
        if self.output not in names:
            raise WiringError(f"Network: the output {output} is not a node")
        for name in self.inputs:
            if name in modules or any(wire.target_node == name for wire in self.wires):
                raise WiringError(f"Network: {name} is an input; it takes neither a module nor a wire")
        self.arriving = {name: tuple(w for w in self.wires if w.target_node == name) for name in names}
        edges = [(w.source_node, w.target_node) for w in self.wires]
        self.groups: tuple[tuple[str, ...], ...] = tuple(
            in_order(names, edges, [(w.source_node, w.target_node) for w in self.wires if w.delay == 0])
        )
        self.loops = frozenset(group for group in self.groups if len(group) > 1 or (group * 2) in edges)
        for name, module in modules.items():
            self._check(name, module)

    @property
    def nodes(self) -> Mapping[str, nn.Module]:
        """{node: module}, in the order given."""
        return self.parts._modules  # type: ignore[return-value]

    @property
    def order(self) -> tuple[str, ...]:
        """Every node, each after those it reads (within a loop: those it reads without delay)."""
        return tuple(name for group in self.groups for name in group)

    @overload
    def forward(
        self,
        inputs: Mapping[str, Tensor] | Tensor,
        state: Mapping[str, Mapping[str, Tensor]] | None = None,
        *,
        generator: Draws | None = None,
        record: None = None,
        truncate: int | None = None,
        checkpoint: int | None = None,
    ) -> tuple[Tensor, NetworkState]: ...
    @overload
    def forward(
        self,
        inputs: Mapping[str, Tensor] | Tensor,
        state: Mapping[str, Mapping[str, Tensor]] | None = None,
        *,
        generator: Draws | None = None,
        record: Mapping[str, Sequence[str]],
        truncate: int | None = None,
        checkpoint: int | None = None,
    ) -> tuple[Tensor, NetworkState, Record]: ...
    def forward(
        self,
        inputs: Mapping[str, Tensor] | Tensor,
        state: Mapping[str, Mapping[str, Tensor]] | None = None,
        *,
        generator: Draws | None = None,
        record: Mapping[str, Sequence[str]] | None = None,
        truncate: int | None = None,
        checkpoint: int | None = None,
    ) -> tuple[Tensor, NetworkState] | tuple[Tensor, NetworkState, Record]:
        """Run `inputs` {node: (T, B, *F)}, or the one input's tensor, from `state` (rest when None).

        `generator` feeds the encoders: one for all, or {node: its own}. With `record` {node: [states]} a Record comes
        third: those states over time, and for every node what it sends, "spk" of neurons and encoders, "out" of others.
        `truncate` and `checkpoint` are steps after which the gradient ends, or what it needs is forgotten and computed
        again (engine/pieces.py). Raises ShapeError.
        """

        def run(piece: Mapping[str, Tensor], before: NetworkState | None) -> tuple[tuple, NetworkState]:
            out, last, seen = self._run(piece, before or {}, generator, record)
            return (out,) if record is None else (out, seen), last

        if truncate or checkpoint:
            may_be_cut("Network", self.nodes.items())
        given = self._given(inputs)
        (out, *seen), last = in_pieces("Network", run, given, state, truncate, checkpoint, generator, self)
        return (out, last) if record is None else (out, last, Record(seen[0]))

    def _run(
        self,
        given: Mapping[str, Tensor],
        state: Mapping[str, Mapping[str, Tensor]],
        generator: Draws | None,
        record: Mapping[str, Sequence[str]] | None,
    ) -> tuple[Tensor, NetworkState, Mapping[str, Mapping[str, Tensor]]]:
        run = Pass(self, given, state, generator, record)
        for group in self.groups:
            if group in self.loops:
                run.loop(group)
            else:
                run.node(group[0])
        return run.value(self.output), run.last, {} if record is None else run.record()

    def _given(self, inputs: Mapping[str, Tensor] | Tensor) -> dict[str, Tensor]:
        if isinstance(inputs, Tensor):
            if len(self.inputs) != 1:
                raise ShapeError(f"Network: it has {len(self.inputs)} inputs; give {{name: values}} for each of them")
            inputs = {self.inputs[0]: inputs}
        for name, x in inputs.items():
            if name not in self.inputs:
                raise ShapeError(f"Network: {name[:40]} is not an input; inputs are {', '.join(self.inputs)}")
            if x.ndim < 2:
                raise ShapeError(f"Network: {name} must be given (T, B, …), got {tuple(x.shape)}")
        if len(sizes := {tuple(x.shape[:2]) for x in inputs.values()}) != 1:
            raise ShapeError(
                f"Network: all inputs must share (T, B), got {', '.join(map(str, sorted(sizes))) or 'none'}"
            )
        return dict(inputs)

    def _check(self, name: str, module: nn.Module) -> None:
        check_layer("Network", name, module)
        wires = self.arriving[name]
        if not wires:
            raise WiringError(f"Network: nothing is wired into {name}")
        if len(wires) > 1 and not getattr(module, "many_inputs", False):
            raise WiringError(f"Network: {name} takes one wire, got {len(wires)}; join them with a Sum")
        if getattr(module, "whole_run", False) and any(name in loop for loop in self.loops):
            raise WiringError(f"Network: {name} must see all steps at once and cannot stand in a loop")
