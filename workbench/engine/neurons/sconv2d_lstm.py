"""A long short-term memory over images that fires."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

import torch
from torch import Tensor
from torch.nn import functional

from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.knobs import Size
from workbench.engine.neurons.base import States
from workbench.engine.neurons.long_short import (
    BACK,
    DRAWN,
    INPUTS,
    KNOBS,
    OPTIONS,
    STATES,
    SYMBOLS,
    UNSAID,
    in_order,
    long_short,
)
from workbench.engine.neurons.model import Options, SpikeGrad, Value
from workbench.engine.neurons.weighing import BIAS, Projecting, Shape
from workbench.engine.synapses import Synapses, window

Window = int | tuple[int, int]


class SConv2dLSTM(Projecting):
    r"""Long short-term memory over images, whose hidden values are membranes that fire.

    Equation (one step in coded order; `conv` runs over input and mem together: x_i … x_o are the quarters of what the
    input and the bias add to it, h_i … h_o of what mem adds; the text is chosen by the options, this is the default):
        keep  = sigmoid(x_f + h_f)
        write = sigmoid(x_i + h_i)*tanh(x_g + h_g)
        syn   = keep*syn + write
        mem   = sigmoid(x_o + h_o)*tanh(syn)
        spk   = spike(mem - threshold)
    `reset_mechanism="subtract"` takes `threshold` from the membrane one step after it lay above, `"zero"` all of it;
    the cell `syn` is never reset. `max_pool` or `avg_pool`=k compares the largest membrane, or the mean, of each k × k
    with the threshold, `spk = spike(pool(mem) - threshold)`; the states keep the size of the image.

    The membrane lies in (-1, 1), so that with threshold 1, snnTorch's and ours, nothing ever fires: give a lower one.
    On the canvas it begins at 0.1.

    Limits:   a window of 1 is SLSTM at every place.
    Shapes:   x (T, B, in_channels, H, W) gives spikes (T, B, out_channels, H, W), or ⌊H/k⌋ and ⌊W/k⌋ where pooled;
              state {"mem", "syn": (B, out_channels, H, W)}, 0 at rest. threshold: (), (C, 1, 1) or, not pooled, *F.
              `conv.weight` (4·out_channels, in_channels + out_channels, k, k) and `conv.bias` (4·out_channels,), in the
              order input, forget, output, cell, uniform in ±1/√inputs, from `generator` (seed 0 where None). The window
              is odd and keeps the size of the image.
    Units:    everything is dimensionless.
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None); the reset passes none.
    Source:   Shi et al. 2015, arXiv:1506.04214, eq. 3, without its peepholes; names and dynamics are those of snnTorch
              1.0.0 as executed, recorded in tests/golden.

    >>> import torch
    >>> spk, state = SConv2dLSTM(1, 2, kernel_size=3, max_pool=2, threshold=0.1)(torch.ones(5, 1, 1, 8, 8))
    >>> spk.shape, state["mem"].shape
    (torch.Size([5, 1, 2, 4, 4]), torch.Size([1, 2, 8, 8]))
    """

    sizes = (
        Size("in_channels", "m", 1, 1, 10_000, "how many channels arrive"),
        Size("out_channels", "n", 8, 1, 10_000, "how many channels it gives"),
        Size("kernel_size", "k", 3, 1, 31, "length of the window's sides, odd", odd=True),
    )
    images = True
    knobs = KNOBS
    drawn: ClassVar[Mapping[str, float]] = DRAWN
    unsaid: ClassVar[Mapping[str, float]] = UNSAID
    states = STATES
    options = (BIAS, *OPTIONS)
    symbols: ClassVar[Mapping[str, str]] = SYMBOLS
    inputs = INPUTS
    fed_back = BACK
    stem = "sclstm"

    threshold: Tensor
    reset_mechanism: str
    in_channels: int
    out_channels: int
    conv: Synapses

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Window,
        bias: bool = True,
        max_pool: Window = 0,
        avg_pool: Window = 0,
        threshold: Value = 1.0,
        spike_grad: SpikeGrad = None,
        *,
        generator: torch.Generator | None = None,
        **options: Unpack[Options],
    ) -> None:
        sizes = {"in_channels": in_channels, "out_channels": out_channels, "kernel_size": kernel_size}
        super().__init__(sizes, {"threshold": threshold}, spike_grad, {"bias": bias, **options}, generator)
        if max_pool and avg_pool:
            raise KnobError("SConv2dLSTM.avg_pool: must be 0 beside max_pool; choose one of the two")
        self.max_pool, self.avg_pool = _sides("max_pool", max_pool), _sides("avg_pool", avg_pool)
        if self.pooled and "pause" in [state.name for state in self.states]:
            raise KnobError("SConv2dLSTM.refractory: must be 0 where membranes are pooled, since no single one fires")
        if self.pooled:
            self.functions = (*self.functions, "pool")

    @property
    def pooled(self) -> tuple[int, int] | None:
        """The sides of the pools, None without."""
        return self.max_pool or self.avg_pool

    @classmethod
    def weights(cls, chosen: Mapping[str, Any]) -> dict[str, Shape]:
        rows, both = 4 * chosen["out_channels"], chosen["in_channels"] + chosen["out_channels"]
        sides = window("SConv2dLSTM.kernel_size", chosen["kernel_size"])
        return {"conv.weight": (rows, both, *sides)} | ({"conv.bias": (rows,)} if chosen["bias"] else {})

    @classmethod
    def bound(cls, chosen: Mapping[str, Any]) -> float:
        return 1 / math.sqrt(math.prod(cls.weights(chosen)["conv.weight"][1:]))

    @classmethod
    def gives(cls, chosen: Mapping[str, Any], arriving: Shape) -> Shape:
        return (chosen["out_channels"], *arriving[1:])

    @property
    def model_text(self) -> str:
        return long_short(self.reset_mechanism, "pool(mem)" if self.pooled else "mem")

    def pool(self, mem: Tensor) -> Tensor:
        """The largest or the mean membrane of each pool of an image (B, C, H, W)."""
        if self.max_pool:
            return functional.max_pool2d(mem, self.max_pool)
        return functional.avg_pool2d(mem, self.avg_pool or 1)

    def nothing(self, stream: Tensor) -> Tensor:
        """No spikes, of the size of the pooled image."""
        if not self.pooled:
            return stream
        sizes = (side // pool for side, pool in zip(stream.shape[3:], self.pooled, strict=True))
        return stream.new_zeros(0, *stream.shape[1:3], *sizes)

    def streams(self, x: Tensor) -> Sequence[Tensor]:
        """What the input does to the four gates, for all steps at once."""
        sizes = self.arriving(x).shape[3:]
        if self.pooled and (sizes[0] < self.pooled[0] or sizes[1] < self.pooled[1]):
            raise ShapeError(f"SConv2dLSTM: pools of {self.pooled} are larger than the image of {tuple(sizes)}")
        if self.pooled and self.threshold.numel() not in (1, self.out_channels):
            raise ShapeError(
                f"SConv2dLSTM.threshold has shape {tuple(self.threshold.shape)}; where membranes are pooled give one "
                f"value, or ({self.out_channels}, 1, 1)"
            )
        return in_order(self.conv(x, part=(0, self.in_channels)), 2, "ifog")

    def feed_back(self, state: States) -> Sequence[Tensor]:
        """What the membranes before do to the four gates."""
        both = self.in_channels + self.out_channels
        return in_order(self.conv(state["mem"], bias=None, part=(self.in_channels, both)), 1, "ifog")


def _sides(name: str, pool: Window) -> tuple[int, int] | None:
    """The sides of a pool; None for 0."""
    if pool == 0:
        return None
    sides = (pool, pool) if isinstance(pool, int) else tuple(pool)
    if len(sides) != 2 or any(isinstance(n, bool) or not isinstance(n, int) or n < 1 for n in sides):
        raise KnobError(f"SConv2dLSTM.{name}: must be 0 or a whole number (or two) from 1, got {str(pool)[:40]}")
    return sides
