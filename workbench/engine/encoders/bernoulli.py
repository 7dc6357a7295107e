"""Rate coding: every value is the chance of a spike at each step."""

import torch
from torch import Tensor

from workbench.engine.encoders.encoder import Encoder, Generators, number, real, uniform, whole
from workbench.engine.errors import KnobError
from workbench.engine.precision import at_least_single


class Rate(Encoder):
    """Random spikes: the larger a value, the more often it fires, at each step independently of all others.

    Equation:
        p   = clip(gain*x + offset, 0, 1)
        spk = 1 where a number drawn uniformly from [0, 1) is below p, else 0

    Limits:   p = 1 fires at every step, p = 0 never. Over T steps there are T·p spikes in the mean, give or take
              √(T·p·(1 - p)).
    Shapes:   x (T, B, *F) gives spikes like x, in its dtype (whole numbers become torch's usual real ones).
    Units:    p is spikes per step; x, gain and offset have no unit.
    Gradient: none passes.
    Draws:    from `generator`, in order of time: one for the batch, or one for each sample. Cutting a run into pieces,
              one after the other with the same generator, draws the same spikes.
    Raises:   KnobError for a gain or offset that is no number; ShapeError without a generator, or with as many as there
              are no samples.
    Source:   snnTorch 1.0.0, `spikegen.rate`; there the draw is from torch's global state.

    >>> Rate(gain=0.5)(torch.tensor([0.0, 2.0]).expand(3, 1, 2), torch.Generator().manual_seed(0)).tolist()
    [[[0.0, 1.0]], [[0.0, 1.0]], [[0.0, 1.0]]]
    """

    needs_generator = True

    def __init__(self, gain: float = 1.0, offset: float = 0.0) -> None:
        super().__init__()
        self.gain, self.offset = number("Rate.gain", gain), number("Rate.offset", offset)

    def forward(self, x: Tensor, generator: Generators | None = None) -> Tensor:
        """Spikes (T, B, *F). Raises ShapeError without a generator: no draw is made from torch's global state."""
        x = real(x)
        chance = (self.gain * x + self.offset).clamp(0, 1)
        return torch.lt(uniform("Rate", x.to(at_least_single(x.dtype)), generator), chance, out=torch.empty_like(x))

    def extra_repr(self) -> str:
        return f"gain={self.gain:g}, offset={self.offset:g}"


def rate(
    data: Tensor,
    num_steps: int | None = None,
    gain: float = 1.0,
    offset: float = 0.0,
    first_spike_time: int = 0,
    *,
    generator: Generators | None = None,
) -> Tensor:
    """Random spikes by the rule of `Rate`, none before step `first_spike_time`.

    Equation:
        spk = 1 with probability clip(gain*data + offset, 0, 1), else 0; 0 before first_spike_time

    Shapes:   with `num_steps`, data (B, *F) stands still and gives (num_steps, B, *F). Without, data (T, B, *F) changes
              over time and `first_spike_time` silent steps are put before it: (first_spike_time + T, B, *F). In the
              dtype of data.
    Units:    probabilities are spikes per step, `first_spike_time` is in steps.
    Gradient: none passes.
    Raises:   KnobError for a `first_spike_time` not before the last step and for what is no number; ShapeError without
              a generator.
    Source:   snnTorch 1.0.0, `spikegen.rate`, recorded in tests/golden.

    >>> rate(torch.ones(1, 2), 3, first_spike_time=1, generator=torch.Generator().manual_seed(0)).sum(0).tolist()
    [[2.0, 2.0]]
    """
    late = whole("rate.first_spike_time", first_spike_time)
    encoder = Rate(gain, offset)
    if num_steps is None:
        spk = encoder(data, generator)
        return torch.cat((spk.new_zeros(late, *spk.shape[1:]), spk))
    steps = whole("rate.num_steps", num_steps)
    if late and late >= steps:
        raise KnobError(f"rate.first_spike_time: must lie before the last of {steps} steps, got {late}")
    spk = encoder(data.expand(steps, *data.shape), generator)
    spk[:late] = 0
    return spk


def rate_conv(data: Tensor, *, generator: Generators | None = None) -> Tensor:
    """One draw for each value, which is the chance of a spike there.

    Equation:
        spk = 1 with probability clip(data, 0, 1), else 0

    Shapes:   data (T, B, *F) gives spikes alike.
    Units:    data are spikes per step.
    Gradient: none passes.
    Raises:   ShapeError without a generator.
    Source:   snnTorch 1.0.0, `spikegen.rate_conv`.
    """
    return Rate()(data, generator)
