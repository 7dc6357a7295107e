"""The integrate-and-fire neuron: a membrane without leak, the model that spiking hardware implements most easily."""

from collections.abc import Mapping
from typing import ClassVar, Unpack

from torch import Tensor

from workbench.engine.knobs import Knob, State
from workbench.engine.neurons.model import FIRING, NeuronModel, Options, SpikeGrad, Value, learns
from workbench.engine.neurons.resets import RESET_DELAY, RESET_MECHANISM, with_reset


class IF(NeuronModel):
    r"""Integrate-and-fire neuron: a membrane without leak.

    Equation (one step in coded order; the text is chosen by the options, this is the default):
        reset = detach(spike(mem - threshold))
        mem   = mem + x - reset*threshold
        spk   = spike(mem - threshold)
    `reset_mechanism="zero"` sets the membrane of the reset step to 0, input included; `"none"` never resets.
    `reset_delay=False` adds `mem = mem - (spk - reset)*threshold` (or `*mem`) at the end.

    Limits:   with "subtract" nothing is lost: after constant x in [0, threshold] for T steps it has fired x·T/threshold
              times, less at most one; so a network of them computes what rectified linear units compute.
    Shapes:   x (T, B, *F) gives spikes like x; state {"mem": (B, *F)}, 0 at rest. threshold: () or *F.
    Units:    membrane, threshold and input are dimensionless.
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None); the delayed reset passes none, the
              immediate one does.
    Source:   Lapicque 1907 without the leak; the rate of "subtract" in Rueckauer et al. 2017,
              doi:10.3389/fnins.2017.00682.

    >>> import torch
    >>> spk, state = IF()(torch.full((8, 1, 1), 0.375))
    >>> spk.flatten().tolist(), state["mem"].item()
    ([0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0], 1.0)
    """

    knobs = (Knob("threshold", r"\theta", "1", 1.0, 0.01, 10.0, "the membrane above which the neuron fires"),)
    states = (State("mem", "U", "1", 0.0, "membrane potential", held=True),)
    options = (RESET_MECHANISM, RESET_DELAY, learns("threshold", "the threshold"), *FIRING)
    symbols: ClassVar[Mapping[str, str]] = {"reset": "R"}

    threshold: Tensor
    reset_mechanism: str
    reset_delay: bool

    def __init__(self, threshold: Value = 1.0, spike_grad: SpikeGrad = None, **options: Unpack[Options]) -> None:
        super().__init__({"threshold": threshold}, spike_grad, options)

    @property
    def model_text(self) -> str:
        return with_reset(self.reset_mechanism, "mem + x", delay=self.reset_delay)
