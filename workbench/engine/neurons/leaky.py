"""The leaky integrate-and-fire neuron with a membrane that decays by a constant share at every step."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from torch import Tensor

from workbench.engine.errors import KnobError
from workbench.engine.knobs import Knob, Option, State
from workbench.engine.neurons.base import Neuron
from workbench.engine.surrogates import Surrogate

RESETS = ("subtract", "zero", "none")

_GONE = {
    "init_hidden": "Leaky keeps no hidden state: write `spk, state = lif(x)`, for a stack `out, state = net(x)`",
    "output": "Leaky always returns a pair: write `spk, state = lif(x)`; `lif.trace(x)` gives the membrane over time",
}


class Leaky(Neuron):
    r"""Leaky integrate-and-fire neuron in discrete time.

    Equation (one step in coded order; the text is chosen by the options, this is the default):
        reset = detach(spike(mem - threshold))
        mem   = clip(beta, 0, 1)*mem + x - reset*threshold
        spk   = spike(mem - threshold)
    `reset_mechanism="zero"` decays a reset membrane from 0 and keeps the input of that step; `"none"` never resets.
    `reset_delay=True` resets one step after the spike, so the membrane shown at a spike lies above threshold;
    `False` adds `mem = mem - (spk - reset)*threshold` (or `*mem`) at the end of the same step.
    `graded_spikes_factor` other than 1 multiplies the spike that is sent, not the one that resets.

    Limits:   beta = 1 integrates without leak, beta = 0 forgets at once; constant x < (1 - beta)·threshold never fires.
    Shapes:   x (T, B, *F) gives spikes like x; state {"mem": (B, *F)}, 0 at rest. beta, threshold: () or *F.
    Units:    membrane, threshold and input are dimensionless; beta per step (beta = exp(-dt/tau)).
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None); the delayed reset passes none, the
              immediate one does. Outside [0, 1] beta has gradient 0.
    Source:   Lapicque 1907, in the discrete form of Eshraghian et al. 2023, doi:10.1109/JPROC.2023.3308088; names and
              dynamics are those of snnTorch 1.0.0 as executed, recorded in tests/golden.

    >>> import torch
    >>> spk, state = Leaky(beta=0.5)(torch.ones(4, 1, 1))
    >>> spk.flatten().tolist()
    [0.0, 1.0, 0.0, 1.0]
    """

    knobs = (
        Knob("beta", r"\beta", "1", 0.9, 0.0, 1.0, "share of the membrane that is left after one step"),
        Knob("threshold", r"\theta", "1", 1.0, 0.01, 10.0, "the membrane above which the neuron fires"),
        Knob("graded_spikes_factor", r"\gamma", "1", 1.0, -10.0, 10.0, "size of the spike that is sent on"),
    )
    states = (State("mem", "U", "1", 0.0, "membrane potential"),)
    options = (
        Option("reset_mechanism", "subtract", RESETS, "what a spike does to the membrane"),
        Option("reset_delay", True, (False, True), "resets one step after the spike instead of at once"),
        Option("learn_beta", False, (False, True), "training changes beta"),
        Option("learn_threshold", False, (False, True), "training changes the threshold"),
    )
    symbols: ClassVar[Mapping[str, str]] = {"reset": "R", "fired": "F"}
    stem = "lif"

    beta: Tensor
    threshold: Tensor
    graded_spikes_factor: Tensor

    def __init__(
        self,
        beta: float | Sequence[float] | Tensor = 0.9,
        threshold: float | Sequence[float] | Tensor = 1.0,
        spike_grad: Surrogate | Mapping[str, Any] | Callable | None = None,
        *,
        reset_mechanism: str = "subtract",
        reset_delay: bool = True,
        learn_beta: bool = False,
        learn_threshold: bool = False,
        graded_spikes_factor: float | Sequence[float] | Tensor = 1.0,
        backend: str = "auto",
        **unknown: object,
    ) -> None:
        for name in unknown:
            raise TypeError(_GONE.get(name, f"Leaky has no argument {name[:40]}; see help(Leaky) for those it has"))
        super().__init__(spike_grad, backend)
        if reset_mechanism not in RESETS:
            raise KnobError(f"Leaky.reset_mechanism: must be {', '.join(RESETS)}, got {str(reset_mechanism)[:40]}")
        self.reset_mechanism, self.reset_delay = reset_mechanism, bool(reset_delay)
        self.hold("beta", beta, learn_beta)
        self.hold("threshold", threshold, learn_threshold)
        self.hold("graded_spikes_factor", graded_spikes_factor)

    @property
    def text(self) -> str:
        factor = self.graded_spikes_factor
        return _text(self.reset_mechanism, self.reset_delay, graded=factor.ndim > 0 or factor.item() != 1.0)


def _text(reset: str, delay: bool, graded: bool) -> str:
    """The step for one choice of options. Sums stand in the order in which snnTorch executes them."""
    fired = "fired" if graded else "spk"
    step = {
        "subtract": "mem = clip(beta, 0, 1)*mem + x - reset*threshold",
        "zero": "mem = clip(beta, 0, 1)*((1 - reset)*mem) + x",
        "none": "mem = clip(beta, 0, 1)*mem + x",
    }[reset]
    at_once = {
        "subtract": f"mem = mem - ({fired} - reset)*threshold",
        "zero": f"mem = mem - ({fired} - reset)*mem",
        "none": "",
    }[reset]
    lines = [
        "reset = detach(spike(mem - threshold))" if reset != "none" else "",
        step,
        f"{fired} = spike(mem - threshold)",
        "spk = fired*graded_spikes_factor" if graded else "",
        "" if delay else at_once,
    ]
    return "\n".join(line for line in lines if line)
