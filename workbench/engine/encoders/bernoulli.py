"""Rate coding: every value is the chance of a spike at each step."""

import torch
from torch import Tensor

from workbench.engine.encoders.encoder import Encoder, Generators, number, real, uniform, whole
from workbench.engine.errors import KnobError


class Rate(Encoder):
    """At every step each value v fires with probability clip(gain·v + offset, 0, 1), independently.

    Cutting a run into pieces, one after the other with the same generator, draws the same spikes.
    """

    needs_generator = True

    def __init__(self, gain: float = 1.0, offset: float = 0.0) -> None:
        super().__init__()
        self.gain, self.offset = number("Rate.gain", gain), number("Rate.offset", offset)

    def forward(self, x: Tensor, generator: Generators | None = None) -> Tensor:
        """Spikes (T, B, *F). Raises ShapeError without a generator: no draw is made from torch's global state."""
        x = real(x)
        chance = (self.gain * x + self.offset).clamp(0, 1)
        return torch.lt(uniform("Rate", x, generator), chance, out=torch.empty_like(x))

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
    """Random spikes (T, B, *F), each with chance clip(gain·v + offset, 0, 1); none before `first_spike_time`.

    With `num_steps`, data (B, *F) stands still for T = num_steps. Without, data (T, B, *F) changes over time, and
    `first_spike_time` silent steps are put before it. In the dtype of data. Raises KnobError and ShapeError.
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
    """One draw for each value of data (T, B, *F), which is cut to 0…1 and taken as the chance of a spike."""
    return Rate()(data, generator)
