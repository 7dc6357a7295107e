"""How long a step is: neurons that reckon in milliseconds go by the design's, within what they can follow."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.design import fixes
from workbench.design.document import Design
from workbench.design.fixes import Fix
from workbench.design.parts import part
from workbench.design.problem import Problem
from workbench.design.rules import level
from workbench.design.sentences import clip
from workbench.design.shapes import Flow


def paces(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """An error where the design's step is one that the neuron cannot make, a note where it has another of its own."""
    for node in design.nodes:
        kind = part(node.kind)
        for name in kind.timed:
            known, own = kind.param(name), kind.values(node.params)[name]
            lo, hi = known.lo or 0.0, known.hi or design.dt_ms
            if own is None and not lo <= design.dt_ms <= hi:
                nearest = min(max(design.dt_ms, lo), hi)
                words = f"{node.id} takes steps of {lo:g} to {hi:g} ms, the design's is {design.dt_ms:g}"
                way = Fix(f"Set dt_ms to {nearest:g}", ({"op": "change", "fields": {"dt_ms": nearest}},))
                yield Problem(
                    level(node.id, alive), node.id, None, f"{words}; set dt_ms to {nearest:g}.", (way,), "pace"
                )
            elif own is not None and own != design.dt_ms:
                said = f"{own:g} ms" if not isinstance(own, tuple) else "a row"
                words = f"{node.id}.{name} is {said}, a step of the design {design.dt_ms:g} ms: two paces"
                way = fixes.setting(node.id, {name: None})
                yield Problem("note", node.id, None, clip(f"{words}; leave {name} empty."), (way,), "pace")
