"""Is this a network? Every rule of the house in one sentence with its numbers, and with the edits that put it right.

An *error* stops what runs. A *note* does not: unfinished is not invalid, so what cannot be reached from an Input, or
waits for its answer to be marked, is only noted. The same fault is an error where it runs and a note where it is loose.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from workbench.design import fixes, limits
from workbench.design.document import Design, Wire
from workbench.design.fixes import Fix
from workbench.design.parts import part
from workbench.design.parts.base import Misfit, Shape
from workbench.design.plan import in_order, reachable
from workbench.design.sentences import DesignError, amount, clip, one_of, times
from workbench.design.shapes import Flow, flow

Level = Literal["error", "note"]
# What says that something is missing rather than that something is wrong.
_UNFINISHED = ("empty", "loose", "output")


@dataclass(frozen=True)
class Problem:
    """One sentence about one place; `port` is "in" or "out", `fix` the ways out, `rule` the short name of the rule."""

    level: Level
    node: str | None
    port: str | None
    message: str
    fix: tuple[Fix, ...] = ()
    rule: str = ""

    @property
    def place(self) -> tuple[str, str | None, str | None]:
        """What makes it the same problem after an edit elsewhere."""
        return self.rule, self.node, self.port


def check(design: Design) -> list[Problem]:
    """All problems, errors first, in the order of the nodes."""
    found, alive = flow(design), reachable(design)
    problems = [
        *_empty(design, alive),
        *_crowded(design, alive),
        *_misfits(design, found, alive),
        *_loops(design, alive),
        *_sizes(design, found, alive),
        *_answer(design, found, alive),
        *_probes(design, found),
        *_loose(design, alive),
    ]
    return sorted(problems, key=lambda problem: problem.level)


def can_wire(design: Design, source: str, target: str) -> Problem | None:
    """Why a wire would be refused, None where it would not. Each fix draws the wire and puts it right at once."""
    try:
        drawn = design.wire(source, target)
    except DesignError as refusal:
        node, _, port = target.partition(".")
        return Problem("error", node if node in design else None, port or None, str(refusal), (), "wire")
    before = {problem.place for problem in check(design)}
    fresh = [p for p in check(drawn) if p.place not in before and p.rule not in _UNFINISHED]
    if not fresh:
        return None
    # The wire's own end speaks first; what follows from it further on comes after.
    worst = min(fresh, key=lambda problem: problem.node != target.partition(".")[0])
    draw = {"op": "wire", "source": source, "target": target, "delay": 0}
    ways = (Fix(fix.label, (draw, *fix.edits)) for fix in worst.fix if fix != fixes.without(drawn.wires[-1]))
    return Problem("error", worst.node, worst.port, worst.message, tuple(ways), worst.rule)


def _level(node: str, alive: set[str]) -> Level:
    return "error" if node in alive else "note"


def _empty(design: Design, alive: set[str]) -> Iterator[Problem]:
    if not alive:
        fix = Fix("Add Input", ({"op": "add", "kind": "Input"},))
        yield Problem("note", None, None, "Nothing runs yet: there is no Input; add one.", (fix,), "empty")


def _crowded(design: Design, alive: set[str]) -> Iterator[Problem]:
    """Ports that take one wire and have more."""
    for node in design.nodes:
        for port in part(node.kind).inputs:
            wires = [wire for wire in design.into(node.id) if wire.target == f"{node.id}.{port.name}"]
            if port.many or len(wires) < 2:
                continue
            names = [wire.source_node for wire in wires]
            message = (
                f"{node.id}.{port.name} takes one wire and has {len(wires)}, from {one_of(names)}; add them in a Sum."
            )
            ways = (fixes.summed(design, wires), *(fixes.without(wire) for wire in reversed(wires[1:])))
            # Taking one wire away is a way out only where one is left then.
            ways = ways if len(wires) == 2 else ways[:1]
            yield Problem(_level(node.id, alive), node.id, port.name, clip(message), ways, "one wire")


def _misfits(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """What arrives, or is declared, in a size that the part cannot take."""
    for node in design.nodes:
        known = part(node.kind)
        arriving = found.arriving(node.id)
        misfit = known.misfit(found.values[node.id], arriving)
        if misfit is None:
            continue
        wires = [wire for wire, _ in found.brought.get(node.id, ())]
        giver = wires[misfit.wire].source_node if wires else design.stimulus["data"]
        message = (
            f"{giver} gives {amount(arriving[misfit.wire])}, {node.id} expects {misfit.expects}; {misfit.way_out}."
        )
        ways = tuple(_mends(design, found, node.id, misfit, wires))
        port = "in" if wires else "out"
        yield Problem(_level(node.id, alive), node.id, port, clip(message), ways, "size")


def _mends(design: Design, found: Flow, node: str, misfit: Misfit, wires: list[Wire]) -> Iterator[Fix]:
    for mend in misfit.mends:
        if mend.settings:
            yield fixes.setting(node, mend.settings)
        if mend.insert:
            yield fixes.inserted(design, wires[misfit.wire], mend.insert)
    if not misfit.mends and wires:
        # Unequal wires: bring the odd one to the size of the first.
        wanted = found.brought[node][0][1]
        yield from _resized(design, wires[misfit.wire], wanted, found)
        yield fixes.without(wires[misfit.wire])


def _resized(design: Design, wire: Wire, wanted: Shape, found: Flow) -> Iterator[Fix]:
    """Ways to make a wire bring a flat row of another size: another Linear before it, or a new one in it."""
    if len(wanted) != 1:
        return
    if (linear := _linear_before(design, wire.source_node)) is not None:
        yield fixes.setting(linear, {"out_features": wanted[0]})
    shape = found.out[wire.source_node] or wanted
    kinds = [] if len(shape) == 1 else [("Flatten", {})]
    words = f"Linear {math.prod(shape)}→{wanted[0]}"
    kinds.append(("Linear", {"out_features": wanted[0]}))
    yield fixes.inserted(design, wire, kinds, f"Insert {'Flatten and ' if len(kinds) > 1 else ''}{words}")


def _linear_before(design: Design, node: str) -> str | None:
    """The Linear that alone decides the size of `node`, None where something else does."""
    for _ in design.nodes:
        if design.node(node).kind == "Linear":
            return node
        wires = design.into(node)
        if len(wires) != 1 or len(design.out_of(wires[0].source_node)) != 1:
            return None
        if part(design.node(node).kind).group not in ("neurons", "encoders", "readouts", "structure"):
            return None
        node = wires[0].source_node
    return None


def _loops(design: Design, alive: set[str]) -> Iterator[Problem]:
    """Loops without delay: a value would be needed before it is computed."""
    nodes, wires = [node.id for node in design.nodes], list(design.wires)
    while stuck := in_order(nodes, wires)[1]:
        loop = _loop(stuck, wires)
        last = loop[-1]
        path = " → ".join([last.target_node, *(wire.target_node for wire in loop)])
        message = f"{clip(path, 110)} is a loop without delay; give one of its wires a delay of 1 step or more."
        ways = (fixes.delayed([last]), fixes.without(last))
        yield Problem(_level(last.target_node, alive), last.target_node, "in", message, ways, "loop")
        wires = [wire for wire in wires if wire is not last]


def _loop(stuck: list[str], wires: list[Wire]) -> list[Wire]:
    """One loop among `stuck` as wires in their order along it, the one drawn last at the end."""
    inside = set(stuck)
    into = {
        wire.target_node: wire for wire in wires if not wire.delay and {wire.source_node, wire.target_node} <= inside
    }
    # Every stuck node waits for a stuck node, so going backwards must come round.
    node, seen = stuck[0], dict[str, None]()
    while node not in seen:
        seen[node] = None
        node = into[node].source_node
    loop, start = [], node
    while not loop or node != start:
        loop.insert(0, into[node])
        node = into[node].source_node
    newest = max(range(len(loop)), key=lambda i: wires.index(loop[i]))
    return [*loop[newest + 1 :], *loop[: newest + 1]]


def _sizes(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """Layers, delays and weights beyond what one computer holds; counted, never allocated."""
    total = 0
    for node in design.nodes:
        shape = found.out[node.id]
        if shape is None:
            continue
        if (count := math.prod(shape)) > limits.LAYER_VALUES:
            message = f"{node.id} gives {count:,} values, a layer may have {limits.LAYER_VALUES:,}; make it smaller."
            yield Problem(_level(node.id, alive), node.id, "out", message, (), "large")
        for wire in design.out_of(node.id):
            if count * wire.delay > limits.DELAYED_VALUES:
                message = (
                    f"{wire.words} remembers {wire.delay:,} steps of {count:,} values, {limits.DELAYED_VALUES:,} numbers "
                    "are allowed; make the delay shorter."
                )
                fix = Fix("Shorten the delay", ({
                    "op": "delay", "source": wire.source, "target": wire.target,
                    "delay": max(limits.DELAYED_VALUES // count, 1),
                },))  # fmt: skip
                yield Problem(_level(node.id, alive), node.id, "out", clip(message), (fix,), "long delay")
        arriving = next(iter(found.arriving(node.id)), None)
        own = 0 if arriving is None else part(node.kind).parameters(found.values[node.id], arriving)
        if total <= limits.PARAMETERS < total + own:
            size = f"{times(shape)} × {times(arriving or ())}"
            message = (
                f"{node.id} ({size}) brings the network to {total + own:,} parameters, "
                f"{limits.PARAMETERS:,} are allowed; make it smaller."
            )
            yield Problem(_level(node.id, alive), node.id, "out", clip(message), (), "heavy")
        total += own


def _answer(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """The output: marked, running, and as wide as the data has classes."""
    if not design.nodes or design.stimulus["kind"] != "data":
        return
    if design.output is None:
        neurons = [node.id for node in design.nodes if node.id in alive and part(node.kind).group == "neurons"]
        ends = [node for node in neurons if not design.out_of(node)]
        edits = ({"op": "change", "fields": {"output": f"{(ends or neurons or [''])[-1]}.out"}},)
        ways = (Fix(f"Mark {(ends or neurons)[-1]} as output", edits),) if neurons else ()
        yield Problem("note", None, None, "No answer is marked: wire the last layer into a Readout.", ways, "output")
        return
    from workbench.engine.data import load

    node, _, port = design.output.partition(".")
    data, shape = load(design.stimulus["data"]), found.out[node]
    if shape is None or math.prod(shape) == data.classes:
        return
    message = (
        f"{node} gives {amount(shape)}, {data.name} has {data.classes} classes; give the last layer {data.classes}."
    )
    ways = tuple(_classes(design, node, data.classes, shape))
    yield Problem(_level(node, alive), node, port, clip(message), ways, "classes")


def _classes(design: Design, node: str, classes: int, shape: Shape) -> Iterator[Fix]:
    """Ways to an answer of the right width: the last Linear resized, or a Linear and a neuron put before the end."""
    if (linear := _linear_before(design, node)) is not None:
        yield fixes.setting(linear, {"out_features": classes})
    wires = design.into(node)
    if len(wires) != 1:
        return
    kinds: list[tuple[str, dict[str, int]]] = [] if len(shape) == 1 else [("Flatten", {})]
    kinds.append(("Linear", {"out_features": classes}))
    source = part(design.node(wires[0].source_node).kind)
    if part(design.node(node).kind).group == "readouts" and source.spikes:
        # A readout counts spikes, so what it is given must fire: one more layer of the neurons that are there.
        neurons = [other.kind for other in design.nodes if part(other.kind).group == "neurons"]
        kinds.append((neurons[-1] if neurons else "Leaky", {}))
    words = f"Insert Linear {math.prod(shape)}→{classes}" + (f" and {kinds[-1][0]}" if kinds[-1][0] != "Linear" else "")
    yield fixes.inserted(design, wires[0], kinds, words)


def _probes(design: Design, found: Flow) -> Iterator[Problem]:
    """Probes of neurons that a layer no longer has; they are not drawn."""
    for probe in design.probes:
        shape = found.out[probe.node]
        beyond = [neuron for neuron in probe.neurons if shape is not None and neuron >= math.prod(shape)]
        if not beyond or shape is None:
            continue
        message = (
            f"{probe.node} has neurons 0 to {math.prod(shape) - 1}, the probe of neuron {beyond[0]} shows nothing."
        )
        kept = [{"node": p.node, "state": p.state, "neurons": [n for n in p.neurons if p is not probe or n not in beyond]}
                for p in design.probes]  # fmt: skip
        edits = ({"op": "change", "fields": {"probes": [entry for entry in kept if entry["neurons"]]}},)
        yield Problem("note", probe.node, "out", message, (Fix("Remove the probe", edits),), "probe")


def _loose(design: Design, alive: set[str]) -> Iterator[Problem]:
    """Parts that nothing reaches; the others run without them."""
    for node in design.nodes:
        if node.id in alive:
            continue
        wired = "only loose parts lead to it" if design.into(node.id) else "nothing is wired into it"
        message = f"{node.id} does not run, {wired}; lead a wire from an Input to it."
        yield Problem("note", node.id, "in", message, (), "loose")
