"""The leaky integrate-and-fire neuron whose layer hears its own last spikes."""

from collections.abc import Mapping
from typing import ClassVar, Unpack

import torch
from torch import Tensor

from workbench.engine.knobs import Knob, State
from workbench.engine.neurons.model import FIRING, SpikeGrad, Value, learns
from workbench.engine.neurons.recurrence import LEARN_RECURRENT, Recurrent, RecurrentOptions
from workbench.engine.neurons.resets import RESET_DELAY, RESET_MECHANISM, with_reset


class RLeaky(Recurrent):
    r"""Leaky integrate-and-fire neuron to which its layer's last spikes come back.

    Equation (one step in coded order; the text is chosen by the options, this is the default):
        reset = detach(spike(mem - threshold))
        mem   = clip(beta, 0, 1)*mem + x + spk*V - reset*threshold
        spk   = spike(mem - threshold)
    `reset_mechanism="zero"` sets the membrane of the reset step to 0, input and feedback included, so that there one's
    own feedback never arrives; `"none"` never resets. `reset_delay=False` adds `mem = mem - (spk - reset)*threshold`
    (or `*mem`) at the end.

    With `linear_features`=N every spike comes back to every neuron: `spk*V` becomes `back` = `recurrent`(spk), a matrix
    (N, N) with bias. With `conv2d_channels` and `kernel_size` (odd) it is a window that slides over images and keeps
    their size. Weights and bias are uniform in ±1/√inputs, from `generator` (seed 0 where None).

    Limits:   V = 0 is Leaky (except for "zero", which keeps no input here); V = threshold undoes the reset.
    Shapes:   x (T, B, *F) gives spikes like x; state {"spk", "mem": (B, *F)}, 0 at rest. Knobs: () or *F.
              x (T, B, N) for a matrix, (T, B, C, H, W) for a window.
    Units:    everything is dimensionless; beta per step (beta = exp(-dt/tau)).
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None), through the feedback as well; the delayed
              reset passes none, the immediate one does. Outside [0, 1] beta has gradient 0. V, or the recurrent
              weights, are learned by default.
    Source:   Eshraghian et al. 2023, doi:10.1109/JPROC.2023.3308088; names and dynamics are those of snnTorch 1.0.0
              as executed, recorded in tests/golden.

    >>> import torch
    >>> spk, state = RLeaky(beta=0.5, V=-1.0)(torch.ones(5, 1, 1))
    >>> spk.flatten().tolist()
    [0.0, 1.0, 0.0, 0.0, 1.0]
    """

    knobs = (
        Knob("beta", r"\beta", "1", 0.9, 0.0, 1.0, "share of the membrane that is left after one step"),
        Knob("V", "V", "1", 1.0, -10.0, 10.0, "weight with which the last spike comes back"),
        Knob("threshold", r"\theta", "1", 1.0, 0.01, 10.0, "the membrane above which the neuron fires"),
    )
    states = (
        State("spk", "S", "1", 0.0, "the last spike"),
        State("mem", "U", "1", 0.0, "membrane potential", held=True),
    )
    options = (
        RESET_MECHANISM,
        RESET_DELAY,
        learns("beta"),
        learns("threshold", "the threshold"),
        LEARN_RECURRENT,
        *FIRING,
    )
    symbols: ClassVar[Mapping[str, str]] = {"reset": "R", "back": "B"}
    stem = "rlif"

    beta: Tensor
    V: Tensor
    threshold: Tensor
    reset_mechanism: str
    reset_delay: bool

    def __init__(
        self,
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
        knobs = {"beta": beta, "V": V, "threshold": threshold}
        super().__init__(knobs, spike_grad, options, shapes, generator)

    @property
    def model_text(self) -> str:
        return with_reset(self.reset_mechanism, f"clip(beta, 0, 1)*mem + x + {self.back}", delay=self.reset_delay)
