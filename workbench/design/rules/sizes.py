"""Sizes: what arrives must fit, and nothing may be larger than one computer holds. Counted, never allocated."""

from __future__ import annotations

import math
from collections.abc import Iterator

from workbench.design import fixes, limits, memory
from workbench.design.document import Design, Wire
from workbench.design.fixes import Fix
from workbench.design.parts import part
from workbench.design.parts.base import Misfit
from workbench.design.problem import Problem
from workbench.design.rules import level
from workbench.design.sentences import amount, clip
from workbench.design.shapes import Flow


def misfits(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """What arrives, or is declared, in a size that the part cannot take."""
    for node in design.nodes:
        arriving = found.arriving(node.id)
        misfit = part(node.kind).misfit(found.values[node.id], arriving)
        if misfit is None:
            continue
        wires = [wire for wire, _ in found.brought.get(node.id, ())]
        giver = wires[misfit.wire].source_node if wires else design.stimulus["data"]
        got = amount(arriving[misfit.wire])
        message = f"{giver} gives {got}, {node.id} expects {misfit.expects}; {misfit.way_out}."
        ways = tuple(_mends(design, found, node.id, misfit, wires))
        port = "in" if wires else "out"
        yield Problem(level(node.id, alive), node.id, port, clip(message), ways, "size")


def _mends(design: Design, found: Flow, node: str, misfit: Misfit, wires: list[Wire]) -> Iterator[Fix]:
    odd = wires[misfit.wire] if wires else None
    for mend in misfit.mends:
        if mend.settings:
            yield fixes.setting(node, mend.settings)
        if mend.insert and odd:
            yield fixes.inserted(design, odd, mend.insert)
        if mend.width and odd:
            if width := part(design.node(odd.source_node).kind).width:
                yield fixes.setting(odd.source_node, {width: mend.width})
            yield fixes.resized(design, odd, found.out[odd.source_node] or (), mend.width)
    if odd and len(wires) > 1:
        yield fixes.without(odd)


def limited(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """Layers, delays and weights beyond the limits."""
    total = 0
    for node in design.nodes:
        shape, arriving = found.out[node.id], next(iter(found.arriving(node.id)), None)
        if shape is None:
            continue
        grade, count = level(node.id, alive), math.prod(shape)
        if count > limits.LAYER_VALUES:
            message = f"{node.id} gives {count:,} values, a layer may have {limits.LAYER_VALUES:,}; make it smaller."
            yield Problem(grade, node.id, "out", message, (), "large")
        for wire in design.out_of(node.id):
            if count * wire.delay > limits.DELAYED_VALUES:
                yield Problem(grade, node.id, "out", _too_long(wire, count), _shorter(wire, count), "long delay")
        own = 0 if arriving is None else part(node.kind).parameters(found.values[node.id], arriving)
        if total <= limits.PARAMETERS < total + own:
            message = (
                f"{node.id} brings the network to {total + own:,} parameters, {limits.PARAMETERS:,} are allowed; "
                "make it smaller."
            )
            yield Problem(grade, node.id, "out", message, (), "heavy")
        total += own


def remembered(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """More memory than this machine has for it: to run (an error), or to train what can be trained (a note)."""
    if wrong := memory.unrunnable(design, found):
        yield Problem("error", wrong[0], "out", clip(wrong[1]), (), "memory")
    elif design.stimulus["kind"] == "data" and design.output and (wrong := memory.untrainable(design, found)):
        yield Problem("note", memory.to_train(design, found).node, "out", clip(wrong), (), "memory")


def _too_long(wire: Wire, count: int) -> str:
    return clip(
        f"{wire.words} remembers {wire.delay:,} steps of {count:,} values, {limits.DELAYED_VALUES:,} numbers "
        "in all are allowed; shorten the delay."
    )


def _shorter(wire: Wire, count: int) -> tuple[Fix, ...]:
    longest = limits.DELAYED_VALUES // count
    if not longest:
        return ()
    return (fixes.delayed(wire, longest),)
