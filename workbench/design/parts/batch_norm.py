"""BatchNorm: every channel at mean 0 and variance 1, over all steps together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.params import Param
from workbench.design.parts.base import Part, Shape

if TYPE_CHECKING:
    import torch
    from torch import nn

EPS = Param("eps", "number", 1e-5, "Added to the variance.", symbol="\\epsilon", lo=1e-8, hi=0.01)
MOMENTUM = Param(
    "momentum",
    "number",
    0.1,
    "How fast the running values follow, from batch to batch.",
    symbol="m",
    lo=0.0,
    hi=1.0,
    structural=False,
)


class BatchNorm(Part):
    """A channel is the first axis: in a row every value, in an image every plane."""

    kind = "BatchNorm"
    group = "structure"
    title = "BatchNorm"
    meaning = "Brings every channel to mean 0 and variance 1, over all steps together."
    stem = "norm"
    whole_run = True
    params = (EPS, MOMENTUM, Param("affine", "flag", True, "Learns a scale and a shift for every channel."))

    def learned(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        """Scale and shift."""
        return {"weight": arriving[:1], "bias": arriving[:1]} if params["affine"] else {}

    def statistics(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        """Mean and variance so far."""
        return {"running_mean": arriving[:1], "running_var": arriving[:1]}

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """The engine's own; it begins with scale 1 and shift 0."""
        from workbench.engine.normalisation import BatchNorm as Layer

        return Layer(arriving[0], **params)
