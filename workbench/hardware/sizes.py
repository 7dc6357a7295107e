"""How large a network is: neurons, parameters and memory, counted from the document alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from workbench.design.parts import part
from workbench.design.plan import plan
from workbench.hardware.rows import Row

if TYPE_CHECKING:
    from workbench.design import Design

BITS = 32  # of every number, where the design does not say otherwise


def size_rows(design: Design) -> Iterator[Row]:
    """Exact rows: for every figure the sum, then layer by layer.

    - neurons: values in each layer of neurons; state memory: neurons × states of the model × bits.
    - parameters: numbers that the gradient may change; weight memory: those and the statistics gathered × bits.
    - delay memory: steps × values on each delayed wire × bits.
    """
    planned, bits = plan(design), design.hardware["bits"]
    firing = [node for node in planned.order if part(design.node(node).kind).group == "neurons"]
    neurons = {node: math.prod(planned.shapes[node]) for node in firing}
    states = {node: part(design.node(node).kind).kept(design.values(node)) for node in firing}
    inner = [node for node in planned.order if node not in planned.inputs]
    learned = {node: _learned(design, node, planned.arriving[node]) for node in inner}
    kept = {node: count + _gathered(design, node, planned.arriving[node]) for node, count in learned.items()}
    kept = {node: count for node, count in kept.items() if count}
    learned = {node: learned[node] for node in kept}
    lines = {
        f"{wire.source_node}->{wire.target_node}": wire.delay * math.prod(planned.shapes[wire.source_node])
        for wire in planned.wires
        if wire.delay
    }
    yield from _table("neurons", neurons, "neurons")
    yield from _table("parameters", learned, "parameters")
    yield from _table("weight memory", _times(kept, bits.get("weights", BITS)), "bits")
    remembered = {node: count * states[node] for node, count in neurons.items()}
    yield from _table("state memory", _times(remembered, bits.get("states", BITS)), "bits")
    yield from _table("delay memory", _times(lines, bits.get("delays", BITS)), "bits")


def _learned(design: Design, node: str, arriving: tuple[int, ...]) -> int:
    """How many numbers of a node the gradient may change."""
    return part(design.node(node).kind).parameters(design.values(node), arriving)


def _gathered(design: Design, node: str, arriving: tuple[int, ...]) -> int:
    """How many numbers of a node are statistics, which no gradient changes."""
    shapes = part(design.node(node).kind).statistics(design.values(node), arriving)
    return sum(math.prod(shape) for shape in shapes.values())


def _table(name: str, layers: Mapping[str, int], unit: str) -> Iterator[Row]:
    yield Row(name, "", sum(layers.values()), unit, "exact", "the design")
    for layer, value in layers.items():
        yield Row(name, layer, value, unit, "exact", "the design")


def _times(layers: Mapping[str, int], bits: int) -> dict[str, int]:
    return {layer: value * bits for layer, value in layers.items()}
