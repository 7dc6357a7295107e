"""The leaky integrate-and-fire neuron whose last spike comes back to it."""

from collections.abc import Mapping
from typing import ClassVar, Unpack

from torch import Tensor

from workbench.engine.errors import KnobError
from workbench.engine.knobs import Knob, Option, State
from workbench.engine.neurons.model import FIRING, NeuronModel, Options, SpikeGrad, Value, learns
from workbench.engine.neurons.resets import RESET_DELAY, RESET_MECHANISM, with_reset

LEARN_RECURRENT = Option("learn_recurrent", True, (False, True), "training changes the recurrent weight", learns="V")


class RecurrentOptions(Options, total=False):
    """Those of models whose spikes come back to them."""

    learn_recurrent: bool


class RLeaky(NeuronModel):
    r"""Leaky integrate-and-fire neuron that feeds its last spike back to itself.

    Equation (one step in coded order; the text is chosen by the options, this is the default):
        reset = detach(spike(mem - threshold))
        mem   = clip(beta, 0, 1)*mem + x + spk*V - reset*threshold
        spk   = spike(mem - threshold)
    `reset_mechanism="zero"` sets the membrane of the reset step to 0, input and feedback included, so that there one's
    own feedback never arrives; `"none"` never resets. `reset_delay=False` adds `mem = mem - (spk - reset)*threshold`
    (or `*mem`) at the end.

    Limits:   V = 0 is Leaky (except for "zero", which keeps no input here); V = threshold undoes the reset.
    Shapes:   x (T, B, *F) gives spikes like x; state {"spk", "mem": (B, *F)}, 0 at rest. Knobs: () or *F.
    Units:    everything is dimensionless; beta per step (beta = exp(-dt/tau)).
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None), through the feedback as well; the delayed
              reset passes none, the immediate one does. Outside [0, 1] beta has gradient 0. V is learned by default.
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
    symbols: ClassVar[Mapping[str, str]] = {"reset": "R"}
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
        all_to_all: bool = False,
        *,
        threshold: Value = 1.0,
        spike_grad: SpikeGrad = None,
        **options: Unpack[RecurrentOptions],
    ) -> None:
        if all_to_all:
            raise KnobError("RLeaky.all_to_all: every neuron feeds back to itself alone; must be False, got True")
        super().__init__({"beta": beta, "V": V, "threshold": threshold}, spike_grad, options)

    @property
    def model_text(self) -> str:
        return with_reset(self.reset_mechanism, "clip(beta, 0, 1)*mem + x + spk*V", delay=self.reset_delay)
