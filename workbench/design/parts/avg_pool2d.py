"""AvgPool2d: the mean of each window of images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.parts.base import Shape
from workbench.design.parts.sliding import Pool

if TYPE_CHECKING:
    import torch
    from torch import nn


class AvgPool2d(Pool):
    """A window gives the mean of its values, in every channel of images."""

    kind = "AvgPool2d"
    title = "AvgPool2d"
    meaning = "Gives the mean of each window of images."
    stem = "avgpool"
    axes = 2

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """torch's own; the rim counts as zeros."""
        from torch import nn

        return nn.AvgPool2d(*self.window(params))
