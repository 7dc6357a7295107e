"""The answer: an output that is marked, runs, and is as wide as the data has classes; probes of neurons that exist."""

from __future__ import annotations

import math
from collections.abc import Iterator

from workbench.design import fixes
from workbench.design.document import Design
from workbench.design.fixes import Fix
from workbench.design.parts import part
from workbench.design.parts.base import Shape
from workbench.design.problem import Problem
from workbench.design.rules import level
from workbench.design.sentences import amount, clip
from workbench.design.shapes import Flow


def output(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """With data as stimulus, something must be marked as the answer before training."""
    if not design.nodes or design.output is not None or design.stimulus["kind"] != "data":
        return
    neurons = [node.id for node in design.nodes if node.id in alive and part(node.kind).group == "neurons"]
    ends = [node for node in neurons if not design.out_of(node)] or neurons
    ways = ()
    if ends:
        change = {"op": "change", "fields": {"output": f"{ends[-1]}.out"}}
        ways = (Fix(f"Mark {ends[-1]} as output", (change,)),)
    yield Problem("note", None, None, "No answer is marked: wire the last layer into a Readout.", ways, "output")


def classes(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """One value of the output for each class of the data, or as many as the training plan says."""
    if design.output is None or design.stimulus["kind"] != "data":
        return
    from workbench.engine.data import load

    node, _, port = design.output.partition(".")
    data, shape, each = load(design.stimulus["data"]), found.out[node], design.training["population"]
    if shape is None or math.prod(shape) == data.classes * each:
        return
    has = f"{data.name} has {data.classes} classes"
    if each > 1:
        has += f", with {each} neurons each {data.classes * each:,}"
    message = f"{node} gives {amount(shape)}, {has}; make the last layer that wide."
    ways = (*_widths(design, node, data.classes * each, shape), *_populations(design, math.prod(shape), data.classes))
    yield Problem(level(node, alive), node, port, clip(message), ways, "classes")


def _widths(design: Design, node: str, count: int, shape: Shape) -> Iterator[Fix]:
    """Ways to an answer of the right width: the last Linear resized, or a Linear (and a neuron) put before the end."""
    if (wide := _decisive_before(design, node)) is not None:
        yield fixes.setting(wide, {part(design.node(wide).kind).width: count})
    wires, values = design.into(node), design.values(node)
    follows = part(design.node(node).kind).out(values, ()) is None  # its size is that of what arrives
    if len(wires) == 1 and follows:
        fires = part(design.node(wires[0].source_node).kind).spikes
        # A readout counts spikes, so what it is given must fire: one more layer of the neurons that are there.
        neurons = [other.kind for other in design.nodes if part(other.kind).group == "neurons"]
        more = fires and design.node(node).kind == "Readout" and neurons
        yield fixes.resized(design, wires[0], shape, count, neurons[-1:] if more else ())


def _populations(design: Design, count: int, classes: int) -> Iterator[Fix]:
    """So many outputs for each class that all have one, where the loss takes that."""
    from workbench.engine.losses import OF_POPULATIONS

    each = count // classes
    if count % classes or not 1 <= each <= 1000 or (each > 1 and design.training["loss"] not in OF_POPULATIONS):
        return
    words = f"{each} neurons" if each > 1 else "one neuron"
    change = {"op": "change", "fields": {"training": {"population": each}}}
    yield Fix(f"Let {words} stand for each class", (change,))


def _decisive_before(design: Design, node: str) -> str | None:
    """The Linear (or its like) that alone decides the size of `node` and serves nothing else, None where none does."""
    for _ in design.nodes:
        if part(design.node(node).kind).width:
            return node
        wires = design.into(node)
        if len(wires) != 1 or len(design.out_of(wires[0].source_node)) != 1:
            return None
        node = wires[0].source_node
    return None


def probes(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """Probes of neurons that a layer no longer has; they are not drawn."""
    for probe in design.probes:
        shape = found.out[probe.node]
        if shape is None or all(neuron < math.prod(shape) for neuron in probe.neurons):
            continue
        count = math.prod(shape)
        beyond = next(neuron for neuron in probe.neurons if neuron >= count)
        message = f"{probe.node} has neurons 0 to {count - 1}, the probe of neuron {beyond} shows nothing; remove it."
        kept = []
        for other in design.probes:
            neurons = [neuron for neuron in other.neurons if other is not probe or neuron < count]
            if neurons:
                kept.append({"node": other.node, "state": other.state, "neurons": neurons})
        ways = (Fix("Remove the probe", ({"op": "change", "fields": {"probes": kept}},)),)
        yield Problem("note", probe.node, "out", message, ways, "probe")
