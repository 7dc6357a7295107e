"""Linear: every value to every value, with weights that training changes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design import limits
from workbench.design.params import Param
from workbench.design.parts.base import FLAT_ROW, Mend, Misfit, Part, Shape
from workbench.design.sentences import times

if TYPE_CHECKING:
    import torch
    from torch import nn


class Linear(Part):
    """y = W x + b, with W (out_features, in_features), for a flat row of values."""

    kind = "Linear"
    group = "connections"
    title = "Linear"
    meaning = "Connects every value to every value, with one weight each."
    stem = "fc"
    width = "out_features"
    params = (
        Param("out_features", "whole", 10, "How many values it gives.", symbol="n", lo=1, hi=limits.LAYER_VALUES),
        Param(
            "in_features",
            "whole",
            None,
            "How many values arrive.",
            symbol="m",
            lo=1,
            hi=limits.LAYER_VALUES,
            optional=True,
            empty="as what arrives",
        ),
        Param("bias", "flag", True, "Adds one learned number to every value.", symbol="b"),
        Param(
            "weight",
            "numbers",
            None,
            "What the weights start from: one number for all, or a row, output after output.",
            symbol="W",
            lo=-1e3,
            hi=1e3,
            optional=True,
            empty="drawn from the seed",
        ),
    )

    def out(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Shape | None:
        """(out_features,), whatever arrives."""
        return (params["out_features"],)

    def misfit(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Misfit | None:
        """A flat row only, of the declared size where one is declared, and as many weights as are written out."""
        if not arriving:
            return None
        if len(arriving[0]) > 1:
            return FLAT_ROW
        size, declared = math.prod(arriving[0]), params["in_features"]
        if declared not in (None, size):
            return Misfit(
                str(declared),
                f"set in_features to {size} or leave it empty",
                (Mend({"in_features": size}), Mend({"in_features": None})),
            )
        weight, needed = params["weight"], size * params["out_features"]
        if isinstance(weight, tuple) and len(weight) != needed:
            table = times((params["out_features"], size))
            return Misfit(
                f"{len(weight)} weights to fit",
                f"write {table} = {needed} numbers as weight, or none",
                (Mend({"weight": None}),),
            )
        return None

    def learned(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        """Weights and biases."""
        size = params["out_features"]
        return {"weight": (size, math.prod(arriving))} | ({"bias": (size,)} if params["bias"] else {})

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """Uniform in ±1/√m for weights and bias (torch's own default), unless the weights are written out."""
        import torch
        from torch import nn

        # Without memory first, since torch would fill it from its global generator.
        layer = nn.Linear(arriving[0], params["out_features"], bias=params["bias"], device="meta").to_empty(
            device="cpu"
        )
        bound = 1 / math.sqrt(arriving[0])
        with torch.no_grad():
            layer.weight.uniform_(-bound, bound, generator=generator)
            if params["bias"]:
                layer.bias.uniform_(-bound, bound, generator=generator)
            if params["weight"] is not None:
                layer.weight.copy_(torch.tensor(params["weight"]).expand(layer.weight.numel()).view_as(layer.weight))
        return layer
