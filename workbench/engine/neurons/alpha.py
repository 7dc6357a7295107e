"""The neuron whose response to one input spike rises and falls: the difference of two decaying currents."""

from collections.abc import Mapping
from typing import ClassVar, Unpack

from torch import Tensor

from workbench.engine.errors import KnobError
from workbench.engine.knob_values import number
from workbench.engine.knobs import Knob, Option, State
from workbench.engine.neurons.model import FIRING, NeuronModel, Options, SpikeGrad, Value, learns
from workbench.engine.neurons.resets import FIRE, RESET, RESET_MECHANISM, RESETS


class Alpha(NeuronModel):
    r"""Neuron whose membrane answers a spike with an alpha function: it rises, then falls.

    Equation (one step in coded order; the text is chosen by the options, this is the default):
        reset   = detach(spike(mem - threshold))
        tau     = log(clip(alpha, 0, 1))/(log(clip(beta, 0, 1)) - log(clip(alpha, 0, 1))) + 1
        syn_exc = clip(alpha, 0, 1)*syn_exc + x
        syn_inh = clip(beta, 0, 1)*syn_inh - x
        mem     = tau*(syn_exc + syn_inh)
        syn_exc = syn_exc - reset*syn_exc
        syn_inh = syn_inh - reset*syn_inh
        mem     = mem - reset*mem
        spk     = spike(mem - threshold)
    `reset_mechanism="subtract"` takes `threshold` from the excitatory current, clears the inhibitory one and adds its
    last value to the membrane; `"none"` never resets. The membrane is made anew of the two currents at every step; the
    one that is stored only says whether there is a reset.

    Limits:   alpha > beta, and beta < 1; an input of size w makes the membrane tau·w·(alpha^n - beta^n) after n steps.
    Shapes:   x (T, B, *F) gives spikes like x; state {"mem", "syn_exc", "syn_inh": (B, *F)}, 0 at rest; knobs () or *F.
    Units:    everything is dimensionless; alpha and beta per step (alpha = exp(-dt/tau_exc), beta = exp(-dt/tau_inh)).
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None); the reset passes none. Outside [0, 1]
              alpha and beta have gradient 0. Where training brings alpha and beta together, tau divides by zero.
    Source:   Eshraghian et al. 2023, doi:10.1109/JPROC.2023.3308088; names and dynamics are those of snnTorch 1.0.0
              as executed, recorded in tests/golden; `learn_alpha`, which fails there, works here.

    >>> import torch
    >>> pulse = torch.tensor([1.0, 0, 0, 0]).reshape(4, 1, 1)
    >>> Alpha(alpha=0.5, beta=0.25, threshold=9.0).trace(pulse)[1]["mem"].flatten().tolist()
    [0.0, 0.5, 0.375, 0.21875]
    """

    knobs = (
        Knob("alpha", r"\alpha", "1", 0.9, 0.0, 1.0, "share of the excitatory current that is left after one step"),
        Knob("beta", r"\beta", "1", 0.8, 0.0, 0.999, "share of the inhibitory current that is left after one step"),
        Knob("threshold", r"\theta", "1", 1.0, 0.01, 10.0, "the membrane above which the neuron fires"),
    )
    states = (
        State("mem", "U", "1", 0.0, "membrane potential", held=True),
        State("syn_exc", "I_e", "1", 0.0, "excitatory current", held=True),
        State("syn_inh", "I_i", "1", 0.0, "inhibitory current", held=True),
    )
    options = (
        Option("reset_mechanism", "zero", RESETS, RESET_MECHANISM.meaning),
        learns("alpha"),
        learns("beta"),
        learns("threshold", "the threshold"),
        *FIRING,
    )
    symbols: ClassVar[Mapping[str, str]] = {"reset": "R", "tau": r"\tau"}

    alpha: Tensor
    beta: Tensor
    threshold: Tensor
    reset_mechanism: str

    def __init__(
        self,
        alpha: Value = 0.9,
        beta: Value = 0.8,
        threshold: Value = 1.0,
        spike_grad: SpikeGrad = None,
        **options: Unpack[Options],
    ) -> None:
        super().__init__({"alpha": alpha, "beta": beta, "threshold": threshold}, spike_grad, options)
        self._check(self.alpha, self.beta)

    def set(self, name: str, value: Value) -> None:
        if name in ("alpha", "beta"):
            wanted = {"alpha": self.alpha, "beta": self.beta, name: number(f"Alpha.{name}", value)}
            self._check(**wanted)
        super().set(name, value)

    @property
    def model_text(self) -> str:
        undo = {
            "zero": (
                "syn_exc = syn_exc - reset*syn_exc",
                "syn_inh = syn_inh - reset*syn_inh",
                "mem = mem - reset*mem",
            ),
            "subtract": (
                "syn_exc = syn_exc - reset*threshold",
                "syn_inh = syn_inh - reset*syn_inh",
                "mem = mem + reset*syn_inh_prev",
            ),
            "none": (),
        }[self.reset_mechanism]
        lines = [
            *([RESET] if undo else []),
            "tau = log(clip(alpha, 0, 1))/(log(clip(beta, 0, 1)) - log(clip(alpha, 0, 1))) + 1",
            "syn_exc = clip(alpha, 0, 1)*syn_exc + x",
            "syn_inh = clip(beta, 0, 1)*syn_inh - x",
            "mem = tau*(syn_exc + syn_inh)",
            *undo,
            FIRE,
        ]
        return "\n".join(lines)

    def _check(self, alpha: Tensor, beta: Tensor) -> None:
        """Refuse an alpha that is not above its beta: at the same value tau divides by zero."""
        close = alpha.clamp(0, 1).detach() <= beta.detach()
        if bool(close.any()):
            got = f"got alpha {alpha.min().item():g} and beta {beta.max().item():g}"
            raise KnobError(f"Alpha.alpha: must be above beta, {got}; raise alpha or lower beta")
