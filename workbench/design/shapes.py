"""What size arrives where: shapes spread from the Inputs (and from parts that state their own) along the wires."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from workbench.design.document import Design, Wire
from workbench.design.parts import part
from workbench.design.parts.base import Shape


@dataclass(frozen=True)
class Flow:
    """The shapes of one design: what each node gives (None where unknown) and what its wires bring, as far as known."""

    out: dict[str, Shape | None]
    brought: dict[str, tuple[tuple[Wire, Shape], ...]]
    values: dict[str, dict[str, Any]]
    sample: Shape | None

    def arriving(self, node: str) -> tuple[Shape, ...]:
        """The shapes at a node's input; at an Input, which has no wires, that of the stimulus."""
        if node in self.brought:
            return tuple(shape for _, shape in self.brought[node])
        return () if self.sample is None else (self.sample,)


def sample_shape(design: Design) -> Shape | None:
    """The shape of one sample where the stimulus is a data set; a current or a pulse has any."""
    if design.stimulus.get("kind") != "data":
        return None
    from workbench.engine.data import load

    return tuple(load(design.stimulus["data"]).sample_shape)


def flow(design: Design) -> Flow:
    """Every shape that follows from the document; each node is looked at again only when something new arrives."""
    sample = sample_shape(design)
    known = {node.id: part(node.kind) for node in design.nodes}
    values = {node.id: design.values(node.id) for node in design.nodes}
    into: dict[str, list[Wire]] = {node.id: [] for node in design.nodes}
    targets: dict[str, list[str]] = {node.id: [] for node in design.nodes}
    for wire in design.wires:
        into[wire.target_node].append(wire)
        targets[wire.source_node].append(wire.target_node)
    out: dict[str, Shape | None] = dict.fromkeys(values)

    def brought(node: str) -> tuple[tuple[Wire, Shape], ...]:
        pairs = ((wire, out[wire.source_node]) for wire in into[node])
        return tuple((wire, shape) for wire, shape in pairs if shape is not None)

    waiting = deque(values)
    while waiting:
        node = waiting.popleft()
        if out[node] is not None:
            continue  # A shape once found stays; a second opinion is a misfit, which `check` reports.
        arriving = tuple(shape for _, shape in brought(node)) if known[node].inputs else (sample,) if sample else ()
        out[node] = known[node].out(values[node], arriving)
        if out[node] is not None:
            waiting.extend(targets[node])
    return Flow(out, {node: brought(node) for node in values if known[node].inputs}, values, sample)


def shapes(design: Design) -> dict[str, dict[str, Shape | None]]:
    """{node: {"in": shape, "out": shape}}, None where it is unknown yet."""
    found = flow(design)
    return {node: {"in": next(iter(found.arriving(node)), None), "out": shape} for node, shape in found.out.items()}
