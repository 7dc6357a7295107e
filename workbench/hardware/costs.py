"""`estimate`: what a design costs. Every figure can be recomputed from the design's JSON and the raw weights alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.hardware.activity import activity_rows
from workbench.hardware.rows import Estimate
from workbench.hardware.sizes import size_rows
from workbench.run.weights import Weights

if TYPE_CHECKING:
    from workbench.design import Design

TARGETS = ("none",)


def estimate(
    design: Design, weights: Weights | None = None, target: str = "none", samples: int | None = None
) -> Estimate:
    """The cost of a design: exact sizes, then activity measured on the held-out split or one second of model time.

    `weights` None: those the design starts from. `samples`: only the first so many of the split, as the rows then say.
    Raises `DesignError` when the design cannot run, ValueError for a target that is not there.
    """
    if target not in TARGETS:
        raise ValueError(f"target: {target[:40]!r} is not a chip this workbench knows; choose {' or '.join(TARGETS)}")
    weights = weights or Weights.initial(design)
    return Estimate(target, (*size_rows(design, weights), *activity_rows(design, weights, samples)))
