"""Sparse: each target takes a few of the values; which ones never changes."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.design import limits
from workbench.design.params import Param
from workbench.design.parts.base import FLAT_ROW, Mend, Misfit, Part, Shape
from workbench.design.values import Values

if TYPE_CHECKING:
    import torch
    from torch import nn


DRAWN = 4_000_000  # places of a matrix that are worth a picture


class Sparse(Part):
    """y = W x + b where each row of W has the same number of weights, at places drawn once.

    The places belong to the design, not to the weights: they follow from `pattern` and the sizes alone. So new weights
    keep the pattern, and weights that are saved fit the same design for ever.
    """

    kind = "Sparse"
    group = "connections"
    title = "Sparse"
    meaning = "Connects every value given to a few of those that arrive, at random but fixed."
    stem = "sparse"
    width = "out_features"
    params = (
        Param("out_features", "whole", 10, "How many values it gives.", symbol="n", lo=1, hi=limits.LAYER_VALUES),
        Param("density", "number", 0.1, "Share of the values each target takes, at least one.", "d", lo=1e-6, hi=1.0),
        Param("pattern", "whole", 0, "Which values are taken: another number, another draw.", lo=0, hi=limits.SEED),
        Param("bias", "flag", True, "Adds one learned number to every value.", symbol="b"),
    )

    def out(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Shape | None:
        """(out_features,), whatever arrives."""
        return (params["out_features"],)

    def misfit(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Misfit | None:
        """A flat row only; and not more places to choose from than fit into memory."""
        if not arriving:
            return None
        if len(arriving[0]) > 1:
            return FLAT_ROW
        most = limits.PARAMETERS // math.prod(arriving[0])
        if params["out_features"] > most:
            return Misfit(
                f"{limits.PARAMETERS // params['out_features']:,} or fewer",
                f"set out_features to {most:,} or less",
                (Mend({"out_features": most}),),
            )
        return None

    def learned(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        """Only the weights that are there, and biases."""
        size, each = params["out_features"], max(1, round(params["density"] * math.prod(arriving)))
        return {"weight": (size, each)} | ({"bias": (size,)} if params["bias"] else {})

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """Uniform in ±1/√k for weights and bias, where each target takes k values."""
        import torch

        from workbench.engine.connections import Sparse as Layer

        digest = hashlib.sha256(f"pattern/{params['pattern']}".encode()).digest()
        places = torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)
        sizes = arriving[0], params["out_features"], params["density"], params["bias"]
        return Layer(*sizes, generator=generator, pattern=places)

    def matrix(self, params: Mapping[str, Any], arriving: Shape, weight: np.ndarray) -> np.ndarray:
        """Every weight at its place, 0 where there is no connection; of very large layers the weights alone."""
        if arriving[0] * len(weight) > DRAWN:
            return weight
        dense = np.zeros((len(weight), arriving[0]), weight.dtype)
        np.put_along_axis(dense, _places(self, Values(params), arriving), weight, 1)
        return dense


@lru_cache(maxsize=8)
def _places(sparse: Sparse, params: Values, arriving: Shape) -> np.ndarray:
    """Which values each target takes (out_features, k); kept, as pictures are drawn again and again."""
    import torch

    layer: Any = sparse.make(params, arriving, torch.Generator())
    return layer.inputs.numpy()
