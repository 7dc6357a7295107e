"""MaxPool1d: the largest of each window of rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.parts.base import Shape
from workbench.design.parts.sliding import Pool

if TYPE_CHECKING:
    import torch
    from torch import nn


class MaxPool1d(Pool):
    """A window of spikes gives one where any fires, in every channel of rows."""

    kind = "MaxPool1d"
    title = "MaxPool1d"
    meaning = "Gives the largest value of each window of rows."
    stem = "maxrowpool"
    axes = 1

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """torch's own; the rim is never the largest."""
        from torch import nn

        return nn.MaxPool1d(*self.window(params))
