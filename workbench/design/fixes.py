"""Ways out of a problem, each a row of edits as data that makes the problem vanish."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.design.document import Design, Wire
from workbench.design.edit import Edit
from workbench.design.parts.base import Shape
from workbench.design.sentences import clip, shown, steps
from workbench.design.values import plain

# A node is 132 px wide and about 80 px high; what does not fit between two nodes goes below them.
STEP, _BELOW = 180, 120


@dataclass(frozen=True)
class Fix:
    """One button: its label and the edits behind it, for `edit.apply`."""

    label: str
    edits: tuple[Edit, ...]


def setting(node: str, values: Mapping[str, Any]) -> Fix:
    """Other values for one parameter of a node."""
    ((name, value),) = values.items()
    words = f"Leave {node}.{name} empty" if value is None else f"Set {node}.{name} to {clip(shown(value), 24)}"
    return Fix(words, ({"op": "set", "node": node, "params": plain(values)},))


def without(wire: Wire) -> Fix:
    """The wire taken away."""
    return Fix(f"Remove the wire {wire.words}", (_unwire(wire),))


def delayed(wire: Wire, delay: int = 1) -> Fix:
    """Another delay on a wire."""
    edit = {"op": "delay", "source": wire.source, "target": wire.target, "delay": delay}
    return Fix(f"Delay {wire.words} by {steps(delay)}", (edit,))


def inserted(design: Design, wire: Wire, kinds: Sequence[tuple[str, Mapping[str, Any]]], words: str = "") -> Fix:
    """Parts put into a wire, in a row; the wire's delay stays before the first of them."""
    places = _between(design, wire, len(kinds))
    edits: list[Edit] = [_unwire(wire)]
    source, delay, names = wire.source, wire.delay, list[str]()
    for (kind, params), place in zip(kinds, places, strict=True):
        name = design.free_id(kind, names)
        names.append(name)
        edits.append({"op": "add", "kind": kind, "id": name, "position": place, "params": plain(params)})
        edits.append({"op": "wire", "source": source, "target": f"{name}.in", "delay": delay})
        source, delay = f"{name}.out", 0
    edits.append({"op": "wire", "source": source, "target": wire.target, "delay": 0})
    return Fix(words or f"Insert {' and '.join(kind for kind, _ in kinds)}", tuple(edits))


def resized(design: Design, wire: Wire, shape: Shape, count: int, after: Sequence[str] = ()) -> Fix:
    """A Linear put into a wire that brings `shape`, so that it brings `count` values; `after` are parts behind it."""
    kinds = [("Linear", {"out_features": count}), *((kind, {}) for kind in after)]
    words = " and ".join([f"Linear {math.prod(shape)}→{count}", *after])
    if len(shape) > 1:
        kinds, words = [("Flatten", {}), *kinds], f"Flatten and {words}"
    return inserted(design, wire, kinds, f"Insert {words}")


def summed(design: Design, wires: Sequence[Wire]) -> Fix:
    """A Sum in front of a port that takes one wire only; a Sum that feeds the port already takes the others too."""
    for first in wires:
        if design.node(first.source_node).kind == "Sum" and not first.delay:
            others = [wire for wire in wires if wire is not first]
            name, edits = first.source_node, [_unwire(wire) for wire in others]
            taken = {wire.source for wire in design.into(name)}
            edits += [_wire(wire, f"{name}.in") for wire in others if wire.source not in taken]
            return Fix(f"Add it in {name}", tuple(edits))
    name = design.free_id("Sum")
    edits = [_unwire(wire) for wire in wires]
    edits.append({"op": "add", "kind": "Sum", "id": name, "position": _between(design, wires[0], 1)[0], "params": {}})
    edits += [_wire(wire, f"{name}.in") for wire in wires]
    edits.append({"op": "wire", "source": f"{name}.out", "target": wires[0].target, "delay": 0})
    return Fix("Insert Sum", tuple(edits))


def _between(design: Design, wire: Wire, count: int) -> list[list[float]]:
    """Places for `count` nodes between the ends of a wire: in the gap if it is wide enough, else below it, and as far
    down as it takes to lie on nothing else."""
    (x0, y0), (x1, y1) = design.node(wire.source_node).position, design.node(wire.target_node).position
    fits = x1 - x0 >= STEP * (count + 1)
    y = (y0 + y1) / 2 if fits else max(y0, y1) + _BELOW
    step = (x1 - x0) / (count + 1) if fits else STEP
    start = x0 if fits else (x0 + x1) / 2 - step * (count + 1) / 2
    columns = [round(start + step * (i + 1)) for i in range(count)]
    taken = [
        (px, py) for px, py in (node.position for node in design.nodes) if any(abs(px - x) < STEP for x in columns)
    ]
    while below := [py for _, py in taken if abs(py - y) < _BELOW]:
        y = max(below) + _BELOW
    return [[x, round(y)] for x in columns]


def _unwire(wire: Wire) -> Edit:
    return {"op": "unwire", "source": wire.source, "target": wire.target}


def _wire(wire: Wire, target: str) -> Edit:
    return {"op": "wire", "source": wire.source, "target": target, "delay": wire.delay}
