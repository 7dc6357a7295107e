"""Encoders: real values in [0, 1] become spikes. Semantics of snnTorch 1.0.0's `spikegen`, with owned randomness."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from workbench.engine.errors import KnobError, ShapeError

Generators = torch.Generator | Sequence[torch.Generator]
"""One generator for a batch, or one per sample, so that a sample's spikes do not depend on its batch."""


class Encoder(nn.Module):
    """Takes x (T, B, *F), gives spikes in {0, 1} of the same shape. `whole_run` encoders must see all T steps at once."""

    time_aware = True
    needs_generator = False
    keeps_shape = True
    whole_run = False

    def forward(self, x: Tensor, generator: Generators | None = None) -> Tensor:
        """Spikes (T, B, *F) of x (T, B, *F)."""
        raise NotImplementedError


class Rate(Encoder):
    """At every step each value v fires with probability clip(gain·v + offset, 0, 1), independently.

    Cutting a run into pieces, one after the other with the same generator, draws the same spikes.
    """

    needs_generator = True

    def __init__(self, gain: float = 1.0, offset: float = 0.0) -> None:
        super().__init__()
        self.gain, self.offset = _number("Rate.gain", gain), _number("Rate.offset", offset)

    def forward(self, x: Tensor, generator: Generators | None = None) -> Tensor:
        """Spikes (T, B, *F). Raises ShapeError without a generator: no draw is made from torch's global state."""
        chance = (self.gain * x + self.offset).clamp(0, 1)
        return (_uniform(x, generator) < chance).to(x.dtype)

    def extra_repr(self) -> str:
        return f"gain={self.gain:g}, offset={self.offset:g}"


class Latency(Encoder):
    """One spike in the T steps for each value of x[0] in [0, 1]; the larger the value, the earlier.

    Time of the spike: tau·ln(v / (v - threshold)), or with `linear` tau·(1 - v); `normalize` stretches the latest possible
    one to the last step. Values below threshold fire at that latest time, or never with `clip`. Times are rounded to steps;
    what falls beyond the last step never fires. tau in steps; threshold in the unit of x.
    """

    whole_run = True
    _nearest = 1e-7  # snnTorch's epsilon: how near to threshold a value may come before its logarithm

    def __init__(
        self,
        threshold: float = 0.01,
        tau: float = 1.0,
        linear: bool = False,
        normalize: bool = True,
        clip: bool = False,
    ) -> None:
        super().__init__()
        self.threshold, self.tau = _number("Latency.threshold", threshold), _number("Latency.tau", tau)
        self.linear, self.normalize, self.clip = bool(linear), bool(normalize), bool(clip)
        if not 0 < self.threshold < 1:
            raise KnobError(f"Latency.threshold: must lie between 0 and 1, got {threshold}")
        if not self.tau > 0:
            raise KnobError(f"Latency.tau: must be above 0 steps, got {tau}")

    def forward(self, x: Tensor, generator: Generators | None = None) -> Tensor:
        """Spikes (T, B, *F), of x[0] only. `generator` is not used: nothing here is random."""
        if not len(x):
            return x
        steps = torch.arange(len(x), device=x.device).view(-1, *[1] * (x.ndim - 1))
        return (steps == self.times(x[0], len(x))).to(x.dtype)

    def times(self, values: Tensor, steps: int) -> Tensor:
        """The step at which each value fires; NaN or a step beyond the last where it never does."""
        last = torch.tensor(1 - self.threshold if self.linear else 0.0, dtype=values.dtype)
        if self.linear:
            times = (self.tau * (1 - values)).clamp(max=self.tau * float(last))
            longest = self.tau * (1 - self.threshold)
        else:
            low = self.threshold + self._nearest
            near = values.clamp(min=low)
            times = self.tau * torch.log(near / (near - self.threshold))
            longest = self.tau * float(torch.log(torch.tensor(low / self._nearest, dtype=torch.float64)))
        if self.normalize:
            times = times * ((steps - 1) / longest)
        times = torch.round(times)
        return times.masked_fill(values < self.threshold, torch.nan) if self.clip else times

    def extra_repr(self) -> str:
        return f"threshold={self.threshold:g}, tau={self.tau:g}, linear={self.linear}, normalize={self.normalize}"


def _uniform(x: Tensor, generator: Generators | None) -> Tensor:
    """Numbers in [0, 1) shaped like x (T, B, *F), drawn in order of time."""
    if generator is None:
        raise ShapeError("Rate draws at random and needs a generator: Rate()(x, torch.Generator().manual_seed(0))")
    if isinstance(generator, torch.Generator):
        return torch.rand(x.shape, generator=generator, dtype=x.dtype, device=generator.device).to(x.device)
    if len(generator) != x.shape[1]:
        raise ShapeError(f"Rate: got {len(generator)} generators for a batch of {x.shape[1]}; give one per sample")
    shape = (x.shape[0], *x.shape[2:])
    drawn = [torch.rand(shape, generator=g, dtype=x.dtype, device=g.device) for g in generator]
    return torch.stack(drawn, 1).to(x.device) if drawn else torch.empty_like(x)


def _number(where: str, value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e6:
        raise KnobError(f"{where}: must be a number of size below 1e6, got {str(value)[:60]}")
    return float(value)
