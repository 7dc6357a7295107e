"""The gates of a long short-term memory whose hidden value is a membrane: what SLSTM and SConv2dLSTM share."""

from collections.abc import Mapping

from torch import Tensor

from workbench.engine.knobs import Knob, Option, State
from workbench.engine.neurons.model import FIRING, learns
from workbench.engine.neurons.resets import RESETS, with_reset

KNOBS = (Knob("threshold", r"\theta", "1", 1.0, -1.0, 10.0, "the membrane above which the neuron fires"),)
# snnTorch starts from a threshold of 1, which a membrane in (-1, 1) never passes: on a canvas it starts where it can.
DRAWN: Mapping[str, float] = {"threshold": 0.1}
# The same in files that do not name it: before it was written down with a new part, it was what saying nothing meant.
UNSAID: Mapping[str, float] = {"threshold": 0.1}
STATES = (
    State("mem", "U", "1", 0.0, "membrane potential, the hidden value of the cell", held=True),
    State("syn", "C", "1", 0.0, "memory cell"),
)
RESET_MECHANISM = Option("reset_mechanism", "none", RESETS, "what a spike does to the membrane one step later")
OPTIONS = (RESET_MECHANISM, learns("threshold", "the threshold"), *FIRING)
INPUTS = ("x_i", "x_f", "x_g", "x_o")
BACK = ("h_i", "h_f", "h_g", "h_o")
SYMBOLS: Mapping[str, str] = {
    **{name: f"X_{name[-1]}" for name in INPUTS},
    **{name: f"H_{name[-1]}" for name in BACK},
    "keep": "F",
    "write": "G",
    "reset": "R",
}


def long_short(mechanism: str, seen: str = "mem") -> str:
    """One step: gates, cell, membrane, and spikes where `seen` lies above threshold."""
    gates = "keep = sigmoid(x_f + h_f)", "write = sigmoid(x_i + h_i)*tanh(x_g + h_g)"
    text = with_reset(mechanism, "sigmoid(x_o + h_o)*tanh(syn)", *gates, "syn = keep*syn + write")
    return text.replace("spk = spike(mem - threshold)", f"spk = spike({seen} - threshold)")


def in_order(gates: Tensor, axis: int, order: str) -> tuple[Tensor, ...]:
    """The four parts of `gates` along `axis`, which stand there in the `order` "ifgo", as INPUTS name them.

    Each is a block of memory of its own: torch takes another route through one with gaps, whose last bit depends on
    the size of the batch.
    """
    parts = dict(zip(order, gates.chunk(4, axis), strict=True))
    return tuple(parts[name[-1]].contiguous() for name in INPUTS)
