"""Weights that belong to a neuron model itself: its own projection of the input, or its recurrence."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from workbench.engine.errors import KnobError

Part = tuple[int, int] | None


class Synapses(nn.Module):
    """Named weights and biases of one model, uniform in ±`bound`, drawn from `generator` in the order of `shapes`.

    A weight (out, in) is a matrix over the last axis; one of (out, in, h, w), h and w odd, slides over images, which
    keep their size. A product is computed in the higher precision of x and the weights and given in that of x: with
    weights in double, single values are added up in double.

    Those named in `fixed` are kept out of the gradient; as `statistics` they still travel with the weights of a design.
    Without a generator they are drawn from seed 0, so that the same layer built twice is the same; torch's global one
    is never touched.

    >>> synapses = Synapses({"weight": (3, 2), "bias": (3,)}, bound=0.5)
    >>> synapses(torch.zeros(7, 4, 2)).shape
    torch.Size([7, 4, 3])
    """

    statistics: tuple[str, ...] = ()

    if TYPE_CHECKING:  # whatever is held here is a tensor

        def __getattr__(self, name: str) -> Tensor: ...

    def __init__(
        self,
        shapes: Mapping[str, tuple[int, ...]],
        bound: float,
        generator: torch.Generator | None = None,
        fixed: Collection[str] = (),
    ) -> None:
        super().__init__()
        generator = generator or torch.Generator().manual_seed(0)
        for name, shape in shapes.items():
            drawn = torch.empty(shape).uniform_(-bound, bound, generator=generator)
            self.keep(name, drawn, name not in fixed)

    def keep(self, name: str, value: Tensor, learn: bool) -> None:
        """Hold `value` under `name`, as a parameter when it is learned."""
        if learn:
            self.register_parameter(name, nn.Parameter(value))
        else:
            self.register_buffer(name, value)
            self.statistics = (*self.statistics, name)

    def forward(self, x: Tensor, weight: str = "weight", bias: str | None = "bias", part: Part = None) -> Tensor:
        """`weight` times x (+ `bias`, where there is one): x (…, in) gives (…, out), x (…, in, H, W) (…, out, H, W).

        `part` (from, to) takes those of the weight's inputs alone.
        """
        matrix: Tensor = getattr(self, weight)
        if part:
            matrix = matrix[:, part[0] : part[1]]
        added: Tensor | None = getattr(self, bias, None) if bias else None
        kind = torch.promote_types(x.dtype, matrix.dtype)
        matrix, added = matrix.to(kind), None if added is None else added.to(kind)
        if matrix.ndim == 2:
            return functional.linear(x.to(kind), matrix, added).to(x.dtype)
        rim = [side // 2 for side in matrix.shape[2:]]
        flat = functional.conv2d(x.to(kind).flatten(0, -4), matrix, added, padding=rim)
        return flat.unflatten(0, x.shape[:-3]).to(x.dtype)

    def extra_repr(self) -> str:
        named = [*self.named_parameters(), *self.named_buffers()]
        return ", ".join(f"{name} {tuple(value.shape)}" for name, value in named)


def window(where: str, size: int | tuple[int, int]) -> tuple[int, int]:
    """The sides of a window that keeps the size of an image: one odd number, or two. Raises KnobError."""
    sides = (size, size) if isinstance(size, int) else size
    good = isinstance(sides, tuple | list) and len(sides) == 2
    if not good or any(isinstance(n, bool) or not isinstance(n, int) or n < 1 or n % 2 == 0 for n in sides):
        raise KnobError(
            f"{where}: must be an odd number (or two), so that images keep their size, got {str(size)[:40]}"
        )
    return sides[0], sides[1]
