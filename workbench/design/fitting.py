"""What fits where, before anything is drawn: which ports a wire may end at, which parts a loose end may lead to.

A port is written "node.port"; whether it takes or gives follows from its part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from workbench.design import edit
from workbench.design.check import Places, can_wire, fresh, places
from workbench.design.document import Design, Wire
from workbench.design.edit import Edit
from workbench.design.fixes import STEP, Fix
from workbench.design.parts import part, parts
from workbench.design.problem import Problem
from workbench.design.sentences import DesignError
from workbench.design.wire_judge import WireJudge


def misfits(design: Design, port: str, problems: Sequence[Problem] | None = None) -> Iterator[tuple[str, str]]:
    """(other port, why a wire between the two would be refused, empty where it would not), for all it could lead to.

    One after the other: whoever has no time for all asks for some. `problems` is what a check of the design has found,
    where it has been checked. Raises `DesignError` at once where the port is not there.
    """
    taking = _takes(design, port)
    others = (f"{node.id}.{name}" for node in design.nodes for name in _ports(node.kind, taking=not taking))

    def judged() -> Iterator[tuple[str, str]]:
        judge = WireJudge(design, problems)
        for other in others:
            yield other, judge.why_not(*_ends(port, other, taking))

    return judged()


def parts_for(design: Design, port: str, problems: Sequence[Problem] | None = None) -> Iterator[tuple[str, bool]]:
    """(kind, whether a new part of it with its default parameters may stand at the other end of a wire at `port`), one
    after the other as `misfits`."""
    taking = _takes(design, port)

    def judged() -> Iterator[tuple[str, bool]]:
        judge = WireJudge(design, problems)
        for kind in parts():
            if not (ports := _ports(kind, taking=not taking)):
                yield kind, False
                continue
            try:
                with_it, name = judge.beside(kind)
            except DesignError:  # the design is full
                yield kind, False
                continue
            yield kind, not with_it.why_not(*_ends(port, f"{name}.{ports[0]}", taking))

    return judged()


def added(design: Design, kind: str, port: str) -> list[Edit]:
    """The wire between `port` and a new part of that kind, which has the next free id; the part comes before."""
    return _with(design, kind, port)[1:]


def into(design: Design, kind: str, wire: Wire) -> tuple[list[Edit], Problem | None]:
    """The edits that lead `wire` through a new part of that kind, or why not and the ways out; its delay stays in front
    of the part, which comes before and has the next free id. Where it is too narrow, what follows makes room.

    Raises `DesignError` for a part that nothing can be led through.
    """
    known = part(kind)
    if not known.inputs or not known.outputs:
        way = "takes" if known.inputs else "gives"
        raise DesignError(f"{known.title} cannot stand within a wire: it only {way}; drop it beside the wire.")
    name = design.free_id(kind)
    there = design.add(kind, id=name, position=(0, 0))
    wrong_before = places(there)
    unwired: Edit = {"op": "unwire", "source": wire.source, "target": wire.target}
    enters: Edit = _wire(wire.source, f"{name}.{known.inputs[0].name}", wire.delay)
    leaves: Edit = _wire(f"{name}.{known.outputs[0].name}", wire.target)
    edits = [unwired, enters, leaves]
    if not _wrongs(there, edits, wrong_before):
        return [*edits, *_room(design, wire, name)], None
    cut = edit.apply(there, [unwired])
    if problem := can_wire(cut, wire.source, str(enters["target"])):
        ways = [Fix(fix.label, (unwired, *fix.edits, leaves)) for fix in problem.fix]
    else:
        problem = can_wire(edit.apply(cut, [enters]), str(leaves["source"]), wire.target)
        assert problem, "each of its two ends fits, and both together do not"
        ways = [Fix(fix.label, (unwired, enters, *fix.edits)) for fix in problem.fix]
    good = tuple(way for way in ways if not _wrongs(there, way.edits, wrong_before))
    return [], replace(problem, fix=good)


def _room(design: Design, wire: Wire, name: str) -> list[Edit]:
    """Moves for a part within a wire that is too short for it: it stands in the middle, and all to the right of it step
    aside. A wire that leads back goes around anyway."""
    (x0, y0), (x1, y1) = design.node(wire.source_node).position, design.node(wire.target_node).position
    missing = 2 * STEP - (x1 - x0)
    if x1 <= x0 or missing <= 0:
        return []
    aside = {node.id: [node.position[0] + missing, node.position[1]] for node in design.nodes if node.position[0] >= x1}
    return [{"op": "move", "positions": {name: [x0 + STEP, (y0 + y1) / 2], **aside}}]


def _with(design: Design, kind: str, port: str) -> list[Edit]:
    """A new part of that kind and its wire to `port`; nothing where it has no port for one."""
    taking = _takes(design, port)
    ports = _ports(kind, taking=not taking)
    if not ports:
        return []
    name = design.free_id(kind)
    return [
        {"op": "add", "kind": kind, "id": name, "position": (0, 0)},
        _wire(*_ends(port, f"{name}.{ports[0]}", taking)),
    ]


def _wire(source: str, target: str, delay: int = 0) -> Edit:
    return {"op": "wire", "source": source, "target": target, "delay": delay}


def _wrongs(design: Design, edits: Sequence[Edit], known: Places) -> list[Problem]:
    return fresh(edit.apply(design, edits), known)


def _takes(design: Design, port: str) -> bool:
    """Whether wires end at this port. Raises `DesignError` for one that is not there."""
    node, _, name = port.partition(".")
    kind = design.node(node).kind
    if name in _ports(kind, taking=True):
        return True
    if name in _ports(kind, taking=False):
        return False
    raise DesignError(f"{node} has no port {name[:40]}; it has {', '.join(_ports(kind, True) + _ports(kind, False))}.")


def _ports(kind: str, taking: bool) -> list[str]:
    known = part(kind)
    return [port.name for port in (known.inputs if taking else known.outputs)]


def _ends(port: str, other: str, taking: bool) -> tuple[str, str]:
    """Source and target of a wire between the two."""
    return (other, port) if taking else (port, other)
