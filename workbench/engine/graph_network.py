"""A network as a graph of modules and wires: what a drawn design becomes when it runs.

Nodes outside every loop run for all T steps at once; the nodes of a loop run together, step by step. Both ways give the
same spikes. A wire's delay is in steps; a loop needs one of at least 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from torch import Tensor, nn

from workbench.engine.encoders import Encoder, Generators
from workbench.engine.errors import ShapeError, WiringError
from workbench.engine.graph_pass import NetworkState, Pass
from workbench.engine.layers import check_layer, runs_over_time
from workbench.engine.ordering import in_order
from workbench.engine.record import Record

Draws = Generators | Mapping[str, Generators]


@dataclass(frozen=True)
class Wire:
    """From one port to another, "node.port" both; what is sent arrives `delay` steps later."""

    source: str
    target: str
    delay: int = 0

    @property
    def name(self) -> str:
        """How the wire's delay line is called in a state: "a.out->b.in"."""
        return f"{self.source}->{self.target}"

    @property
    def start(self) -> str:
        """The node it leaves."""
        return self.source.partition(".")[0]

    @property
    def end(self) -> str:
        """The node it enters."""
        return self.target.partition(".")[0]


class Network(nn.Module):
    """Modules {node: module} joined by `wires`; values come in at the nodes named in `inputs`, which need no module.

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
        names = list(dict.fromkeys([*self.inputs, *modules]))
        for wire in self.wires:
            for node in (wire.start, wire.end):
                if node not in names:
                    raise WiringError(f"Network: wire {wire.name} touches {node}, which is not a node")
            if wire.delay < 0:
                raise WiringError(f"Network: wire {wire.name} has delay {wire.delay}; it must be 0 or more steps")
        if self.output not in names:
            raise WiringError(f"Network: the output {output} is not a node")
        self.arriving = {name: tuple(w for w in self.wires if w.end == name) for name in names}
        edges = [(w.start, w.end) for w in self.wires]
        self.groups: tuple[tuple[str, ...], ...] = tuple(
            in_order(names, edges, [(w.start, w.end) for w in self.wires if w.delay == 0])
        )
        self.loops = frozenset(group for group in self.groups if len(group) > 1 or (group * 2) in edges)
        for name, module in modules.items():
            self._check(name, module)

    @property
    def nodes(self) -> Mapping[str, nn.Module]:
        """{node: module}, without inputs that have none."""
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
    ) -> tuple[Tensor, NetworkState]: ...
    @overload
    def forward(
        self,
        inputs: Mapping[str, Tensor] | Tensor,
        state: Mapping[str, Mapping[str, Tensor]] | None = None,
        *,
        generator: Draws | None = None,
        record: Mapping[str, Sequence[str]],
    ) -> tuple[Tensor, NetworkState, Record]: ...
    def forward(
        self,
        inputs: Mapping[str, Tensor] | Tensor,
        state: Mapping[str, Mapping[str, Tensor]] | None = None,
        *,
        generator: Draws | None = None,
        record: Mapping[str, Sequence[str]] | None = None,
    ) -> tuple[Tensor, NetworkState] | tuple[Tensor, NetworkState, Record]:
        """Run `inputs` {node: (T, B, *F)}, or the one input's tensor, from `state` (rest when None).

        Any node may be named in `inputs`: it is then not run, the tensor is what it sends (see `encode`). `generator`
        feeds the encoders: one for all, or {node: its own}. With `record` {node: [states]} a Record comes third: those
        states over time, and for every node what it sends, "spk" of neurons and encoders, "out" of others.
        Raises ShapeError.
        """
        run = Pass(self, self._given(inputs), state or {}, generator, record)
        for group in self.groups:
            if group in self.loops:
                run.loop(group)
            else:
                run.node(group[0])
        out = run.value(self.output)
        return (out, run.last) if record is None else (out, run.last, run.record())

    def encode(self, inputs: Mapping[str, Tensor] | Tensor, *, generator: Draws | None = None) -> dict[str, Tensor]:
        """`inputs` together with what the encoders make of them over all T steps.

        For running in pieces: the answer may be cut along T and given to `forward` piece by piece. Encoders that stand
        behind a neuron, a delay or a loop are left to run within the network.
        """
        given = self._given(inputs)
        run = Pass(self, given, {}, generator, None)
        for group in self.groups:
            name, wires = group[0], self.arriving[group[0]]
            module = self.nodes.get(name)
            timeless = module is None or isinstance(module, Encoder) or not runs_over_time(module)
            at_hand = all(w.start in run.sent and w.delay == 0 for w in wires)
            if timeless and at_hand and group not in self.loops:
                run.node(name)
        return given | {n: x for n, x in run.sent.items() if isinstance(self.nodes.get(n), Encoder)}

    def _given(self, inputs: Mapping[str, Tensor] | Tensor) -> dict[str, Tensor]:
        if isinstance(inputs, Tensor):
            if len(self.inputs) != 1:
                raise ShapeError(f"Network: it has {len(self.inputs)} inputs; give {{name: values}} for each of them")
            inputs = {self.inputs[0]: inputs}
        for name, x in inputs.items():
            if name not in self.arriving:
                raise ShapeError(
                    f"Network: there is no node {name[:40]} to give values to; it has {', '.join(self.inputs)}"
                )
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
        if not wires and name not in self.inputs:
            raise WiringError(f"Network: nothing is wired into {name}")
        if len(wires) > 1 and not getattr(module, "many_inputs", False):
            raise WiringError(f"Network: {name} takes one wire, got {len(wires)}; join them with a Sum")
        if getattr(module, "whole_run", False) and any(name in loop for loop in self.loops):
            raise WiringError(f"Network: {name} must see all steps at once and cannot stand in a loop")
