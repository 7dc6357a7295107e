"""`estimate`: what a design costs. Every figure can be recomputed from the design's JSON and the raw weights alone."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.hardware.activity import activity
from workbench.hardware.rows import Estimate
from workbench.hardware.sizes import size_rows
from workbench.run.weights import Weights

if TYPE_CHECKING:
    from workbench.design import Design
    from workbench.run.results import Evaluation

TARGETS = ("none",)
UNTRAINED = "untrained weights"


def estimate(
    design: Design, weights: Weights | None = None, target: str = "none", samples: int | None = None
) -> Estimate:
    """The cost of a design: exact sizes, then activity measured on the held-out split or one second of model time.

    `weights` None: those the design starts from. `samples`: only the first so many of the split. The rows say so, and
    also where nothing has been learned: where the weights are those that a seed gave.
    Raises `DesignError` when the design cannot run, ValueError for a target that is not there.
    """
    measuring = measure(design, weights, target, samples)
    while True:
        try:
            next(measuring)
        except StopIteration as done:
            return done.value[0]


def counted(design: Design, target: str = "none") -> Estimate:
    """The exact figures alone: nothing is run for them, and nothing of their size is made."""
    return Estimate(target, tuple(size_rows(design)))


def draws(design: Design, weights: Weights) -> bool:
    """Whether any of the weights would come from a seed: where all are written out in the design, it decides."""
    return any(design.values(node).get(name) is None for node, named in weights.shapes.items() for name in named)


def measure(
    design: Design, weights: Weights | None = None, target: str = "none", samples: int | None = None
) -> Generator[float, None, tuple[Estimate, Evaluation | None]]:
    """`estimate` and, of the same presentations, the answers: `cost, answers = yield from measure(design)`.

    After each part of the work, some 0.1 s, it yields 0.0, the rest it needs, so that a lane can follow orders in
    between or let it go. The answers are None without a data set or a marked output. Raises as `estimate`.
    """
    if target not in TARGETS:
        raise ValueError(f"target: {target[:40]!r} is not a chip this workbench knows; choose {' or '.join(TARGETS)}")
    weights = weights or Weights.initial(design)
    rows, answers = yield from activity(design, weights, samples)
    if draws(design, weights) and weights.untrained:
        rows = tuple(replace(row, of=f"{row.of}, {UNTRAINED}") for row in rows)
    return Estimate(target, (*size_rows(design), *rows)), answers
