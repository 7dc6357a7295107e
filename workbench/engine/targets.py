"""Classes as spikes or levels that an output should reach: one-hot, rates, latencies. Names are snnTorch 1.0.0's.

Where snnTorch 1.0.0 is wrong, ours differ: rates other than 1 and 0 give (T, B, C); a negative `off_target` is kept;
`from_one_hot` gives the class, not the row; `targets_convert` hands all arguments on; random patterns take a generator.
"""

import torch
from torch import Tensor

from workbench.engine.encoders.encoder import whole
from workbench.engine.encoders.first_spike import latency
from workbench.engine.encoders.ramps import levels
from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.losses.judging import labels

__all__ = [
    "from_one_hot",
    "latency_interpolate",
    "rate_interpolate",
    "target_rate_code",
    "targets_convert",
    "targets_latency",
    "targets_rate",
    "to_one_hot",
    "to_one_hot_inverse",
]

PATTERNS = ("regular", "uniform", "poisson")


def to_one_hot(targets: Tensor, num_classes: int) -> Tensor:
    """1 at the class of each of `targets` (…), else 0: (…, C), real. Raises ShapeError.

    >>> to_one_hot(torch.tensor([2, 0]), 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    classes = labels("to_one_hot", targets, num_classes)
    return torch.nn.functional.one_hot(classes, num_classes).to(torch.get_default_dtype())


def to_one_hot_inverse(one_hot_targets: Tensor) -> Tensor:
    """0 at the class, 1 elsewhere: what is 0 becomes 1, all else 0."""
    return (one_hot_targets == 0).to(one_hot_targets.dtype)


def from_one_hot(one_hot_label: Tensor) -> Tensor:
    """The class of each row: (…, C) gives (…)."""
    return one_hot_label.argmax(-1)


def target_rate_code(
    num_steps: int,
    first_spike_time: int = 0,
    rate: float = 1.0,
    firing_pattern: str = "regular",
    *,
    generator: torch.Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """Spikes (T,) at `rate` spikes per step from `first_spike_time` on, and their steps.

    "regular" fires at ⌊first + k/rate⌋; "uniform" draws as many steps as that (equal ones fall together); "poisson"
    draws each step. The last two need a generator. Raises KnobError.

    >>> target_rate_code(5, rate=0.3)
    (tensor([1., 0., 0., 1., 0.]), tensor([0, 3]))
    """
    steps, first = whole("target_rate_code.num_steps", num_steps), whole("first_spike_time", first_spike_time)
    if not 0 <= rate <= 1:
        raise KnobError(f"target_rate_code.rate: must be spikes per step, from 0 to 1, got {str(rate)[:40]}")
    if firing_pattern not in PATTERNS:
        raise KnobError(f"firing_pattern: must be one of {', '.join(PATTERNS)}, got {str(firing_pattern)[:40]}")
    if first > steps:
        raise KnobError(f"first_spike_time: must lie within {steps} steps, got {first}")
    if firing_pattern != "regular" and generator is None:
        raise ShapeError(f"The {firing_pattern} pattern is random: give generator=torch.Generator().manual_seed(0)")
    regular = torch.arange(first, steps, 1 / rate) if rate else torch.empty(0)
    if firing_pattern == "regular":
        times = regular.long()
    elif firing_pattern == "uniform":
        times = (torch.rand(len(regular), generator=generator) * (steps - first) + first).long().unique()
    else:
        times = first + (torch.rand(steps - first, generator=generator) < rate).nonzero().flatten()
    return torch.zeros(steps).index_fill(0, times, 1.0), times


def rate_interpolate(spike_time: Tensor, num_steps: int, on_target: float = 1.0, off_target: float = 0.0) -> Tensor:
    """Levels (T,) of one neuron that fires at the steps `spike_time`, with a line up to each spike.

    >>> rate_interpolate(torch.tensor([0, 4]), 5, 1.25, 0.25).tolist()[:2]
    [1.25, 0.25]
    """
    spikes = torch.zeros(whole("rate_interpolate.num_steps", num_steps), device=spike_time.device)
    spikes = spikes.index_fill(0, spike_time.long(), 1.0)
    return levels(spikes, on_target, off_target, interpolate=True)


def latency_interpolate(spike_time: Tensor, num_steps: int, on_target: float = 1.0, off_target: float = 0.0) -> Tensor:
    """Levels (T, *F) of neurons that each fire once, at the nearest step to `spike_time` (*F), with a line up to it.

    Who is due after the last step has no line.
    """
    steps = whole("latency_interpolate.num_steps", num_steps)
    at = torch.arange(steps, device=spike_time.device).view(-1, *[1] * spike_time.ndim)
    spikes = (at == torch.round(spike_time)).to(torch.get_default_dtype())
    return levels(spikes, on_target, off_target, interpolate=True)


def targets_rate(
    targets: Tensor,
    num_classes: int,
    num_steps: int | None = None,
    first_spike_time: int = 0,
    correct_rate: float = 1.0,
    incorrect_rate: float = 0.0,
    on_target: float = 1.0,
    off_target: float = 0.0,
    firing_pattern: str = "regular",
    interpolate: bool = False,
    *,
    generator: torch.Generator | None = None,
) -> Tensor:
    """What each output should send for the classes `targets` (B,): `on_target` at a spike, else `off_target`.

    The right class fires at `correct_rate` spikes per step from `first_spike_time` on, the others at `incorrect_rate`;
    one pattern for all right ones and one for all others. Gives (T, B, C); for the plain one-hot code (rates 1 and 0
    from the first step), which is the same at every step, (B, C). Raises KnobError and ShapeError.
    """
    if targets.ndim != 1:
        raise ShapeError(f"targets_rate: targets must be (B,), got {tuple(targets.shape)}")
    if not 0 <= incorrect_rate <= correct_rate <= 1:
        got = f"got {correct_rate} and {incorrect_rate}"
        raise KnobError(f"targets_rate: correct_rate and incorrect_rate must lie in 0…1, the first not below, {got}")
    one_hot = to_one_hot(targets, num_classes)
    if (correct_rate, incorrect_rate, first_spike_time) == (1, 0, 0):
        return levels(one_hot, on_target, off_target)
    if num_steps is None:
        raise KnobError("targets_rate.num_steps: must be given for targets that change over time")
    right, _ = target_rate_code(num_steps, first_spike_time, correct_rate, firing_pattern, generator=generator)
    other, _ = target_rate_code(num_steps, first_spike_time, incorrect_rate, firing_pattern, generator=generator)
    spikes = torch.where(one_hot.cpu() > 0, right.view(-1, 1, 1), other.view(-1, 1, 1)).to(targets.device)
    return levels(spikes, on_target, off_target, interpolate)


def targets_latency(
    targets: Tensor,
    num_classes: int,
    num_steps: int | None = None,
    first_spike_time: int = 0,
    on_target: float = 1.0,
    off_target: float = 0.0,
    interpolate: bool = False,
    threshold: float = 0.01,
    tau: float = 1.0,
    clip: bool = False,
    normalize: bool = False,
    linear: bool = False,
    bypass: bool = False,
) -> Tensor:
    """The one-hot code of `targets` (B,) as latencies (T, B, C): the right class fires first, the others last, or never
    with `clip`. The arguments are those of `latency`. Raises KnobError and ShapeError."""
    return latency(
        to_one_hot(targets, num_classes),
        num_steps,
        threshold,
        tau,
        first_spike_time,
        on_target,
        off_target,
        clip,
        normalize,
        linear,
        interpolate,
        bypass,
    )


def targets_convert(targets: Tensor, num_classes: int, code: str = "rate", **settings) -> Tensor:
    """`targets_rate` or `targets_latency` of `targets` (B,), by `code` "rate" or "latency". Raises KnobError."""
    if code not in ("rate", "latency"):
        raise KnobError(f"targets_convert.code: must be rate or latency, got {str(code)[:40]}")
    return (targets_rate if code == "rate" else targets_latency)(targets, num_classes, **settings)
