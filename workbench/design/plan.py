"""What runs: the nodes reachable from an Input, in the order in which one step computes them."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

from workbench.design.document import Design, Probe, Wire
from workbench.design.parts import part
from workbench.design.parts.base import Shape
from workbench.design.shapes import Flow, flow


@dataclass(frozen=True)
class Plan:
    """The part of a design that runs; loose parts are left out.

    - `order`: node ids, every node after those that feed it without delay; `inputs` the Inputs among them.
    - `output`: the design's, or, where it names none that runs, the last node that fires (None if nothing does).
    - `shapes`: what each node gives; `arriving`: what each takes. `probes`: cut to neurons that exist.
    """

    order: tuple[str, ...]
    inputs: tuple[str, ...]
    wires: tuple[Wire, ...]
    output: str | None
    shapes: dict[str, Shape]
    arriving: dict[str, Shape]
    probes: tuple[Probe, ...]


def reachable(design: Design) -> set[str]:
    """The nodes that an Input's values can reach."""
    found = {node.id for node in design.nodes if not part(node.kind).inputs}
    targets: dict[str, list[str]] = {}
    for wire in design.wires:
        targets.setdefault(wire.source_node, []).append(wire.target_node)
    waiting = list(found)
    while waiting:
        fresh = [node for node in targets.get(waiting.pop(), ()) if node not in found]
        found.update(fresh)
        waiting += fresh
    return found


def in_order(nodes: list[str], wires: list[Wire]) -> tuple[list[str], list[str]]:
    """`nodes` sorted so that each comes after those that feed it without delay, and those stuck in loops.

    Among nodes that could come next, the one that was added first does.
    """
    waits = dict.fromkeys(nodes, 0)
    targets: dict[str, list[str]] = {node: [] for node in nodes}
    for wire in wires:
        if not wire.delay:
            waits[wire.target_node] += 1
            targets[wire.source_node].append(wire.target_node)
    place = {node: i for i, node in enumerate(nodes)}
    ready, order = [place[node] for node in nodes if not waits[node]], []  # a heap, as it begins in order
    while ready:
        node = nodes[heappop(ready)]
        order.append(node)
        for target in targets[node]:
            waits[target] -= 1
            if not waits[target]:
                heappush(ready, place[target])
    return order, [node for node in nodes if waits[node]]


def plan(design: Design, found: Flow | None = None) -> Plan:
    """What runs of a design without errors."""
    found = found or flow(design)
    alive = reachable(design)
    wires = [wire for wire in design.wires if wire.source_node in alive]
    order, _ = in_order([node.id for node in design.nodes if node.id in alive], wires)
    known = {node: part(design.node(node).kind) for node in order}
    output = design.output if design.output and design.output.partition(".")[0] in known else None
    firing = [node for node in order if known[node].group == "neurons"]
    if output is None and firing:
        output = f"{firing[-1]}.out"
    given = {node: shape for node in order if (shape := found.out[node]) is not None}
    return Plan(
        order=tuple(order),
        inputs=tuple(node for node in order if not known[node].inputs),
        wires=tuple(wires),
        output=output,
        shapes=given,
        arriving={node: next(iter(found.arriving(node)), given[node]) for node in given},
        probes=tuple(
            cut for probe in design.probes if probe.node in given and (cut := _cut(probe, given[probe.node])).neurons
        ),
    )


def _cut(probe: Probe, shape: Shape) -> Probe:
    count = 1
    for size in shape:
        count *= size
    return Probe(probe.node, probe.state, tuple(neuron for neuron in probe.neurons if neuron < count))
