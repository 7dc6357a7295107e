"""AvgPool1d: the mean of each window of rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.parts.base import Shape
from workbench.design.parts.sliding import Pool

if TYPE_CHECKING:
    import torch
    from torch import nn


class AvgPool1d(Pool):
    """A window gives the mean of its values, in every channel of rows."""

    kind = "AvgPool1d"
    title = "AvgPool1d"
    meaning = "Gives the mean of each window of rows."
    stem = "avgrowpool"
    axes = 1

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """torch's own; the rim counts as zeros."""
        from torch import nn

        return nn.AvgPool1d(*self.window(params))
