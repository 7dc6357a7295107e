"""The neuron that fires when its membrane changes, up or down."""

from typing import Unpack

from torch import Tensor

from workbench.engine.knobs import Knob, State
from workbench.engine.neurons.model import FIRING, NeuronModel, Options, SpikeGrad, Value, learns


class _Options(Options, total=False):
    learn_delta_threshold: bool


class DeltaLeaky(NeuronModel):
    r"""Leaky membrane that fires whenever it changes by more than a threshold.

    Equation (one step in coded order):
        mem = beta*mem + x
        spk = spike(abs(mem - mem_prev) - delta_threshold)
    There is no reset, and a spike does not tell a rise from a fall.

    Limits:   beta = 1 passes on every |x| > delta_threshold; beta outside [0, 1] is not clipped, above 1 the membrane
              explodes. Constant x fires while the membrane still moves, then is silent.
    Shapes:   x (T, B, *F) gives spikes like x; state {"mem": (B, *F)}, 0 at rest. Knobs: () or *F.
    Units:    everything is dimensionless; beta per step (beta = exp(-dt/tau)).
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None); |u| has gradient 0 at 0.
    Source:   names and dynamics are those of snnTorch 1.0.0 as executed, recorded in tests/golden. Its state is a pair
              with the membrane before; that one is never read, so here it is not kept.

    >>> import torch
    >>> x = torch.tensor([0.0, 2.0, 0.2, 0.2, -2.0]).reshape(5, 1, 1)
    >>> DeltaLeaky(delta_threshold=0.5, beta=0.9)(x)[0].flatten().tolist()
    [0.0, 1.0, 0.0, 0.0, 1.0]
    """

    knobs = (
        Knob("delta_threshold", r"\theta_\Delta", "1", 1.0, 0.01, 10.0, "the change above which the neuron fires"),
        Knob("beta", r"\beta", "1", 0.9, 0.0, 1.0, "share of the membrane that is left after one step"),
    )
    states = (State("mem", "U", "1", 0.0, "membrane potential", held=True),)
    options = (learns("beta"), learns("delta_threshold", "the threshold"), *FIRING)
    stem = "delta"

    delta_threshold: Tensor
    beta: Tensor

    def __init__(
        self,
        delta_threshold: Value = 1.0,
        beta: Value = 0.9,
        spike_grad: SpikeGrad = None,
        **options: Unpack[_Options],
    ) -> None:
        super().__init__({"delta_threshold": delta_threshold, "beta": beta}, spike_grad, options)

    @property
    def model_text(self) -> str:
        return "mem = beta*mem + x\nspk = spike(abs(mem - mem_prev) - delta_threshold)"
