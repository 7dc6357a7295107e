"""Dropout that is held over time: what is left out is left out for the whole run."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from workbench.engine.draws import Draw, drawn
from workbench.engine.encoders import Generators
from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.neurons.base import States

MASK = Draw("mask", "uniform", "a value is left out where it is below p")


class Dropout(nn.Module):
    """While training, each value of a sample is silent for all steps with probability `p`; after `.eval()` none is.

    Equation: y_t = m · x_t, with one mask m for all steps: 0 with probability p, else 1 / (1 - p), so that the mean is
        kept. A mask of its own for each step, as nn.Dropout would draw it, averages out over time and drops nothing.
    Shapes:   x (T, B, *F) gives the same; state {"mask": (B, *F)} while training, so that a run goes on with its mask.
    Draws:    from the generator given with the call, or from one for each sample; never from torch's global one.
    Source:   Srivastava et al. 2014; held over the steps of a sample as in Lee et al. 2020,
              doi:10.3389/fnins.2020.00119.

    >>> net, draw = Dropout(0.5), torch.Generator().manual_seed(0)
    >>> y, state = net(torch.ones(3, 1, 4), generator=draw)
    >>> bool((y == y[0]).all()), sorted(set(y.flatten().tolist()))
    (True, [0.0, 2.0])
    """

    time_aware = True
    keeps_shape = True
    needs_generator = True

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if isinstance(p, bool) or not isinstance(p, int | float) or not 0 <= p < 1:
            raise KnobError(f"Dropout.p: must be a probability from 0 up to, but not, 1, got {str(p)[:40]}")
        self.p = float(p)

    def forward(
        self, x: Tensor, state: Mapping[str, Tensor] | None = None, generator: Generators | None = None
    ) -> tuple[Tensor, States | None]:
        """x (T, B, *F) without what is dropped. Raises ShapeError where it has to draw and has no generator."""
        if not self.training:
            return x, None
        mask = state["mask"] if state else self._drawn(x, generator)
        if mask.shape != x.shape[1:]:
            raise ShapeError(f"Dropout: the mask must be {tuple(x.shape[1:])}, got {tuple(mask.shape)}")
        return x * mask, {"mask": mask}

    def _drawn(self, x: Tensor, generator: Generators | None) -> Tensor:
        """A mask (B, *F) for a new run, drawn in single precision whatever x is: a half would round p."""
        chance = drawn("Dropout", [MASK], x.new_empty((1, *x.shape[1:]), dtype=torch.float32), generator)[0][0]
        return (chance >= self.p).to(x.dtype) / (1 - self.p)

    def extra_repr(self) -> str:
        return f"p={self.p:g}"
