"""A long short-term memory that fires."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

import torch
from torch import Tensor

from workbench.engine.knobs import Size
from workbench.engine.neurons.base import States
from workbench.engine.neurons.long_short import (
    BACK,
    DRAWN,
    INPUTS,
    KNOBS,
    OPTIONS,
    STATES,
    SYMBOLS,
    UNSAID,
    in_order,
    long_short,
)
from workbench.engine.neurons.model import Options, SpikeGrad, Value
from workbench.engine.neurons.weighing import BIAS, Projecting, Shape
from workbench.engine.synapses import Synapses


class SLSTM(Projecting):
    r"""Long short-term memory cell whose hidden value is a membrane that fires.

    Equation (one step in coded order; x_i … x_o are the four quarters of W_ih·input + b_ih, h_i … h_o those of
    W_hh·mem + b_hh; the text is chosen by the options, this is the default):
        keep  = sigmoid(x_f + h_f)
        write = sigmoid(x_i + h_i)*tanh(x_g + h_g)
        syn   = keep*syn + write
        mem   = sigmoid(x_o + h_o)*tanh(syn)
        spk   = spike(mem - threshold)
    `reset_mechanism="subtract"` takes `threshold` from the membrane one step after a spike, `"zero"` all of it; the
    cell `syn` is never reset.

    The membrane lies in (-1, 1), so that with threshold 1, snnTorch's and ours, nothing ever fires: give a lower one.
    On the canvas it begins at 0.1.

    Limits:   with open forget and closed input gates the cell keeps what it holds.
    Shapes:   x (T, B, input_size) gives spikes (T, B, hidden_size); state {"mem", "syn": (B, hidden_size)}, 0 at rest.
              threshold: () or (hidden_size,). `lstm_cell.weight_ih` (4·hidden_size, input_size), `lstm_cell.weight_hh`
              (4·hidden_size, hidden_size), `lstm_cell.bias_ih` and `lstm_cell.bias_hh` (4·hidden_size,), in the order
              input, forget, cell, output, uniform in ±1/√hidden_size, from `generator` (seed 0 where None).
    Units:    everything is dimensionless.
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None); the reset passes none.
    Source:   Hochreiter & Schmidhuber 1997 with the forget gate of Gers et al. 2000; names and dynamics are those of
              snnTorch 1.0.0 as executed, recorded in tests/golden. There, a cell whose hidden_size is not its
              input_size forgets everything at every step; this one does not.

    >>> import torch
    >>> spk, state = SLSTM(4, 3, threshold=0.1)(torch.ones(5, 2, 4))
    >>> spk.shape, list(state)
    (torch.Size([5, 2, 3]), ['mem', 'syn'])
    """

    sizes = (
        Size("input_size", "m", 10, 1, 1_000_000, "how many values arrive"),
        Size("hidden_size", "n", 10, 1, 1_000_000, "how many cells there are"),
    )
    knobs = KNOBS
    drawn: ClassVar[Mapping[str, float]] = DRAWN
    unsaid: ClassVar[Mapping[str, float]] = UNSAID
    states = STATES
    options = (BIAS, *OPTIONS)
    symbols: ClassVar[Mapping[str, str]] = SYMBOLS
    inputs = INPUTS
    fed_back = BACK
    stem = "slstm"

    threshold: Tensor
    reset_mechanism: str
    lstm_cell: Synapses

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        threshold: Value = 1.0,
        spike_grad: SpikeGrad = None,
        *,
        generator: torch.Generator | None = None,
        **options: Unpack[Options],
    ) -> None:
        sizes = {"input_size": input_size, "hidden_size": hidden_size}
        super().__init__(sizes, {"threshold": threshold}, spike_grad, {"bias": bias, **options}, generator)

    @classmethod
    def weights(cls, chosen: Mapping[str, Any]) -> dict[str, Shape]:
        size, rows = chosen["hidden_size"], 4 * chosen["hidden_size"]
        biases = {"lstm_cell.bias_ih": (rows,), "lstm_cell.bias_hh": (rows,)} if chosen["bias"] else {}
        weights = {"lstm_cell.weight_ih": (rows, chosen["input_size"]), "lstm_cell.weight_hh": (rows, size)}
        return weights | biases

    @classmethod
    def bound(cls, chosen: Mapping[str, Any]) -> float:
        return 1 / math.sqrt(chosen["hidden_size"])

    @classmethod
    def gives(cls, chosen: Mapping[str, Any], arriving: Shape) -> Shape:
        return (chosen["hidden_size"],)

    @property
    def model_text(self) -> str:
        return long_short(self.reset_mechanism)

    def streams(self, x: Tensor) -> Sequence[Tensor]:
        """What the input does to the four gates, for all steps at once."""
        return in_order(self.lstm_cell(self.arriving(x), "weight_ih", "bias_ih"), -1, "ifgo")

    def feed_back(self, state: States) -> Sequence[Tensor]:
        """What the membranes before do to the four gates."""
        return in_order(self.lstm_cell(state["mem"], "weight_hh", "bias_hh"), -1, "ifgo")
