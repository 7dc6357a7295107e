"""Ways to connect that torch does not have: the sum of several wires, one to one, and sparse."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from workbench.engine.errors import KnobError, ShapeError

__all__ = ["OneToOne", "Sparse", "Sum"]


class Sum(nn.Module):
    """Adds all its inputs, which must have equal shapes. Several wires may end in its one port."""

    many_inputs = True
    keeps_shape = True

    def forward(self, inputs: Sequence[Tensor]) -> Tensor:
        """The sum of `inputs`, all of one shape, in their given order. Raises ShapeError."""
        total, *rest = inputs
        for x in rest:
            if x.shape != total.shape:
                raise ShapeError(f"Sum: all inputs must have one shape, got {tuple(total.shape)} and {tuple(x.shape)}")
            total = total + x
        return total


class OneToOne(nn.Module):
    """Each value to its own target: y = weight · x (+ bias), value by value.

    Shapes: x (…, *F) gives the same; weight and bias *F = `features`. It starts from `weight`, and from no bias.
    """

    keeps_shape = True

    def __init__(self, *features: int, weight: float | Tensor = 1.0, bias: bool = False) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.as_tensor(weight, dtype=torch.get_default_dtype()).expand(features).clone())
        self.bias = nn.Parameter(torch.zeros(features)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """y of x's shape. Raises ShapeError."""
        if x.shape[x.ndim - self.weight.ndim :] != self.weight.shape:
            raise ShapeError(f"OneToOne: x must end in {tuple(self.weight.shape)}, got {tuple(x.shape)}")
        return x * self.weight if self.bias is None else x * self.weight + self.bias

    def extra_repr(self) -> str:
        return f"{', '.join(map(str, self.weight.shape))}, bias={self.bias is not None}"


class Sparse(nn.Module):
    """A Linear in which each output takes only some of the inputs; which ones is drawn once and never changes.

    Equation: y_i = Σ_j weight_ij · x[inputs_ij] (+ bias_i), over the k = round(density · in_features), at least 1,
        different inputs of output i: a fixed in-degree, as in a cortical network model.
    Shapes:   x (…, in_features) gives (…, out_features); weight and inputs (out_features, k), bias (out_features,).
    Draws:    from `generator`: first the pattern, then weight and bias, uniform in ±1/√k. `pattern` draws the inputs
              from another generator instead, so that the same pattern can have other weights.

    >>> layer = Sparse(100, 3, density=0.05, generator=torch.Generator().manual_seed(0))
    >>> layer.inputs.shape, layer(torch.zeros(7, 2, 100)).shape
    (torch.Size([3, 5]), torch.Size([7, 2, 3]))
    """

    inputs: Tensor

    def __init__(
        self,
        in_features: int,
        out_features: int,
        density: float = 0.1,
        bias: bool = True,
        *,
        generator: torch.Generator,
        pattern: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        if not 0 < density <= 1:
            raise KnobError(f"Sparse.density: must be above 0 and at most 1, got {density}")
        self.in_features, self.out_features = in_features, out_features
        each = fan_in(in_features, density)
        rows = torch.rand(out_features, in_features, generator=pattern or generator)
        self.register_buffer("inputs", rows.topk(each, dim=1).indices.sort(1).values)
        bound = 1 / math.sqrt(each)
        self.weight = nn.Parameter(torch.empty(out_features, each).uniform_(-bound, bound, generator=generator))
        drawn = torch.empty(out_features).uniform_(-bound, bound, generator=generator) if bias else None
        self.bias = None if drawn is None else nn.Parameter(drawn)

    def forward(self, x: Tensor) -> Tensor:
        """y (…, out_features). Raises ShapeError."""
        if not x.ndim or x.shape[-1] != self.in_features:
            raise ShapeError(f"Sparse: x must end in {self.in_features} values, got {tuple(x.shape)}")
        return functional.linear(x, self.matrix(), self.bias)

    def matrix(self) -> Tensor:
        """All weights as (out_features, in_features), 0 where there is no connection."""
        zeros = self.weight.new_zeros(self.out_features, self.in_features)
        return zeros.scatter(1, self.inputs, self.weight)

    def extra_repr(self) -> str:
        each = self.inputs.shape[1]
        return f"{self.in_features}, {self.out_features}, {each} inputs each, bias={self.bias is not None}"


def fan_in(in_features: int, density: float) -> int:
    """How many inputs each output of a Sparse takes."""
    return max(1, round(density * in_features))
