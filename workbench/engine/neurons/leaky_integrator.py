"""The leaky integrator: a membrane that never fires and is itself what is sent on, as a readout."""

from collections.abc import Mapping
from typing import ClassVar, Unpack

from torch import Tensor

from workbench.engine.knobs import Knob, State
from workbench.engine.neurons.model import NeuronModel, Options, Value, learns


class LeakyIntegrator(NeuronModel):
    r"""Leaky membrane without spikes, read as it is: a readout of values.

    Equation (one step in coded order):
        mem = clip(beta, 0, 1)*mem + x
        out = mem

    Limits:   beta = 1 sums its input, beta = 0 passes it on; constant x ends at x/(1 - beta).
    Shapes:   x (T, B, *F) gives the membrane like x; state {"mem": (B, *F)}, 0 at rest. beta: () or *F.
    Units:    the membrane has the unit of the input; beta per step (beta = exp(-dt/tau)).
    Gradient: exact, there is nothing to replace; outside [0, 1] beta has gradient 0.
    Source:   the readout of Bellec et al. 2020, doi:10.1038/s41467-020-17236-y (Methods), without its bias.

    >>> import torch
    >>> LeakyIntegrator(beta=0.5)(torch.ones(4, 1, 1))[0].flatten().tolist()
    [1.0, 1.5, 1.75, 1.875]
    """

    knobs = (Knob("beta", r"\beta", "1", 0.9, 0.0, 1.0, "share of the membrane that is left after one step"),)
    states = (State("mem", "U", "1", 0.0, "membrane potential"),)
    options = (learns("beta"),)
    symbols: ClassVar[Mapping[str, str]] = {"out": "Y"}
    emits = "out"
    stem = "li"

    beta: Tensor

    def __init__(self, beta: Value = 0.9, **options: Unpack[Options]) -> None:
        super().__init__({"beta": beta}, None, options)

    @property
    def model_text(self) -> str:
        return "mem = clip(beta, 0, 1)*mem + x\nout = mem"
