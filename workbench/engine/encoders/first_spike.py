"""Latency coding: one spike for each value, the larger the earlier."""

import torch
from torch import Tensor

from workbench.engine.encoders.encoder import Encoder, Generators, number, real, whole
from workbench.engine.encoders.ramps import levels
from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.precision import at_least_single

_NEAREST = 1e-7  # snnTorch's epsilon: how near to threshold a value may come before its logarithm


class Latency(Encoder):
    """One spike for each value: the larger the value, the earlier, as a membrane that it charges up to threshold.

    Equation (v is x[0] cut to at most 1; what comes in at later steps is not looked at):
        time = tau*ln(v / (v - threshold)) + first_spike_time
        spk  = 1 in the step nearest to time, else 0
    With `linear`, time = tau*(1 - v) + first_spike_time. `normalize` stretches time so that the latest spike of a
    sample falls on the last step (linear: that of a value 0 would). Values below threshold fire like one just above it,
    or never with `clip`; a spike due after the last step is not sent. `on_target` is sent at the spike and `off_target`
    else; with `interpolate` a line leads up to the spike: for targets of membranes.

    Limits:   v far above threshold fires at once; towards threshold the logarithm has no end, so it is cut 1e-7 above.
    Shapes:   x (T, B, *F) gives spikes like x, in its dtype. It must see all T steps at once.
    Units:    tau, time and first_spike_time in steps, threshold in the unit of x.
    Gradient: none passes.
    Raises:   KnobError for a threshold outside (0, 1), a tau that is not above 0 and a `first_spike_time` past the end.
    Source:   snnTorch 1.0.0, `spikegen.latency`. It stretches by the latest spike of the whole batch, where a sample
              would depend on its batch, and sends 0 instead of a negative `off_target`: here neither.

    >>> Latency(linear=True)(torch.tensor([1.0, 0.5, 0.01]).expand(3, 1, 3)).argmax(0).tolist()
    [[0, 1, 2]]
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
        return self.spikes(self.times(x[0], len(x)), len(x)).to(x.dtype) if len(x) else x

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
        values = values.to(at_least_single(values.dtype))
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
    """One spike for each value, by the rule of `Latency`.

    Equation:
        time = tau*ln(v / (v - threshold)) + first_spike_time, or with linear tau*(1 - v) + first_spike_time
        spk  = 1 in the step nearest to time, else 0
    With `bypass`, spikes after the last of `num_steps` are dropped, and where `num_steps` is None the latest spike is
    the last step; without it both are refused.

    Shapes:   data (B, *F), values in [0, 1], gives (num_steps, B, *F).
    Units:    tau, num_steps and first_spike_time in steps, threshold in the unit of data.
    Gradient: none passes.
    Raises:   ShapeError for values outside [0, 1] or none; KnobError for a spike that would be due too late.
    Source:   snnTorch 1.0.0, `spikegen.latency`, recorded in tests/golden; `Latency` says where ours departs.
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
    return encoder.spikes(times, last + 1 if steps is None else steps).to(data.dtype)


def latency_code(
    data: Tensor,
    num_steps: int | None = None,
    threshold: float = 0.01,
    tau: float = 1.0,
    first_spike_time: int = 0,
    normalize: bool = False,
    linear: bool = False,
) -> tuple[Tensor, Tensor]:
    """When each value is due to fire by the rule of `Latency`, and which lie below threshold.

    Equation:
        time = tau*ln(v / (v - threshold)) + first_spike_time, or with linear tau*(1 - v) + first_spike_time

    Shapes:   data (B, *F) gives times (B, *F), not rounded, and flags (B, *F).
    Units:    times, tau and first_spike_time in steps, threshold in the unit of data.
    Gradient: none passes.
    Raises:   KnobError where times are normalised and `num_steps` is not given.
    Source:   snnTorch 1.0.0, `spikegen.latency_code`.
    """
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
    """When each value is due to fire, on a straight line.

    Equation:
        time = tau*(1 - v) + first_spike_time

    Shapes:   data (B, *F) gives times (B, *F), not rounded.
    Units:    times, tau and first_spike_time in steps.
    Gradient: none passes.
    Raises:   KnobError as `latency_code`.
    Source:   snnTorch 1.0.0, `spikegen.latency_code_linear`.
    """
    return latency_code(data, num_steps, threshold, tau, first_spike_time, normalize, linear=True)[0]


def latency_code_log(
    data: Tensor,
    num_steps: int | None = None,
    threshold: float = 0.01,
    tau: float = 1.0,
    first_spike_time: int = 0,
    normalize: bool = False,
) -> Tensor:
    """When each value is due to fire, as a membrane that it charges up to threshold.

    Equation:
        time = tau*ln(v / (v - threshold)) + first_spike_time

    Shapes:   data (B, *F) gives times (B, *F), not rounded.
    Units:    times, tau and first_spike_time in steps, threshold in the unit of data.
    Gradient: none passes.
    Raises:   KnobError as `latency_code`.
    Source:   snnTorch 1.0.0, `spikegen.latency_code_log`.
    """
    return latency_code(data, num_steps, threshold, tau, first_spike_time, normalize)[0]
