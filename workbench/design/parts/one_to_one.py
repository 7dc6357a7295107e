"""OneToOne: each value to its own target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.params import Param
from workbench.design.parts.base import Misfit, Part, Shape, row_misfit

if TYPE_CHECKING:
    import torch
    from torch import nn


class OneToOne(Part):
    """y = w · x (+ b), value by value, for any shape."""

    kind = "OneToOne"
    group = "connections"
    title = "One to one"
    meaning = "Connects each value to its own target, with one weight each."
    stem = "one"
    params = (
        Param(
            "weight",
            "numbers",
            1.0,
            "What the weights start from: one number for all, or one for each value.",
            symbol="w",
            lo=-1e3,
            hi=1e3,
        ),
        Param("bias", "flag", False, "Adds one learned number to every value.", symbol="b"),
    )

    def misfit(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Misfit | None:
        """Any shape fits, unless the weights are written out."""
        return row_misfit(params, ("weight",), arriving[0]) if arriving else None

    def learned(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        """A weight, and a bias, for each value."""
        return {"weight": arriving} | ({"bias": arriving} if params["bias"] else {})

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """Nothing is drawn: it starts from the written weights and no bias."""
        import torch

        from workbench.engine.connections import OneToOne as Layer

        row = torch.tensor(params["weight"], dtype=torch.float32)
        return Layer(*arriving, weight=row.reshape(arriving) if row.numel() > 1 else row, bias=params["bias"])
