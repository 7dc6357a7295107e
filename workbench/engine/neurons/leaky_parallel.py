"""Leaky neurons whose membrane is never negative and never reset: a rectified recurrent layer, thresholded."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

import torch
from torch import Tensor

from workbench.engine.errors import KnobError
from workbench.engine.knob_values import number
from workbench.engine.knobs import Knob, Size, State
from workbench.engine.neurons.base import States
from workbench.engine.neurons.model import FIRING, Options, SpikeGrad, Value, learns
from workbench.engine.neurons.weighing import BIAS, Projecting, Shape
from workbench.engine.synapses import Synapses


class _Options(Options, total=False):
    learn_graded_spikes_factor: bool


class LeakyParallel(Projecting):
    r"""Weighted input on a leaky membrane that is cut off at 0 and never reset.

    Equation (one step in coded order; x = W·input + b_ih + b_hh; the text is chosen by the options):
        mem = beta*mem + x
        mem = where(mem <= 0, 0, mem)
        spk = spike(mem - threshold)
    `beta` is given in [0, 1] (what lies outside is brought to the nearer end), one number or one for each neuron, and
    is free to leave [0, 1] when it is learned. Without a beta each neuron's is drawn, uniform in ±1/√hidden_size.
    `weight_hh_enable=True` has a whole matrix, `back` = `rnn.weight_hh_l0`·mem, in place of `beta*mem`; all its entries
    start as beta where one is given. `graded_spikes_factor` other than 1 multiplies the spike that is sent.

    Limits:   beta = 0 is a rectified linear layer with a threshold. There is no inhibition below 0.
    Shapes:   x (T, B, input_size) gives spikes (T, B, hidden_size); state {"mem": (B, hidden_size)}, 0 at rest. Knobs:
              () or (hidden_size,). `rnn.weight_ih_l0` (hidden_size, input_size), `rnn.bias_ih_l0` and `rnn.bias_hh_l0`
              (hidden_size,), uniform in ±1/√hidden_size, from `generator` (seed 0 where None).
    Units:    everything is dimensionless; beta per step.
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None); the cut at 0 has slope 0 there and below.
              With `learn_beta` beta is learned, or the matrix; one beta for all is learned as one (in snnTorch 1.0.0
              it becomes one for each neuron).
    Source:   names and dynamics are those of snnTorch 1.0.0 as executed, recorded in tests/golden; there, one beta for
              each neuron is ignored, and `dropout` has no effect.

    >>> import torch
    >>> spk, state = LeakyParallel(4, 3, beta=0.9)(torch.ones(5, 2, 4))
    >>> spk.shape, bool((state["mem"] >= 0).all())
    (torch.Size([5, 2, 3]), True)
    """

    sizes = (
        Size("input_size", "m", 10, 1, 1_000_000, "how many values arrive"),
        Size("hidden_size", "n", 10, 1, 1_000_000, "how many neurons there are"),
    )
    knobs = (
        Knob("beta", r"\beta", "1", 0.9, 0.0, 1.0, "share of the membrane that is left after one step"),
        Knob("threshold", r"\theta", "1", 1.0, 0.01, 10.0, "the membrane above which the neuron fires"),
        Knob("graded_spikes_factor", r"\gamma", "1", 1.0, -10.0, 10.0, "size of the spike that is sent on"),
    )
    states = (State("mem", "U", "1", 0.0, "membrane potential", held=True),)
    options = (
        BIAS,
        learns("beta"),
        learns("threshold", "the threshold"),
        learns("graded_spikes_factor", "the size of a spike"),
        *FIRING,
    )
    symbols: ClassVar[Mapping[str, str]] = {"x": "(WX + b)", "fired": "F", "back": "B"}
    stem = "relif"

    beta: Tensor
    threshold: Tensor
    graded_spikes_factor: Tensor
    bias: bool
    rnn: Synapses

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        beta: Value | None = None,
        bias: bool = True,
        threshold: Value = 1.0,
        dropout: float = 0.0,
        spike_grad: SpikeGrad = None,
        *,
        graded_spikes_factor: Value = 1.0,
        weight_hh_enable: bool = False,
        generator: torch.Generator | None = None,
        **options: Unpack[_Options],
    ) -> None:
        if dropout:
            raise KnobError(f"LeakyParallel.dropout: must be 0, got {str(dropout)[:40]}; put a wb.Dropout after it")
        generator = generator or torch.Generator().manual_seed(0)
        sizes = {"input_size": input_size, "hidden_size": hidden_size}
        knobs: dict[str, Value] = {"threshold": threshold, "graded_spikes_factor": graded_spikes_factor}
        given = None if beta is None else number("LeakyParallel.beta", beta).clamp(0, 1)
        self.dense = bool(weight_hh_enable)
        if not self.dense:
            knobs = {"beta": 0.0 if given is None else given} | knobs
        super().__init__(sizes, knobs, spike_grad, {"bias": bias, **options}, generator)
        if self.dense:
            self.knobs = tuple(knob for knob in self.knobs if knob.name != "beta")
            self.fed_back = ("back",)
            drawn = torch.empty(hidden_size, hidden_size) if given is None else given.expand(hidden_size, hidden_size)
            self.rnn.keep("weight_hh_l0", drawn.clone(), learn=options.get("learn_beta", False))
        if given is None:
            place = self.rnn.weight_hh_l0 if self.dense else torch.empty(hidden_size)
            bound = self.bound(sizes)
            with torch.no_grad():
                place.uniform_(-bound, bound, generator=generator)
            if not self.dense:
                self.set("beta", place)

    @classmethod
    def weights(cls, chosen: Mapping[str, Any]) -> dict[str, Shape]:
        size = chosen["hidden_size"]
        biases = {"rnn.bias_ih_l0": (size,), "rnn.bias_hh_l0": (size,)} if chosen["bias"] else {}
        return {"rnn.weight_ih_l0": (size, chosen["input_size"])} | biases

    @classmethod
    def bound(cls, chosen: Mapping[str, Any]) -> float:
        return 1 / math.sqrt(chosen["hidden_size"])

    @classmethod
    def gives(cls, chosen: Mapping[str, Any], arriving: Shape) -> Shape:
        return (chosen["hidden_size"],)

    @property
    def model_text(self) -> str:
        factor = self.graded_spikes_factor
        graded = factor.requires_grad or factor.ndim > 0 or factor.item() != 1.0
        fired = "fired" if graded else "spk"
        lines = [
            f"mem = {'back' if self.dense else 'beta*mem'} + x",
            "mem = where(mem <= 0, 0, mem)",
            f"{fired} = spike(mem - threshold)",
        ]
        return "\n".join(lines + (["spk = fired*graded_spikes_factor"] if graded else []))

    def streams(self, x: Tensor) -> Sequence[Tensor]:
        """W·x and both biases, for all steps at once."""
        weighted = self.rnn(self.arriving(x), "weight_ih_l0", "bias_ih_l0")
        return (weighted + self.rnn.bias_hh_l0.to(x.dtype) if self.bias else weighted,)

    def feed_back(self, state: States) -> Sequence[Tensor]:
        """The membranes before, through the whole matrix."""
        return (self.rnn(state["mem"], "weight_hh_l0", None),)
