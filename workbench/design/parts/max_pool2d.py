"""MaxPool2d: the largest of each window of images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.parts.base import Shape
from workbench.design.parts.sliding import Pool

if TYPE_CHECKING:
    import torch
    from torch import nn


class MaxPool2d(Pool):
    """A window of spikes gives one where any fires, in every channel of images."""

    kind = "MaxPool2d"
    title = "MaxPool2d"
    meaning = "Gives the largest value of each window of images."
    stem = "maxpool"
    axes = 2

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """torch's own; the rim is never the largest."""
        from torch import nn

        return nn.MaxPool2d(*self.window(params))
