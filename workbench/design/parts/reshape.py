"""Reshape: the same values in another arrangement, such as a row as an image."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.params import Param
from workbench.design.parts.base import Mend, Misfit, Part, Shape
from workbench.design.sentences import amount, shown

if TYPE_CHECKING:
    import torch
    from torch import nn


class Reshape(Part):
    """(64,) becomes (1, 8, 8): no value is lost, added or moved in the row."""

    kind = "Reshape"
    group = "structure"
    title = "Reshape"
    meaning = "Lays the same values out in another shape, such as a row as an image."
    stem = "shape"
    params = (
        Param(
            "shape",
            "shape",
            None,
            "The sizes it gives; [1, 8, 8] is an image with one channel.",
            optional=True,
            empty="as what arrives",
        ),
    )

    def out(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Shape | None:
        """The declared shape, else that of what arrives."""
        return params["shape"] or super().out(params, arriving)

    def misfit(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Misfit | None:
        """As many values as arrive."""
        shape = params["shape"]
        if not arriving or shape is None or math.prod(shape) == math.prod(arriving[0]):
            return None
        flat = (math.prod(arriving[0]),)
        return Misfit(
            amount(shape),
            f"set shape to {shown(flat)} or another with as many values",
            (Mend({"shape": flat}), Mend({"shape": None})),
        )

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """Unfolds all but the first axis, which holds time and batch."""
        from torch import nn

        return nn.Sequential(nn.Flatten(), nn.Unflatten(1, params["shape"] or arriving))
