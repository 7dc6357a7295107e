"""The neuron with a synaptic current to which its layer's last spikes come back."""

from collections.abc import Mapping
from typing import ClassVar, Unpack

import torch
from torch import Tensor

from workbench.engine.knobs import Knob, State
from workbench.engine.neurons.model import FIRING, SpikeGrad, Value, learns
from workbench.engine.neurons.recurrence import LEARN_RECURRENT, Recurrent, RecurrentOptions
from workbench.engine.neurons.resets import RESET_DELAY, RESET_MECHANISM, with_reset


class RSynaptic(Recurrent):
    r"""Neuron with a synaptic current to which its layer's last spikes come back.

    Equation (one step in coded order; the text is chosen by the options, this is the default):
        reset = detach(spike(mem - threshold))
        syn   = clip(alpha, 0, 1)*syn + x + spk*V
        mem   = clip(beta, 0, 1)*mem + syn - reset*threshold
        spk   = spike(mem - threshold)
    `reset_mechanism="zero"` sets the membrane of the reset step to 0 and leaves the current, with the feedback in it,
    as it is; `"none"` never resets. `reset_delay=False` adds `mem = mem - (spk - reset)*threshold` (or `*mem`) at the
    end (in snnTorch 1.0.0 it has no effect or fails).

    With `linear_features`=N every spike comes back to every neuron: `spk*V` becomes `back` = `recurrent`(spk), a matrix
    (N, N) with bias. With `conv2d_channels` and `kernel_size` (odd) it is a window that slides over images and keeps
    their size. Weights and bias are uniform in ±1/√inputs, from `generator` (seed 0 where None).

    Limits:   V = 0 is Synaptic; alpha = 0 is RLeaky, except for "zero".
    Shapes:   x (T, B, *F) gives spikes like x; state {"spk", "mem", "syn": (B, *F)}, 0 at rest. Knobs: () or *F.
              x (T, B, N) for a matrix, (T, B, C, H, W) for a window.
    Units:    everything is dimensionless; alpha and beta per step (alpha = exp(-dt/tau_syn), beta = exp(-dt/tau_mem)).
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None), through the feedback as well; the delayed
              reset passes none, the immediate one does. Outside [0, 1] alpha and beta have gradient 0. V, or the
              recurrent weights, are learned by default.
    Source:   Eshraghian et al. 2023, doi:10.1109/JPROC.2023.3308088; names and dynamics are those of snnTorch 1.0.0
              as executed, recorded in tests/golden.

    >>> import torch
    >>> spk, state = RSynaptic(alpha=0.5, beta=0.5, V=-1.0)(torch.ones(5, 1, 1))
    >>> spk.flatten().tolist()
    [0.0, 1.0, 0.0, 1.0, 0.0]
    """

    knobs = (
        Knob("alpha", r"\alpha", "1", 0.8, 0.0, 1.0, "share of the synaptic current that is left after one step"),
        Knob("beta", r"\beta", "1", 0.9, 0.0, 1.0, "share of the membrane that is left after one step"),
        Knob("V", "V", "1", 1.0, -10.0, 10.0, "weight with which the last spike comes back"),
        Knob("threshold", r"\theta", "1", 1.0, 0.01, 10.0, "the membrane above which the neuron fires"),
    )
    states = (
        State("spk", "S", "1", 0.0, "the last spike"),
        State("mem", "U", "1", 0.0, "membrane potential", held=True),
        State("syn", "I", "1", 0.0, "synaptic current"),
    )
    options = (
        RESET_MECHANISM,
        RESET_DELAY,
        learns("alpha"),
        learns("beta"),
        learns("threshold", "the threshold"),
        LEARN_RECURRENT,
        *FIRING,
    )
    symbols: ClassVar[Mapping[str, str]] = {"reset": "R", "back": "B"}
    stem = "rsyn"

    alpha: Tensor
    beta: Tensor
    V: Tensor
    threshold: Tensor
    reset_mechanism: str
    reset_delay: bool

    def __init__(
        self,
        alpha: Value = 0.8,
        beta: Value = 0.9,
        V: Value = 1.0,
        all_to_all: bool | None = None,
        linear_features: int | None = None,
        conv2d_channels: int | None = None,
        kernel_size: int | tuple[int, int] | None = None,
        threshold: Value = 1.0,
        spike_grad: SpikeGrad = None,
        *,
        generator: torch.Generator | None = None,
        **options: Unpack[RecurrentOptions],
    ) -> None:
        shapes = self.weights(all_to_all, linear_features, conv2d_channels, kernel_size)
        knobs = {"alpha": alpha, "beta": beta, "V": V, "threshold": threshold}
        super().__init__(knobs, spike_grad, options, shapes, generator)

    @property
    def model_text(self) -> str:
        syn, mem = f"syn = clip(alpha, 0, 1)*syn + x + {self.back}", "clip(beta, 0, 1)*mem + syn"
        return with_reset(self.reset_mechanism, mem, syn, delay=self.reset_delay)
