"""The leaky integrate-and-fire neuron with a membrane that decays by a constant share at every step."""

from collections.abc import Mapping
from typing import ClassVar, Unpack

from torch import Tensor

from workbench.engine.knobs import Knob, State
from workbench.engine.neurons.model import FIRING, NeuronModel, Options, SpikeGrad, Value, learns
from workbench.engine.neurons.resets import RESET, RESET_DELAY, RESET_MECHANISM, at_once


class _Options(Options, total=False):
    learn_graded_spikes_factor: bool


class Leaky(NeuronModel):
    r"""Leaky integrate-and-fire neuron in discrete time.

    Equation (one step in coded order; the text is chosen by the options, this is the default):
        reset = detach(spike(mem - threshold))
        mem   = clip(beta, 0, 1)*mem + x - reset*threshold
        spk   = spike(mem - threshold)
    `reset_mechanism="zero"` decays a reset membrane from 0 and keeps the input of that step; `"none"` never resets.
    `reset_delay=True` resets one step after the spike, so the membrane shown at a spike lies above threshold;
    `False` adds `mem = mem - (spk - reset)*threshold` (or `*mem`) at the end of the same step.
    `graded_spikes_factor` other than 1 multiplies the spike that is sent, not the one that resets; a winner's
    (`inhibition=True`) is sent as it is.

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
    states = (State("mem", "U", "1", 0.0, "membrane potential", held=True),)
    options = (
        RESET_MECHANISM,
        RESET_DELAY,
        learns("beta"),
        learns("threshold", "the threshold"),
        learns("graded_spikes_factor", "the size of a spike"),
        *FIRING,
    )
    symbols: ClassVar[Mapping[str, str]] = {"reset": "R", "fired": "F"}
    stem = "lif"

    beta: Tensor
    threshold: Tensor
    graded_spikes_factor: Tensor
    reset_mechanism: str
    reset_delay: bool
    inhibition: bool

    def __init__(
        self,
        beta: Value = 0.9,
        threshold: Value = 1.0,
        spike_grad: SpikeGrad = None,
        *,
        graded_spikes_factor: Value = 1.0,
        **options: Unpack[_Options],
    ) -> None:
        knobs = {"beta": beta, "threshold": threshold, "graded_spikes_factor": graded_spikes_factor}
        super().__init__(knobs, spike_grad, options)

    @property
    def model_text(self) -> str:
        reset, graded = self.reset_mechanism, self._graded()
        fired = "fired" if graded and not self.inhibition else "spk"
        update = {
            "subtract": "mem = clip(beta, 0, 1)*mem + x - reset*threshold",
            "zero": "mem = clip(beta, 0, 1)*((1 - reset)*mem) + x",
            "none": "mem = clip(beta, 0, 1)*mem + x",
        }
        lines = [RESET] if reset != "none" else []
        lines += [update[reset], f"{fired} = spike(mem - threshold)"]
        lines += ["spk = fired*graded_spikes_factor"] if fired == "fired" else []
        if not self.reset_delay and reset != "none":
            # The winner's spike is sent as it is, yet divided by the factor here: so does snnTorch 1.0.0.
            lines.append(at_once(reset, "spk/graded_spikes_factor" if graded and self.inhibition else fired))
        return "\n".join(lines)

    def _graded(self) -> bool:
        """Whether the size of a spike is more than the number 1, so that the text has to name it."""
        factor = self.graded_spikes_factor
        return factor.requires_grad or factor.ndim > 0 or factor.item() != 1.0
