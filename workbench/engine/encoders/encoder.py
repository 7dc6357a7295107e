"""What an encoder is, and how it draws: from the generators it is given, never from torch's global state."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from workbench.engine.errors import KnobError, ShapeError

Generators = torch.Generator | Sequence[torch.Generator]
"""One generator for a batch, or one per sample, so that a sample's spikes do not depend on its batch."""


class Encoder(nn.Module):
    """Takes x (T, B, *F), gives spikes in {0, 1} of that shape.

    A `whole_run` encoder must see all T steps at once. One that `remembers` is called like a neuron: encoder(x, state)
    gives spikes and the state {name: (B, *F)} after the last step.
    """

    time_aware = True
    needs_generator = False
    keeps_shape = True
    whole_run = False
    remembers = False

    def forward(self, x: Tensor, generator: Generators | None = None) -> Tensor:
        """Spikes (T, B, *F) of x (T, B, *F)."""
        raise NotImplementedError


def owned(name: str, generator: Generators | None, batch: int) -> Generators:
    """The generators to draw from for a batch. Raises ShapeError, beginning with `name`, where they do not do."""
    if generator is None:
        raise ShapeError(f"{name} draws at random: give generator=torch.Generator().manual_seed(0)")
    if isinstance(generator, torch.Generator):
        return generator
    if not isinstance(generator, Sequence) or not all(isinstance(own, torch.Generator) for own in generator):
        got = type(generator).__name__
        raise ShapeError(f"{name}: generator must be a torch.Generator, or a list of one a sample, got {got}")
    if len(generator) != batch:
        raise ShapeError(f"{name}: got {len(generator)} generators for a batch of {batch}; give one a sample")
    return generator


def uniform(name: str, x: Tensor, generator: Generators | None) -> Tensor:
    """Numbers in [0, 1) shaped like x (T, B, *F), drawn in order of time. Raises ShapeError without a generator."""
    generator = owned(name, generator, x.shape[1])
    if isinstance(generator, torch.Generator):
        return torch.rand(x.shape, generator=generator, dtype=x.dtype, device=generator.device).to(x.device)
    shape = (x.shape[0], *x.shape[2:])
    drawn = [torch.rand(shape, generator=g, dtype=x.dtype, device=g.device) for g in generator]
    return torch.stack(drawn, 1).to(x.device) if drawn else torch.empty_like(x)


def number(where: str, value: float) -> float:
    """A finite number. Raises KnobError, beginning with `where`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e6:
        raise KnobError(f"{where}: must be a number of size below 1e6, got {str(value)[:60]}")
    return float(value)


def whole(where: str, value: int, least: int = 0) -> int:
    """A whole number of steps. Raises KnobError, beginning with `where`."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise KnobError(f"{where}: must be a whole number of steps, {least} or more, got {str(value)[:60]}")
    return value


def real(x: Tensor) -> Tensor:
    """x without gradient, as real numbers: whole ones take torch's usual precision."""
    return x.detach() if x.is_floating_point() else x.detach().to(torch.get_default_dtype())
