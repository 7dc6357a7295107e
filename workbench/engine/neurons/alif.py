"""The leaky integrate-and-fire neuron whose threshold rises with every spike: it adapts, and remembers for long."""

from collections.abc import Mapping
from typing import Unpack

from torch import Tensor

from workbench.engine.knobs import Knob, State
from workbench.engine.neurons.model import FIRING, NeuronModel, Options, SpikeGrad, Value, learns
from workbench.engine.neurons.resets import RESET_MECHANISM


class _Options(Options, total=False):
    learn_rho: bool
    learn_strength: bool


class ALIF(NeuronModel):
    r"""Leaky integrate-and-fire neuron with an adaptive threshold.

    Equation (one step in coded order; the text is chosen by the options, this is the default):
        mem   = clip(beta, 0, 1)*mem + x
        spk   = spike(mem - (threshold + strength*adapt))
        adapt = clip(rho, 0, 1)*adapt + spk
        mem   = mem - detach(spk)*threshold
    Every spike lifts the threshold by `strength`; the lift decays by `rho`. The membrane is reset in the step of the
    spike: `reset_mechanism="zero"` sets it to 0 (`mem = mem - detach(spk)*mem`), `"none"` leaves it.

    Limits:   strength = 0 is a leaky neuron with immediate reset. Under constant input the time between spikes
              settles at the n where the lift, strength·rho^n/(1 - rho^n) just before a spike, meets the membrane.
    Shapes:   x (T, B, *F) gives spikes like x; state {"mem", "adapt": (B, *F)}, 0 at rest. Knobs: () or *F.
    Units:    everything is dimensionless; beta and rho per step (rho = exp(-dt/tau_a)).
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None), through the adaptation as well; the reset
              passes none. Outside [0, 1] beta and rho have gradient 0.
    Source:   Bellec et al. 2020, doi:10.1038/s41467-020-17236-y (Methods). There a spike acts one step later; here at
              once, so that what is stored after a step lies below threshold.

    >>> import torch
    >>> spk, _ = ALIF(beta=0.0, threshold=1.0, rho=0.5, strength=2.0)(torch.full((10, 1, 1), 1.75))
    >>> spk.flatten().tolist()
    [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0]
    """

    knobs = (
        Knob("beta", r"\beta", "1", 0.9, 0.0, 1.0, "share of the membrane that is left after one step"),
        Knob("threshold", r"\theta", "1", 1.0, 0.01, 10.0, "the threshold at rest"),
        Knob("rho", r"\rho", "1", 0.98, 0.0, 1.0, "share of the adaptation that is left after one step"),
        Knob("strength", r"\kappa", "1", 0.2, 0.0, 10.0, "what one spike adds to the threshold"),
    )
    states = (
        State("mem", "U", "1", 0.0, "membrane potential", held=True),
        State("adapt", "A", "1", 0.0, "decaying count of one's own spikes"),
    )
    options = (
        RESET_MECHANISM,
        learns("beta"),
        learns("threshold", "the threshold"),
        learns("rho"),
        learns("strength", "the strength of adaptation"),
        *FIRING,
    )

    beta: Tensor
    threshold: Tensor
    rho: Tensor
    strength: Tensor
    reset_mechanism: str

    def __init__(
        self,
        beta: Value = 0.9,
        threshold: Value = 1.0,
        spike_grad: SpikeGrad = None,
        *,
        rho: Value = 0.98,
        strength: Value = 0.2,
        **options: Unpack[_Options],
    ) -> None:
        knobs: Mapping[str, Value] = {"beta": beta, "threshold": threshold, "rho": rho, "strength": strength}
        super().__init__(knobs, spike_grad, options)

    @property
    def model_text(self) -> str:
        lines = [
            "mem = clip(beta, 0, 1)*mem + x",
            "spk = spike(mem - (threshold + strength*adapt))",
            "adapt = clip(rho, 0, 1)*adapt + spk",
        ]
        taken = {"subtract": "threshold", "zero": "mem"}.get(self.reset_mechanism)
        return "\n".join([*lines, *([f"mem = mem - detach(spk)*{taken}"] if taken else [])])
