"""Latency coding: one spike for each value, the larger the earlier."""

import torch
from torch import Tensor

from workbench.engine.encoders.encoder import Encoder, Generators, number, real, whole
from workbench.engine.encoders.ramps import levels
from workbench.engine.errors import KnobError, ShapeError

_NEAREST = 1e-7  # snnTorch's epsilon: how near to threshold a value may come before its logarithm


class Latency(Encoder):
    """One spike in the T steps for each value of x[0] in [0, 1]: the larger the value, the earlier.

    Step of the spike: tau·ln(v / (v - threshold)), or tau·(1 - v) with `linear`, `first_spike_time` steps later.
    `normalize` stretches time so that the latest spike of a sample falls on the last step (linear: that of a value 0
    would). Values below threshold fire like one just above it, or never with `clip`; a spike due after the last step
    is not sent. tau is in steps, threshold in the unit of x.

    `on_target` is sent at the spike and `off_target` else; with `interpolate` a line leads up to the spike: for targets
    of membranes.

    Departs from snnTorch, which stretches by the latest spike of the whole batch: a sample would depend on its batch;
    and which sends 0 instead of a negative `off_target`.
    """

    whole_run = True

    def __init__(
        self,
        threshold: float = 0.01,
        tau: float = 1.0,
        linear: bool = False,
        normalize: bool = True,
        clip: bool = False,
        first_spike_time: int = 0,
        on_target: float = 1.0,
        off_target: float = 0.0,
        interpolate: bool = False,
    ) -> None:
        super().__init__()
        self.threshold, self.tau = number("Latency.threshold", threshold), number("Latency.tau", tau)
        self.linear, self.normalize, self.clip = bool(linear), bool(normalize), bool(clip)
        self.first_spike_time = whole("Latency.first_spike_time", first_spike_time)
        self.on_target, self.off_target = (
            number("Latency.on_target", on_target),
            number("Latency.off_target", off_target),
        )
        self.interpolate = bool(interpolate)
        if not 0 < self.threshold < 1:
            raise KnobError(f"Latency.threshold: must lie between 0 and 1, got {threshold}")
        if not self.tau > 0:
            raise KnobError(f"Latency.tau: must be above 0 steps, got {tau}")

    def forward(self, x: Tensor, generator: Generators | None = None) -> Tensor:
        """Spikes (T, B, *F), of x[0] only. `generator` is not used: nothing here is random."""
        x = real(x)
        return self.spikes(self.times(x[0], len(x)), len(x)) if len(x) else x

    def spikes(self, times: Tensor, steps: int) -> Tensor:
        """What is sent in `steps` steps (T, B, *F) by those that fire at the whole steps `times` (B, *F)."""
        at = torch.arange(steps, device=times.device).view(-1, *[1] * times.ndim)
        return levels((at == times).to(times.dtype), self.on_target, self.off_target, self.interpolate)

    def times(self, values: Tensor, steps: int) -> Tensor:
        """The step, a whole number, at which each of `values` (B, *F) is due; NaN where it never is."""
        return torch.round(self.due(values, steps))

    def due(self, values: Tensor, steps: int) -> Tensor:
        """The times before they are rounded to steps. Raises KnobError where `first_spike_time` is past the end."""
        first = self.first_spike_time
        if first and steps and first > steps - 1:
            raise KnobError(f"Latency.first_spike_time: must lie within {steps} steps, from 0, got {first}")
        bright = values.clamp(max=1)
        if self.linear:
            tau = steps - 1 - first if self.normalize else self.tau
            times = (tau * (1 - bright)).clamp(max=tau * (1 - self.threshold)) + first
        else:
            above = bright.clamp(min=self.threshold + _NEAREST)
            times = self.tau * torch.log(above / (above - self.threshold))
            if self.normalize:
                features = tuple(range(1, values.ndim))
                times = times * (steps - 1 - first) / (times.amax(features, keepdim=True) if features else times)
            times = times + first
        return times.masked_fill(values < self.threshold, torch.nan) if self.clip else times

    def extra_repr(self) -> str:
        return f"threshold={self.threshold:g}, tau={self.tau:g}, linear={self.linear}, normalize={self.normalize}"


def latency(
    data: Tensor,
    num_steps: int | None = None,
    threshold: float = 0.01,
    tau: float = 1.0,
    first_spike_time: int = 0,
    on_target: float = 1.0,
    off_target: float = 0.0,
    clip: bool = False,
    normalize: bool = False,
    linear: bool = False,
    interpolate: bool = False,
    bypass: bool = False,
) -> Tensor:
    """One spike for each value of data (B, *F) in [0, 1], by the rule of `Latency`: (T, B, *F).

    With `bypass`, spikes after the last of `num_steps` are dropped, and where `num_steps` is None the latest spike is
    the last step; without it both are refused. Raises KnobError and ShapeError.
    """
    data = real(data)
    if not data.numel():
        raise ShapeError(f"latency: there are no values in data of shape {tuple(data.shape)}")
    low, high = data.min().item(), data.max().item()
    if not 0 <= low <= high <= 1:
        raise ShapeError(f"latency: data must lie in 0…1, got {low:g} to {high:g}; scale it first")
    if num_steps is None and (normalize or not bypass):
        raise KnobError("latency.num_steps: must be given; only with bypass, not normalised, the latest spike sets it")
    encoder = Latency(threshold, tau, linear, normalize, clip, first_spike_time, on_target, off_target, interpolate)
    steps = None if num_steps is None else whole("latency.num_steps", num_steps, 1)
    times = encoder.times(data, steps or 0)
    last = int(times.nan_to_num(0).max())
    if steps is not None and last > steps - 1 and not bypass:
        way = "lower tau, set normalize, or bypass to drop it"
        raise KnobError(f"latency: the latest spike is due at step {last}, the last of {steps} is {steps - 1}; {way}")
    return encoder.spikes(times, last + 1 if steps is None else steps)


def latency_code(
    data: Tensor,
    num_steps: int | None = None,
    threshold: float = 0.01,
    tau: float = 1.0,
    first_spike_time: int = 0,
    normalize: bool = False,
    linear: bool = False,
) -> tuple[Tensor, Tensor]:
    """Spike times of data (B, *F), in steps and not rounded, and where data lies below threshold. Raises KnobError."""
    if normalize and num_steps is None:
        raise KnobError("latency_code.num_steps: must be given where times are normalised")
    encoder = Latency(threshold, tau, linear, normalize, first_spike_time=first_spike_time)
    return encoder.due(real(data), num_steps or 0), data < threshold


def latency_code_linear(
    data: Tensor,
    num_steps: int | None = None,
    threshold: float = 0.01,
    tau: float = 1.0,
    first_spike_time: int = 0,
    normalize: bool = False,
) -> Tensor:
    """Spike times tau·(1 - v) + first_spike_time of data (B, *F), in steps and not rounded."""
    return latency_code(data, num_steps, threshold, tau, first_spike_time, normalize, linear=True)[0]


def latency_code_log(
    data: Tensor,
    num_steps: int | None = None,
    threshold: float = 0.01,
    tau: float = 1.0,
    first_spike_time: int = 0,
    normalize: bool = False,
) -> Tensor:
    """Spike times tau·ln(v / (v - threshold)) + first_spike_time of data (B, *F), in steps and not rounded."""
    return latency_code(data, num_steps, threshold, tau, first_spike_time, normalize)[0]
