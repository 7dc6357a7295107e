"""The leaky integrate-and-fire neuron behind a synapse: input becomes a current that decays by itself."""

from collections.abc import Mapping
from typing import ClassVar, Unpack

from torch import Tensor

from workbench.engine.knobs import Knob, State
from workbench.engine.neurons.model import FIRING, NeuronModel, Options, SpikeGrad, Value, learns
from workbench.engine.neurons.resets import RESET_DELAY, RESET_MECHANISM, with_reset


class Synaptic(NeuronModel):
    r"""Leaky integrate-and-fire neuron with a decaying synaptic current.

    Equation (one step in coded order; the text is chosen by the options, this is the default):
        reset = detach(spike(mem - threshold))
        syn   = clip(alpha, 0, 1)*syn + x
        mem   = clip(beta, 0, 1)*mem + syn - reset*threshold
        spk   = spike(mem - threshold)
    `reset_mechanism="zero"` sets the membrane of the reset step to 0, input included, and leaves the current as it is;
    `"none"` never resets. `reset_delay=False` adds `mem = mem - (spk - reset)*threshold` (or `*mem`) at the end.

    Limits:   alpha = 0 is Leaky, except for "zero", which keeps no input here; a single input of size w lifts the
              membrane to w·(alpha^(n+1) - beta^(n+1))/(alpha - beta) after n more steps.
    Shapes:   x (T, B, *F) gives spikes like x; state {"mem", "syn": (B, *F)}, 0 at rest. Knobs: () or *F.
    Units:    everything is dimensionless; alpha and beta per step (alpha = exp(-dt/tau_syn), beta = exp(-dt/tau_mem)).
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None); the delayed reset passes none, the
              immediate one does. Outside [0, 1] alpha and beta have gradient 0.
    Source:   Eshraghian et al. 2023, doi:10.1109/JPROC.2023.3308088; names and dynamics are those of snnTorch 1.0.0
              as executed, recorded in tests/golden.

    >>> import torch
    >>> pulse = torch.tensor([1.0, 0, 0, 0]).reshape(4, 1, 1)
    >>> Synaptic(alpha=0.5, beta=0.5, threshold=9.0).trace(pulse)[1]["mem"].flatten().tolist()
    [1.0, 1.0, 0.75, 0.5]
    """

    knobs = (
        Knob("alpha", r"\alpha", "1", 0.8, 0.0, 1.0, "share of the synaptic current that is left after one step"),
        Knob("beta", r"\beta", "1", 0.9, 0.0, 1.0, "share of the membrane that is left after one step"),
        Knob("threshold", r"\theta", "1", 1.0, 0.01, 10.0, "the membrane above which the neuron fires"),
    )
    states = (
        State("mem", "U", "1", 0.0, "membrane potential", held=True),
        State("syn", "I", "1", 0.0, "synaptic current"),
    )
    options = (
        RESET_MECHANISM,
        RESET_DELAY,
        learns("alpha"),
        learns("beta"),
        learns("threshold", "the threshold"),
        *FIRING,
    )
    symbols: ClassVar[Mapping[str, str]] = {"reset": "R"}
    stem = "syn"

    alpha: Tensor
    beta: Tensor
    threshold: Tensor
    reset_mechanism: str
    reset_delay: bool

    def __init__(
        self,
        alpha: Value = 0.8,
        beta: Value = 0.9,
        threshold: Value = 1.0,
        spike_grad: SpikeGrad = None,
        **options: Unpack[Options],
    ) -> None:
        super().__init__({"alpha": alpha, "beta": beta, "threshold": threshold}, spike_grad, options)

    @property
    def model_text(self) -> str:
        syn, mem = "syn = clip(alpha, 0, 1)*syn + x", "clip(beta, 0, 1)*mem + syn"
        return with_reset(self.reset_mechanism, mem, syn, delay=self.reset_delay)
