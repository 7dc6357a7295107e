"""A weight matrix and the leaky sum of what it gives, in one."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

import torch
from torch import Tensor

from workbench.engine.knobs import Size
from workbench.engine.neurons.model import SpikeGrad, Value
from workbench.engine.neurons.state_leaky import KNOBS, OPTIONS, STATES, SumOptions, leaky_sum, whole_past
from workbench.engine.neurons.weighing import BIAS, Projecting, Shape
from workbench.engine.synapses import Synapses


class LinearLeaky(Projecting):
    r"""Weighted input, summed with a leak and never reset: a Linear and a StateLeaky in one.

    Equation (one step in coded order; x = `linear`(input), W·input + b; the text is chosen by the options):
        mem = exp(beta - 1)*mem + x
        spk = spike(mem - threshold)
    The weighted sums of all steps are one product; then all is as in `StateLeaky`; see there for `decay="beta"`,
    `graded_spikes_factor` and `state_quant`.

    Limits:   with the identity as `linear.weight` and no bias it is StateLeaky.
    Shapes:   x (T, B, in_features) gives spikes (T, B, out_features); state {"mem": (B, out_features)}, 0 at rest.
              Knobs: () or (out_features,). `linear.weight` (out_features, in_features), `linear.bias` (out_features,),
              uniform in ±1/√in_features, from `generator` (seed 0 where None).
    Units:    everything is dimensionless; beta per step.
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None); weights and bias are learned.
    Source:   names and dynamics are those of snnTorch 1.0.0 as executed, recorded in tests/golden.

    >>> import torch
    >>> spk, state = LinearLeaky(0.9, in_features=4, out_features=3)(torch.ones(5, 2, 4))
    >>> spk.shape, state["mem"].shape
    (torch.Size([5, 2, 3]), torch.Size([2, 3]))
    """

    sizes = (
        Size("in_features", "m", 10, 1, 1_000_000, "how many values arrive"),
        Size("out_features", "n", 10, 1, 1_000_000, "how many neurons there are"),
    )
    knobs = KNOBS
    states = STATES
    options = (BIAS, *OPTIONS)
    symbols: ClassVar[Mapping[str, str]] = {"x": "(WX + b)", "fired": "F", "level": "Q"}
    stem = "fcpast"

    beta: Tensor
    threshold: Tensor
    graded_spikes_factor: Tensor
    decay: str
    linear: Synapses

    def __init__(
        self,
        beta: Value,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        threshold: Value = 1.0,
        spike_grad: SpikeGrad = None,
        graded_spikes_factor: Value = 1.0,
        kernel_truncation_steps: int | None = None,
        generator: torch.Generator | None = None,
        **options: Unpack[SumOptions],
    ) -> None:
        whole_past("LinearLeaky", kernel_truncation_steps)
        knobs = {"beta": beta, "threshold": threshold, "graded_spikes_factor": graded_spikes_factor}
        sizes = {"in_features": in_features, "out_features": out_features}
        super().__init__(sizes, knobs, spike_grad, {"bias": bias, **options}, generator)

    @classmethod
    def weights(cls, chosen: Mapping[str, Any]) -> dict[str, Shape]:
        size = chosen["out_features"]
        bias = {"linear.bias": (size,)} if chosen["bias"] else {}
        return {"linear.weight": (size, chosen["in_features"])} | bias

    @classmethod
    def bound(cls, chosen: Mapping[str, Any]) -> float:
        return 1 / math.sqrt(chosen["in_features"])

    @classmethod
    def gives(cls, chosen: Mapping[str, Any], arriving: Shape) -> Shape:
        return (chosen["out_features"],)

    @property
    def model_text(self) -> str:
        return leaky_sum(self.decay, self.graded_spikes_factor, self.state_quant is not None)

    def streams(self, x: Tensor) -> Sequence[Tensor]:
        """W·x + b, for all steps at once."""
        return (self.linear(self.arriving(x)),)
