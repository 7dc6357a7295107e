"""`Design`: one network with its stimulus, training plan and probes, as an immutable value; every edit makes a new one.

The methods do what a document can hold and refuse the rest with `DesignError`. Whether the network makes sense is
another question, answered by `check`: unfinished is not invalid.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from workbench.design import limits
from workbench.design.elements import Node, Probe, Wire, by_node
from workbench.design.sentences import DesignError, closest, shown
from workbench.design.values import EMPTY, Values, plain

if TYPE_CHECKING:
    from workbench.design.check import Problem


@dataclass(frozen=True)
class Design:
    """The document. `id` names it in addresses; `output` is the port whose spikes are the answer; `weights` the hash of
    the weights saved with it. Make one with `new` or `load`; the constructor itself checks nothing."""

    id: str
    name: str
    nodes: tuple[Node, ...] = ()
    wires: tuple[Wire, ...] = ()
    output: str | None = None
    probes: tuple[Probe, ...] = ()
    groups: tuple[Values, ...] = ()
    stimulus: Values = EMPTY
    training: Values = EMPTY
    hardware: Values = EMPTY
    seed: int = 0
    dt_ms: float = 1.0
    notes: str = ""
    weights: str | None = None

    # Making and keeping.

    @classmethod
    def new(cls, name: str = "untitled") -> Design:
        """An empty design with an id of its own; digits are its stimulus and its lesson until one says otherwise."""
        from workbench.design.reading import read_design

        return read_design({"format": "snn-workbench/1", "id": str(uuid4()), "name": name, "nodes": []})

    @classmethod
    def load(cls, source: str | bytes | Path | Mapping[str, Any]) -> Design:
        """The design in a file, in JSON text, or in a parsed document. Raises `DesignError` with one sentence."""
        from workbench.design.files import load

        return load(source)

    def fresh(self, name: str | None = None) -> Design:
        """The same document as another design, with an id of its own."""
        return replace(self, id=str(uuid4()), name=self.name if name is None else name)

    def save(self, path: str | Path) -> None:
        """Write the file; it is there whole or not at all, whatever happens meanwhile."""
        from workbench.design.files import save

        save(self, path)

    def to_json(self) -> dict[str, Any]:
        """The document, version 1, as plain data."""
        from workbench.design.files import to_json

        return to_json(self)

    def dumps(self) -> str:
        """The document as JSON text, one node or wire a line."""
        from workbench.design.files import dumps

        return dumps(self)

    # Asking.

    @cached_property
    def by_id(self) -> dict[str, Node]:
        """{id: node}, in order."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def _ending(self) -> dict[str, tuple[Wire, ...]]:
        return by_node(self.wires, lambda wire: wire.target_node)

    @cached_property
    def _beginning(self) -> dict[str, tuple[Wire, ...]]:
        return by_node(self.wires, lambda wire: wire.source_node)

    def __contains__(self, node: object) -> bool:
        return node in self.by_id

    def node(self, node: str) -> Node:
        """The node of that id, or a sentence with the nearest one."""
        if node not in self.by_id:
            way_out = closest(node, self.by_id) if self.nodes else "add it first"
            raise DesignError(f"There is no node {shown(node)}; {way_out}.")
        return self.by_id[node]

    def values(self, node: str) -> dict[str, Any]:
        """Every parameter of a node with its value, defaults included, and what it follows; rows as tuples."""
        from workbench.design.parts import part

        found = self.node(node)
        kind = part(found.kind)
        values = kind.values(found.params)
        steps = {name: self.dt_ms for name in kind.timed if values[name] is None}
        return values | steps | {name: self.training[setting] for name, setting in kind.follows.items()}

    def into(self, node: str) -> tuple[Wire, ...]:
        """The wires that end at a node, in the order in which they were drawn."""
        return self._ending.get(node, ())

    def out_of(self, node: str) -> tuple[Wire, ...]:
        """The wires that begin at a node, in the order in which they were drawn."""
        return self._beginning.get(node, ())

    def check(self) -> list[Problem]:
        """What is wrong (errors) and what is unfinished (notes), with fixes."""
        from workbench.design.check import check

        return check(self)

    def network(self) -> dict[str, Any]:
        """The part that decides what runs and what its answer is, as plain data: without name, positions and notes; its
        change rebuilds. How the answer is read is left out where each class has one neuron and the busiest names it."""
        from workbench.design.settings import reading

        read = reading(self.training) if self.training else {}
        return {
            "nodes": [{"id": node.id, "kind": node.kind, "params": plain(node.params)} for node in self.nodes],
            "wires": [{"from": wire.source, "to": wire.target, "delay": wire.delay} for wire in self.wires],
            "output": self.output,
            "seed": self.seed,
            "dt_ms": self.dt_ms,
            **({"reading": read} if read else {}),
        }

    def live_changes(self, before: Design) -> dict[str, dict[str, Any]] | None:
        """{node: {parameter: value}} that turns the network of `before` into this one while it runs.

        None where something else than a live parameter differs, so that the network has to be rebuilt.
        """
        from workbench.design.parts import part

        if [(n.id, n.kind) for n in self.nodes] != [(n.id, n.kind) for n in before.nodes]:
            return None
        if replace(self, nodes=()).network() != replace(before, nodes=()).network():
            return None
        changes: dict[str, dict[str, Any]] = {}
        for node in self.nodes:
            old, new = before.values(node.id), self.values(node.id)
            for name in (name for name in new if new[name] != old[name]):
                if name in part(node.kind).follows or part(node.kind).param(name).structural:
                    return None
                changes.setdefault(node.id, {})[name] = new[name]
        return changes

    # Editing: each returns a new Design.

    def add(self, kind: str, id: str | None = None, position: Sequence[float] | None = None, **params: Any) -> Design:
        """One more node; without an id it gets the next free one ("fc2"), without a position the place to the right.

        What a new part begins with is written down (`Part.begins`).
        """
        from workbench.design.parts import part
        from workbench.design.reading import read_id, read_node

        if len(self.nodes) >= limits.NODES:
            raise DesignError(f"A design may have {limits.NODES:,} nodes and has them; remove one first.")
        name = self.free_id(kind) if id is None else read_id(id, "id")
        if name in self:
            raise DesignError(f"id: {shown(name)} is taken; choose another, such as {self.free_id(kind)}.")
        params = {**part(kind, f"{name}.kind").begins, **params}
        node = read_node(name, kind, params, self._free_place() if position is None else position)
        return replace(self, nodes=(*self.nodes, node))

    def wire(self, source: str, target: str, delay: int = 0) -> Design:
        """One more wire. Wiring something into a Readout also makes that Readout the design's output."""
        from workbench.design.reading import read_wire

        wire = read_wire(source, target, delay, self.by_id)
        if any(wire.ends == other.ends for other in self.wires):
            raise DesignError(f"{wire.words}: these two are wired already; change its delay instead.")
        if len(self.wires) >= limits.WIRES:
            raise DesignError(f"A design may have {limits.WIRES:,} wires and has them; remove one first.")
        readout = self.node(wire.target_node).kind == "Readout"
        return replace(self, wires=(*self.wires, wire), output=f"{wire.target_node}.out" if readout else self.output)

    def unwire(self, source: str, target: str) -> Design:
        """One wire less."""
        gone = self.wire_from(source, target)
        return replace(self, wires=tuple(wire for wire in self.wires if wire is not gone))

    def delay(self, source: str, target: str, delay: int) -> Design:
        """Another delay, in steps, on a wire."""
        from workbench.design.reading import read_wire

        old, new = self.wire_from(source, target), read_wire(source, target, delay, self.by_id)
        return replace(self, wires=tuple(new if wire is old else wire for wire in self.wires))

    def set(self, node: str, **params: Any) -> Design:
        """Other values for parameters of one node; null means "worked out" where the part allows it."""
        from workbench.design.params import read_params
        from workbench.design.parts import part
        from workbench.design.reading import read_together

        old = self.node(node)
        known = part(old.kind)
        said = read_together(known, old.params.but(read_params(known.params, params, node)), node)
        new = replace(old, params=said)
        return replace(self, nodes=tuple(new if other is old else other for other in self.nodes))

    def remove(self, nodes: Iterable[str]) -> Design:
        """These nodes less, with their wires and probes; where the output goes with them, the design has none then."""
        gone = {self.node(node).id for node in ([nodes] if isinstance(nodes, str) else nodes)}
        lost = self.output is not None and self.output.partition(".")[0] in gone
        return replace(
            self,
            nodes=tuple(node for node in self.nodes if node.id not in gone),
            wires=tuple(wire for wire in self.wires if not {wire.source_node, wire.target_node} & gone),
            probes=tuple(probe for probe in self.probes if probe.node not in gone),
            output=None if lost else self.output,
        )

    def move(self, positions: Mapping[str, Sequence[float]]) -> Design:
        """Other places on the canvas, {node: (x, y)} in pixels."""
        from workbench.design.reading import read_position

        read = {self.node(node).id: read_position(place, f"{node}.position") for node, place in positions.items()}
        nodes = (replace(node, position=read[node.id]) if node.id in read else node for node in self.nodes)
        return replace(self, nodes=tuple(nodes))

    def rename(self, name: str) -> Design:
        """Another title."""
        return self.with_(name=name)

    def rename_node(self, old: str, new: str) -> Design:
        """Another id for a node, in wires, probes and output too."""
        from workbench.design.reading import read_id

        self.node(old)
        if read_id(new, "id") in self and new != old:
            raise DesignError(f"id: {shown(new)} is taken; choose another for {old}.")

        def port(name: str) -> str:
            node, _, rest = name.partition(".")
            return f"{new}.{rest}" if node == old else name

        return replace(
            self,
            nodes=tuple(replace(node, id=new) if node.id == old else node for node in self.nodes),
            wires=tuple(replace(wire, source=port(wire.source), target=port(wire.target)) for wire in self.wires),
            probes=tuple(replace(probe, node=new) if probe.node == old else probe for probe in self.probes),
            output=port(self.output) if self.output else None,
        )

    def with_(self, **fields: Any) -> Design:
        """Other values for whole fields: name, seed, dt_ms, notes, output, probes, stimulus, training, hardware, …

        `training` is laid over what is there, so one setting can be changed; the others are replaced.
        """
        from workbench.design.reading import READERS

        design = self
        if isinstance(fields.get("training"), Mapping):
            fields["training"] = self.training.but(fields["training"])
        for name, value in fields.items():
            if name not in READERS:
                raise DesignError(f"A design has no field {shown(name)}; {closest(name, READERS)}.")
            design = replace(design, **{name: READERS[name](value, design)})
        return design

    def free_id(self, kind: str, besides: Collection[str] = ()) -> str:
        """The next free id for a new node of that kind: in, rate, fc1, fc2, …; those in `besides` are not free."""
        from workbench.design.parts import part

        known = part(kind)
        bare = () if known.counted else (known.stem,)
        names = chain(bare, (f"{known.stem}{number}" for number in count(1 if known.counted else 2)))
        return next(name for name in names if name not in self and name not in besides)

    def _free_place(self) -> tuple[float, float]:
        """To the right of the rightmost node."""
        if not self.nodes:
            return 0, 0
        x, y = max(node.position for node in self.nodes)
        return x + 180, y

    def wire_from(self, source: str, target: str) -> Wire:
        """The wire between these two ports, or a sentence where there is none."""
        for wire in self.wires:
            if wire.ends == (source, target):
                return wire
        raise DesignError(f"There is no wire from {shown(source)} to {shown(target)}; it may be gone already.")
