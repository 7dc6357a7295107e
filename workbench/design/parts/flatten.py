"""Flatten: an image as one row."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.parts.base import Part, Shape

if TYPE_CHECKING:
    import torch
    from torch import nn


class Flatten(Part):
    """(8, 8) becomes (64,), row after row."""

    kind = "Flatten"
    group = "structure"
    title = "Flatten"
    meaning = "Lays an image out as one row of values."
    stem = "flat"

    def out(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Shape | None:
        """The same values in one row."""
        return (math.prod(arriving[0]),) if arriving else None

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """Folds all but the first axis, which holds time and batch."""
        from torch import nn

        return nn.Flatten()
