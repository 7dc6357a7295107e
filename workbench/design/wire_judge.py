"""What one more wire would do, told without a check of the whole design.

A wire changes nothing but what lies behind it, so the rules are asked about that alone. The sentence is the one that a
check of the whole would give first; where that cannot be known from so little (the answer depends on the order in which
shapes spread, a loop is there already, or a limit on everything together is near), the whole is checked.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import NamedTuple

from workbench.design import limits, memory
from workbench.design.check import UNFINISHED, check, wrong
from workbench.design.document import Design, Wire
from workbench.design.parts import part
from workbench.design.plan import reachable
from workbench.design.problem import Problem
from workbench.design.rules import answer, sizes, wiring
from workbench.design.sentences import DesignError
from workbench.design.shapes import Flow, flow

# The rules that can find something new behind a wire and forbid it, in the order of a check; `answer.classes` is last.
_RULES = (wiring.crowded, sizes.misfits, wiring.loops, wiring.whole_runs, sizes.limited)


class _Size(NamedTuple):
    """What nodes bring: numbers to learn, and the most bytes they take, running and training."""

    parameters: int = 0
    running: int = 0
    training: int = 0


class WireJudge:
    """Knows one design by heart and says of any wire what would be wrong with it that is not wrong by now.

    `problems` is what a check of the design has found, where somebody has it already.
    """

    def __init__(self, design: Design, problems: Sequence[Problem] | None = None) -> None:
        self.design = design
        self.known = {problem.place for problem in (check(design) if problems is None else problems)}
        self._found, self._alive = flow(design), reachable(design)
        self._order = {node.id: i for i, node in enumerate(design.nodes)}
        self._drawn = {wire.ends: i for i, wire in enumerate(design.wires)}
        self._sizes = {node: self._size(node, self._found) for node in self._found.out}
        self._total = _Size(*map(sum, zip(*self._sizes.values(), strict=True)))
        # Where unequal shapes arrive, the first to be known is taken: that depends on the way around.
        self._undecided = {
            node for node, pairs in self._found.brought.items() if len({shape for _, shape in pairs}) > 1
        }
        self._new = ""  # a node that is not there yet
        self._last = ("", set[str]())

    def beside(self, kind: str) -> tuple[WireJudge, str]:
        """The judge of the same design with a part of that kind put beside it, and the id of that. What is wrong with
        it counts as new."""
        other = copy(self)
        other._new = name = self.design.free_id(kind)
        other.design = self.design.add(kind, id=name, position=(0, 0))
        values, old = other.design.values(name), self._found
        arriving = (old.sample,) if old.sample and not part(kind).inputs else ()
        out, brought = {**old.out, name: part(kind).out(values, arriving)}, dict(old.brought)
        if part(kind).inputs:
            brought[name] = ()
        else:
            other._alive = {*self._alive, name}
        other._found = Flow(out, brought, {**old.values, name: values}, old.sample)
        other._order = {**self._order, name: len(self._order)}
        other._last = ("", set())
        return other, name

    def why_not(self, source: str, target: str) -> str:
        """Why a wire between these two ports, which are there, would be refused, in the words of `check.wrong`; empty
        where it would not."""
        start, (end, _, port) = source.partition(".")[0], target.partition(".")
        there = [wire for wire in self.design.into(end) if wire.target == target]
        is_full = there and not _takes_many(self.design, end, port) and ("one wire", end, port) not in self.known
        may_be_drawn = (source, target) not in self._drawn and len(self.design.wires) < limits.WIRES
        if is_full and may_be_drawn and self._speaks_first(start, end):
            return wiring.too_many(target, [*there, Wire(source, target)])
        try:
            drawn = self.design.wire(source, target)
        except DesignError as refusal:
            return str(refusal)
        new, behind = drawn.wires[-1], self._behind(end)
        is_loop = start in behind
        if behind & self._undecided or (is_loop and any(rule == "loop" for rule, *_ in self.known)):
            return self._of_the_whole(source, target)
        found, changed = self._spread(new)
        if found is None:
            return self._clash(drawn) or self._of_the_whole(source, target)
        asked = {*(behind if is_loop else changed), *([self._new] if self._new else [])}
        if self._near_a_limit(drawn, found, asked):
            return self._of_the_whole(source, target)
        fresh = [
            p for p in self._problems(drawn, found, asked) if p.place not in self.known and p.rule not in UNFINISHED
        ]
        # As `check.wrong` has it: the wire's own end speaks first, errors before notes.
        first = min(fresh, key=lambda problem: (problem.node != end, problem.level), default=None)
        return first.message if first else ""

    def _problems(self, drawn: Design, found: Flow, asked: set[str]) -> list[Problem]:
        """What the rules say of the nodes `asked`, and of the answer where they touch it."""
        new = drawn.wires[-1]
        wires = {wire for node in asked for wire in (*self.design.into(node), *self.design.out_of(node))}
        names = asked | {wire.source_node for wire in (*wires, new) if wire.target_node in asked}
        around = replace(
            drawn,
            nodes=tuple(drawn.node(node) for node in sorted(names, key=self._order.__getitem__)),
            wires=(*sorted(wires, key=lambda wire: self._drawn[wire.ends]), new),
        )
        local = replace(found, brought={node: found.brought.get(node, ()) if node in asked else () for node in names})
        alive = self._alive | self._behind(new.target_node) if new.source_node in self._alive else self._alive
        # Without a new loop none is looked for: of those there, the part alone might name another wire than the whole.
        is_loop = new.source_node in self._behind(new.target_node)
        rules = (rule for rule in _RULES if is_loop or rule is not wiring.loops)
        problems = [p for rule in rules for p in rule(around, local, alive) if p.node in asked]
        answering = (drawn.output or "").partition(".")[0]
        if drawn.output != self.design.output or answering in asked:
            problems += answer.classes(drawn, found, alive)
        return problems

    def _spread(self, new: Wire) -> tuple[Flow | None, set[str]]:
        """The shapes with the new wire, and the nodes at which others arrive; no shapes where they depend on the order
        in which they become known. What was known does not change, so only what was unknown has to be followed."""
        old, values = self._found, self._found.values
        out, brought, changed = dict(old.out), dict(old.brought), set[str]()
        waiting = deque([new.target_node])
        while waiting:
            node = waiting.popleft()
            wires = (*self.design.into(node), *([new] if node == new.target_node else []))
            brought[node] = tuple((wire, shape) for wire in wires if (shape := out[wire.source_node]) is not None)
            changed.add(node)
            arriving = tuple(shape for _, shape in brought[node])
            kind = part(self.design.node(node).kind)
            if len(set(arriving)) > 1:
                return None, changed
            given = kind.out(values[node], arriving)
            if given != out[node]:
                assert out[node] is None, "what a part gives before anything arrives, it gives whatever arrives"
                out[node] = given
                waiting.extend(
                    wire.target_node for wire in (*self.design.out_of(node), new) if wire.source_node == node
                )
        return Flow(out, brought, values, old.sample), changed

    def _clash(self, drawn: Design) -> str:
        """What the new wire's end says of shapes that do not go together, where it is sure to be the first to speak."""
        new, pairs = drawn.wires[-1], self._found.brought[drawn.wires[-1].target_node]
        start, end, shape = new.source_node, new.target_node, self._found.out[new.source_node]
        comes_back = {start, *(wire.source_node for wire in self.design.into(end))} & self._behind(end)
        if comes_back or shape is None or not self._speaks_first(start, end):
            return ""
        found = replace(self._found, brought={**self._found.brought, end: (*pairs, (new, shape))})
        said = (p for p in self._problems(drawn, found, {end}) if p.rule == "size" and p.place not in self.known)
        return next((problem.message for problem in said), "")

    def _speaks_first(self, start: str, end: str) -> bool:
        """Whether nothing that comes of the wire is graver than what is wrong at its end: too little memory is an error
        even where the end itself does not run."""
        return bool({start, end} & self._alive) or not self._behind(end) & self._alive

    def _near_a_limit(self, drawn: Design, found: Flow, asked: set[str]) -> bool:
        """Whether there could be too many parameters or too little memory with other shapes at these nodes."""
        changes = [(self._size(node, found), self._sizes.get(node, _Size())) for node in asked]
        parameters, running, training = (
            total + sum(now[i] - old[i] for now, old in changes) for i, total in enumerate(self._total)
        )
        is_trained = drawn.output is not None and drawn.stimulus["kind"] == "data"
        return parameters > limits.PARAMETERS or max(running, training if is_trained else 0) > memory.allowed()

    def _size(self, node: str, found: Flow) -> _Size:
        shape, arriving = found.out[node], next(iter(found.arriving(node)), None)
        if shape is None:
            return _Size()
        learned = 0 if arriving is None else part(self.design.node(node).kind).parameters(found.values[node], arriving)
        return _Size(learned, *memory.at_most(self.design, node, shape, learned))

    def _behind(self, node: str) -> set[str]:
        """The node and all that its output can reach."""
        if self._last[0] != node:
            reached, waiting = {node}, [node]
            while waiting:
                following = {wire.target_node for wire in self.design.out_of(waiting.pop())} - reached
                reached |= following
                waiting += following
            self._last = (node, reached)
        return self._last[1]

    def _of_the_whole(self, source: str, target: str) -> str:
        problem = wrong(self.design, source, target, self.known)
        return problem.message if problem else ""


def _takes_many(design: Design, node: str, port: str) -> bool:
    found = part(design.node(node).kind).port(port)
    return found is not None and found.many
