"""The leaky sum of all input so far, without reset: snnTorch's neuron that it computes for all steps at once."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Unpack

from torch import Tensor

from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.knobs import Knob, Option, State
from workbench.engine.neurons.model import FIRING, NeuronModel, Options, SpikeGrad, Value, learns

DECAYS = ("exp", "beta")
KNOBS = (
    Knob("beta", r"\beta", "1", 0.9, 0.0, 1.0, "decay of the membrane in one step"),
    Knob("threshold", r"\theta", "1", 1.0, 0.01, 10.0, "the membrane above which the neuron fires"),
    Knob("graded_spikes_factor", r"\gamma", "1", 1.0, -10.0, 10.0, "size of the spike that is sent on"),
)
# The exact membrane goes on from step to step; only what is compared with the threshold is rounded.
STATES = (State("mem", "U", "1", 0.0, "membrane potential", held=True, rounded=False),)
OPTIONS = (
    Option("decay", "exp", DECAYS, "the membrane keeps exp(beta - 1) in each step, as in snnTorch, or beta itself"),
    learns("beta"),
    learns("threshold", "the threshold"),
    learns("graded_spikes_factor", "the size of a spike"),
    *FIRING,
)


class SumOptions(Options, total=False):
    """Those of models that sum without reset."""

    decay: str
    learn_graded_spikes_factor: bool


def leaky_sum(decay: str, factor: Tensor, quantised: bool) -> str:
    """One step of a membrane that is never reset, with spikes of size `factor`."""
    graded = factor.requires_grad or factor.ndim > 0 or factor.item() != 1.0
    fired, seen = "fired" if graded else "spk", "level" if quantised else "mem"
    kept = "exp(beta - 1)" if decay == "exp" else "clip(beta, 0, 1)"
    lines = [f"mem = {kept}*mem + x"]
    lines += ["level = quantise(mem)"] if quantised else []
    lines += [f"{fired} = spike({seen} - threshold)"]
    return "\n".join(lines + (["spk = fired*graded_spikes_factor"] if graded else []))


def whole_past(where: str, steps: int | None) -> None:
    """Refuse a truncated kernel: the recurrence keeps the whole past at no cost."""
    if steps is not None:
        raise KnobError(
            f"{where}.kernel_truncation_steps: must be None, got {str(steps)[:40]}; the whole past costs one "
            "multiplication a step here"
        )


class StateLeaky(NeuronModel):
    r"""Leaky sum of all past input, never reset; it fires whenever the sum lies above threshold.

    Equation (one step in coded order; the text is chosen by the options, this is the default):
        mem = exp(beta - 1)*mem + x
        spk = spike(mem - threshold)
    The share that is kept in a step is exp(beta - 1), not beta: snnTorch 1.0.0 turns beta into tau = 1/(1 - beta) and
    decays by exp(-1/tau), 0.9048 for beta = 0.9. `decay="beta"` keeps beta itself, `mem = clip(beta, 0, 1)*mem + x`.
    `graded_spikes_factor` other than 1 multiplies the spike that is sent, once (in snnTorch 1.0.0 twice).

    The sum over the past is computed as this recurrence, T multiplications for T steps, and goes on from its state;
    snnTorch convolves with a kernel of length T, T² multiplications, and cannot go on. The numbers agree to rounding.
    `state_quant` rounds what is compared with the threshold, not the membrane that goes on.

    Limits:   beta = 1 sums without leak; beta = 0 keeps exp(-1) = 0.37, with `decay="beta"` nothing. Constant x ends at
              x/(1 - exp(beta - 1)).
    Shapes:   x (T, B, *F) gives spikes like x; state {"mem": (B, *F)}, 0 at rest. Knobs: () or *F. `channels`, where
              given, must be the last axis of x.
    Units:    everything is dimensionless; beta per step.
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None). beta is what is learned; snnTorch learns
              tau, whose gradient is that of beta times (1 - beta)².
    Source:   the kernel of the spike response model without reset, Gerstner & Kistler 2002, ch. 4; names and dynamics
              are those of snnTorch 1.0.0 as executed, recorded in tests/golden.

    >>> import torch
    >>> spk, state = StateLeaky(beta=0.5, decay="beta")(torch.tensor([0.8, 0.8, 0.0, 0.0]).reshape(4, 1, 1))
    >>> spk.flatten().tolist(), round(state["mem"].item(), 3)
    ([0.0, 1.0, 0.0, 0.0], 0.3)
    """

    knobs = KNOBS
    states = STATES
    options = OPTIONS
    symbols: ClassVar[Mapping[str, str]] = {"fired": "F", "level": "Q"}
    stem = "past"

    beta: Tensor
    threshold: Tensor
    graded_spikes_factor: Tensor
    decay: str

    def __init__(
        self,
        beta: Value = 0.9,
        channels: int | None = None,
        threshold: Value = 1.0,
        spike_grad: SpikeGrad = None,
        *,
        graded_spikes_factor: Value = 1.0,
        kernel_truncation_steps: int | None = None,
        **options: Unpack[SumOptions],
    ) -> None:
        whole_past("StateLeaky", kernel_truncation_steps)
        knobs = {"beta": beta, "threshold": threshold, "graded_spikes_factor": graded_spikes_factor}
        super().__init__(knobs, spike_grad, options)
        self.channels = channels

    @property
    def model_text(self) -> str:
        return leaky_sum(self.decay, self.graded_spikes_factor, self.state_quant is not None)

    def streams(self, x: Tensor) -> Sequence[Tensor]:
        """x itself, of as many channels as were announced."""
        if self.channels not in (None, x.shape[-1]):
            raise ShapeError(f"StateLeaky: x must be (T, B, …, {self.channels}), got {tuple(x.shape)}")
        return (x,)
