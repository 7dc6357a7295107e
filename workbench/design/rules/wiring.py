"""Wires: one to a port that takes one, no loop without delay, nothing left loose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.design import fixes
from workbench.design.document import Design, Wire
from workbench.design.fixes import Fix
from workbench.design.parts import part
from workbench.design.plan import in_order
from workbench.design.problem import Problem
from workbench.design.rules import level
from workbench.design.sentences import both, clip
from workbench.design.shapes import Flow


def crowded(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """Ports that take one wire and have more."""
    for node in design.nodes:
        for port in part(node.kind).inputs:
            place = f"{node.id}.{port.name}"
            wires = [wire for wire in design.into(node.id) if wire.target == place]
            if port.many or len(wires) < 2:
                continue
            ways = [fixes.summed(design, wires)]
            if len(wires) == 2:
                ways += [fixes.without(wire) for wire in reversed(wires)]
            yield Problem(level(node.id, alive), node.id, port.name, too_many(place, wires), tuple(ways), "one wire")


def too_many(place: str, wires: Sequence[Wire]) -> str:
    """What is said of a port that takes one wire and has these."""
    names = both(wire.source_node for wire in wires)
    return clip(f"{place} takes one wire and has {len(wires)}, from {names}; add them in a Sum.")


def loops(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """Loops without delay: a value would be needed before it is computed."""
    nodes, wires = [node.id for node in design.nodes], list(design.wires)
    while stuck := in_order(nodes, wires)[1]:
        loop = _loop(stuck, wires)
        last = loop[-1]
        path = clip(" → ".join([last.target_node, *(wire.target_node for wire in loop)]), 110)
        message = f"{path} is a loop without delay; give one of its wires a delay of 1 step or more."
        ways = (fixes.delayed(last), fixes.without(last))
        yield Problem(level(last.target_node, alive), last.target_node, "in", message, ways, "loop")
        wires = [wire for wire in wires if wire is not last]


def _loop(stuck: list[str], wires: list[Wire]) -> list[Wire]:
    """One loop among `stuck` as wires in their order along it, the one drawn last at the end."""
    inside = set(stuck)
    into = {
        wire.target_node: wire
        for wire in wires
        if not wire.delay and wire.source_node in inside and wire.target_node in inside
    }
    # Every stuck node waits for a stuck node, so going backwards must come round.
    node, seen = stuck[0], set()
    while node not in seen:
        seen.add(node)
        node = into[node].source_node
    loop, start = [into[node]], node
    while loop[-1].source_node != start:
        loop.append(into[loop[-1].source_node])
    loop.reverse()
    drawn = {wire.ends: i for i, wire in enumerate(wires)}
    newest = max(range(len(loop)), key=lambda i: drawn[loop[i].ends])
    return [*loop[newest + 1 :], *loop[: newest + 1]]


def whole_runs(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """Parts that must see a presentation as a whole and therefore cannot stand in a loop, delayed or not."""
    for node in design.nodes:
        if part(node.kind).whole_run and node.id in _behind(design, node.id):
            back = [wire for wire in design.into(node.id) if wire.source_node in _behind(design, node.id)]
            message = f"{node.id} needs a whole presentation at once and cannot stand in a loop; wire it outside."
            ways = tuple(fixes.without(wire) for wire in back) if len(back) == 1 else ()
            yield Problem(level(node.id, alive), node.id, "in", message, ways, "whole run")


def _behind(design: Design, node: str) -> set[str]:
    """Every node that a node's output can reach."""
    reached: set[str] = set()
    waiting = [node]
    while waiting:
        for wire in design.out_of(waiting.pop()):
            if wire.target_node not in reached:
                reached.add(wire.target_node)
                waiting.append(wire.target_node)
    return reached


def empty(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """Nothing to begin from."""
    if not alive:
        fix = Fix("Add Input", ({"op": "add", "kind": "Input"},))
        yield Problem("note", None, None, "Nothing runs yet: there is no Input; add one.", (fix,), "empty")


def loose(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """Parts that nothing reaches; the others run without them."""
    for node in design.nodes:
        if node.id not in alive:
            wired = "only loose parts lead to it" if design.into(node.id) else "nothing is wired into it"
            message = f"{node.id} does not run, {wired}; lead a wire from an Input to it."
            yield Problem("note", node.id, "in", message, (), "loose")
