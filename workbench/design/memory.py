"""How much memory a design needs, reckoned from its sizes before any of it is asked for, and how much it may use.

    numbers learned · bytes for each  +  steps · samples · Σ values of a part · bytes for each  +  delay lines

The bytes for each are bounds found by measuring the largest memory of runs, trainings and measurements of wide and of
deep networks (tests/run/test_memory.py does it again). What a layer gives is laid to the part that decides its size,
as that is where it can be made smaller.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from workbench.design import limits
from workbench.design.document import Design
from workbench.design.elements import Node
from workbench.design.parts import part
from workbench.design.parts.base import Shape
from workbench.design.plan import reachable
from workbench.design.problem import Problem
from workbench.design.shapes import Flow, flow

FORWARD = (32, 40, 16)
"""Bytes a number learned, a neuron's value and any other value take in a run that is also measured: the weights, the
networks of both in double precision, what a step sends and what is recorded of it."""
BACKWARD = (60, 56, 8)
"""The same while training: weights, gradient and copies handed out, beside a run; all that the gradient looks back
on. Adam keeps two more numbers (8 bytes) for each, which are counted in."""
LINE = 8  # bytes of a value on a delay line: what is kept, and what is joined to it
PIECE_BYTES = 250_000_000  # what one pass may take: more makes nothing faster
TOO_LARGE = ("large", "heavy", "long delay", "memory")  # rules about nothing but size
LACKING = "There is not enough memory for this on this machine; make the network, the batch or the steps smaller."


class Need(NamedTuple):
    """Bytes in all, and the part that most of them are laid to, with the number of values it gives."""

    bytes: int
    node: str
    values: int


@cache
def allowed() -> int:
    """The bytes that one design may use: a share of this machine's memory, or of what its container may have."""
    return int(min(limits.MEMORY_BYTES, for_all()))


@cache
def for_all() -> int:
    """The bytes that the designs of all visitors may use together."""
    return int(limits.MEMORY_SHARE * _machine())


def to_run(design: Design, found: Flow | None = None) -> Need:
    """To watch it: one sample, one step at a time (parts that need a whole presentation at once have it)."""
    return _need(design, found, FORWARD, 1, 1)


def to_measure(design: Design, found: Flow | None = None) -> Need:
    """To present one sample from beginning to end."""
    return _need(design, found, FORWARD, 1, design.training["steps"])


def to_train(design: Design, found: Flow | None = None) -> Need:
    """To learn from one batch."""
    from workbench.engine.data import load

    settings = design.training
    samples = min(settings["batch"], len(load(settings["data"]).train))
    return _need(design, found, BACKWARD, samples, settings["steps"])


def at_most(design: Design, node: str, shape: Shape, learned: int) -> tuple[int, int]:
    """The most bytes, running and training, that a node takes which gives `shape` and learns so many numbers."""
    settings, one, count = design.training, design.node(node), math.prod(shape)
    running = learned * FORWARD[0] + count * _of_a_value(design, one, FORWARD, 1)
    values = settings["batch"] * count * _of_a_value(design, one, BACKWARD, settings["steps"])
    return running, learned * BACKWARD[0] + values


def passes(design: Design, most: int, steps: int) -> int:
    """How many samples, at most `most`, are presented for `steps` steps in one pass of some PIECE_BYTES."""
    one = _need(design, None, (0, *FORWARD[1:]), 1, steps).bytes
    return max(1, min(most, PIECE_BYTES // max(one, 1)))


def piece(design: Design, most: int) -> int:
    """How many steps, at most `most`, one sample is run for in one pass of some PIECE_BYTES."""
    one = _need(design, None, (0, *FORWARD[1:]), 1, 1).bytes
    return max(1, min(most, PIECE_BYTES // max(one, 1)))


def untrainable(design: Design, found: Flow | None = None) -> str:
    """Why there is not enough memory to train it, empty where there is."""
    settings = design.training
    ways = f"it, the batch ({settings['batch']:,}) or the steps ({settings['steps']:,}) smaller"
    return _refused("training", to_train(design, found), f"make {ways}")


def unmeasurable(design: Design, found: Flow | None = None) -> str:
    """Why there is not enough memory to present a sample, empty where there is."""
    steps = design.training["steps"]
    return _refused("measuring", to_measure(design, found), f"make it or the steps ({steps:,}) smaller")


def unrunnable(design: Design, found: Flow | None = None) -> tuple[str, str] | None:
    """The node and the sentence where there is not enough memory to run it."""
    need = to_run(design, found)
    sentence = _refused("running", need, "make it smaller")
    return (need.node, sentence) if sentence else None


def countable(problems: Sequence[Problem]) -> bool:
    """Whether a design with these problems can at least be counted: nothing but its size keeps it from running."""
    errors = [problem for problem in problems if problem.level == "error"]
    return bool(errors) and all(problem.rule in TOO_LARGE for problem in errors)


def lacked(error: BaseException) -> bool:
    """Whether an error says that memory was asked for that is not there."""
    words = str(error)
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and ("DefaultCPUAllocator" in words or "out of memory" in words.lower())
    )


def gigabytes(count: int) -> str:
    """Bytes as people say them: "26 GB", "5.9 GB"."""
    size = count / 1e9
    return f"{size:,.0f} GB" if size >= 10 else f"{size:,.2g} GB"


def crowded(doing: str, need: Need, others: int, limit: int) -> str:
    """Why there is too little memory for one more design, where other visitors' designs hold `others` bytes."""
    sizes = f"needs {gigabytes(need.bytes)}, other pages hold {gigabytes(others)} of the {gigabytes(limit)} for all"
    return f"{_values(need)}: {doing} {sizes}; make it smaller, or reload when one of them is closed."


def _values(need: Need) -> str:
    return f"{need.node} gives {need.values:,} value{'s' if need.values != 1 else ''}"


def _refused(doing: str, need: Need, way_out: str) -> str:
    if need.bytes <= allowed():
        return ""
    sizes = f"needs {gigabytes(need.bytes)}, at most {gigabytes(allowed())} may be used here"
    return f"{_values(need)}: {doing} {sizes}; {way_out}."


def _need(design: Design, found: Flow | None, each: tuple[int, int, int], samples: int, steps: int) -> Need:
    found = found or flow(design)
    alive = reachable(design)
    laid, deciders = dict[str, int](), dict[str, str]()
    for node in design.nodes:
        shape = found.out[node.id]
        if shape is None or node.id not in alive:
            continue
        arriving = next(iter(found.arriving(node.id)), None)
        learned = 0 if arriving is None else part(node.kind).parameters(found.values[node.id], arriving)
        laid[node.id] = laid.get(node.id, 0) + learned * each[0]
        decider = _decider(design, found, node.id, deciders)
        laid[decider] = laid.get(decider, 0) + samples * math.prod(shape) * _of_a_value(design, node, each, steps)
    if not laid:
        return Need(0, "", 0)
    most = max(laid, key=laid.__getitem__)
    return Need(sum(laid.values()), most, math.prod(found.out[most] or ()))


def _of_a_value(design: Design, node: Node, each: tuple[int, int, int], steps: int) -> int:
    """The bytes that each of its values takes, of one sample."""
    kind = part(node.kind)
    kept = max(steps, design.training["steps"]) if kind.whole_run else steps
    value = each[1] * kind.heft if kind.group == "neurons" else each[2]
    return kept * value + LINE * sum(wire.delay for wire in design.out_of(node.id))


def _decider(design: Design, found: Flow, node: str, known: dict[str, str]) -> str:
    """The part that decides how many values `node` gives: itself, or the nearest before it that does. `known` are those
    that were found before, so that a long row is not gone back along again from each of its parts."""
    passed = [node]
    for _ in design.nodes:
        wires = design.into(node)
        if node in known or not wires or part(design.node(node).kind).out(found.values[node], ()) is not None:
            break
        node = wires[0].source_node
        passed.append(node)
    known |= dict.fromkeys(passed, known.get(node, node))
    return known[node]


def _machine() -> int:
    """The memory of this machine, or of the container it is."""
    sizes = []
    try:
        sizes.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, OSError, ValueError):  # a system that does not say
        sizes.append(2 * limits.MEMORY_BYTES)
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            sizes.append(int(Path(file).read_text()))
        except (OSError, ValueError):  # no such file, or "max"
            continue
    return min(sizes)
