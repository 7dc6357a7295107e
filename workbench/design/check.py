"""Is this a network? Every rule of the house in one sentence with its numbers, and with the edits that put it right.

An *error* stops what runs. A *note* does not: unfinished is not invalid, so what cannot be reached from an Input, or
waits for its answer to be marked, is only noted.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from workbench.design import edit, fixes
from workbench.design.document import Design
from workbench.design.fixes import Fix
from workbench.design.plan import reachable
from workbench.design.problem import Problem
from workbench.design.rules import answer, sizes, teaching, timing, wiring
from workbench.design.sentences import DesignError, clip
from workbench.design.shapes import flow

__all__ = ["Fix", "Problem", "can_wire", "check"]

_RULES = (
    wiring.empty,
    wiring.crowded,
    sizes.misfits,
    wiring.loops,
    wiring.whole_runs,
    sizes.limited,
    sizes.remembered,
    answer.output,
    answer.classes,
    timing.paces,
    teaching.judged,
    teaching.bounded,
    answer.probes,
    wiring.loose,
)
# What says that something is missing rather than that something is wrong: no wire is refused for these.
UNFINISHED = ("empty", "loose", "output", "probe", "loss", "rates", "hidden", "pace")
_ROUNDS = 5
Places = Set[tuple[str, str | None, str | None]]


def check(design: Design) -> list[Problem]:
    """All problems, errors first."""
    found, alive = flow(design), reachable(design)
    problems = [problem for rule in _RULES for problem in rule(design, found, alive)]
    return sorted(problems, key=lambda problem: problem.level)


def can_wire(design: Design, source: str, target: str) -> Problem | None:
    """Why a wire would be refused, None where it would not.

    Each fix draws the wire and puts right at once all that would be wrong with it.
    """
    known = places(design)
    worst = wrong(design, source, target, known)
    if worst is None or not worst.fix:
        return worst
    drawn = design.wire(source, target)
    draw = {"op": "wire", "source": source, "target": target, "delay": 0}
    ways = [
        Fix(way.label, (draw, *way.edits))
        for first in worst.fix
        if first != fixes.without(drawn.wires[-1]) and (way := _completed(drawn, first, known))
    ]
    return replace(worst, fix=tuple(ways))


def wrong(design: Design, source: str, target: str, known: Places) -> Problem | None:
    """What would be wrong with a wire between the two that is not wrong at the `known` places; its fixes come after it
    is drawn."""
    try:
        found = fresh(design.wire(source, target), known)
    except DesignError as refusal:
        node, _, port = target.partition(".")
        return Problem("error", node if node in design else None, port or None, str(refusal), (), "wire")
    # The wire's own end speaks first; what follows from it further on comes after.
    return min(found, key=lambda problem: problem.node != target.partition(".")[0], default=None)


def places(design: Design) -> Places:
    """Where something is wrong by now."""
    return {problem.place for problem in check(design)}


def fresh(design: Design, known: Places) -> list[Problem]:
    """What is wrong and was not wrong before."""
    return [p for p in check(design) if p.place not in known and p.rule not in UNFINISHED]


def _completed(design: Design, fix: Fix, known: Places) -> Fix | None:
    """A fix with all that it needs in turn, so that nothing new is wrong after it; None where that has no end."""
    for _ in range(_ROUNDS):
        try:
            left = fresh(edit.apply(design, fix.edits), known)
        except DesignError:  # the design is full
            return None
        if not left:
            return fix
        if not left[0].fix:
            return None
        more = left[0].fix[0]
        words = more.label[0].lower() + more.label[1:]
        fix = Fix(clip(f"{fix.label}, {words}", 80), (*fix.edits, *more.edits))
    return None
