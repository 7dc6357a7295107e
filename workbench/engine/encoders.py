"""Encoders: real values in [0, 1] become spikes. Semantics of snnTorch 1.0.0's `spikegen`, with owned randomness."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from workbench.engine.errors import KnobError, ShapeError

Generators = torch.Generator | Sequence[torch.Generator]
"""One generator for a batch, or one per sample, so that a sample's spikes do not depend on its batch."""


class Encoder(nn.Module):
    """Takes x (T, B, *F), gives spikes in {0, 1} of that shape. A `whole_run` encoder must see all T steps at once."""

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
        chance = (self.gain * x.detach() + self.offset).clamp(0, 1)
        return torch.lt(_uniform(x, generator), chance, out=torch.empty_like(x))

    def extra_repr(self) -> str:
        return f"gain={self.gain:g}, offset={self.offset:g}"


class Latency(Encoder):
    """One spike in the T steps for each value of x[0] in [0, 1]: the larger the value, the earlier.

    Step of the spike: tau·ln(v / (v - threshold)), or tau·(1 - v) with `linear`. `normalize` stretches time so that
    the latest spike of a sample falls on the last step (linear: that of a value 0 would). Values below threshold fire
    like one just above it, or never with `clip`; a spike due after the last step is not sent. tau is in steps,
    threshold in the unit of x.

    Departs from snnTorch, which stretches by the latest spike of the whole batch: a sample would depend on its batch.
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
        """The step, a whole number, at which each of `values` (B, *F) is due; NaN where it never is."""
        bright = values.clamp(max=1)
        if self.linear:
            tau = steps - 1 if self.normalize else self.tau
            times = (tau * (1 - bright)).clamp(max=tau * (1 - self.threshold))
        else:
            above = bright.clamp(min=self.threshold + self._nearest)
            times = self.tau * torch.log(above / (above - self.threshold))
            if self.normalize:
                features = tuple(range(1, values.ndim))
                times = times * (steps - 1) / (times.amax(features, keepdim=True) if features else times)
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
