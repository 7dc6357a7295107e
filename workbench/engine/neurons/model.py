"""What the models of this folder share: how knobs and options are given, and what any neuron that fires may have."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, ClassVar, TypedDict

import torch
from torch import Tensor

from workbench.engine.knob_values import read_option
from workbench.engine.knobs import Option
from workbench.engine.neurons.base import Neuron
from workbench.engine.neurons.rewriting import PAUSE, PAUSES, REFRACTORY, inhibited, quantised, refractory
from workbench.engine.quantisation import StateQuant, quantiser
from workbench.engine.surrogates import Surrogate

Value = float | Sequence[float] | Tensor
SpikeGrad = Surrogate | Mapping[str, Any] | Callable[[Tensor], Tensor] | None
Quantiser = StateQuant | Mapping[str, Any] | Callable[[Tensor], Tensor] | bool | None

INHIBITION = Option("inhibition", False, (False, True), "only the strongest neuron of the layer may fire in a step")
FIRING = (INHIBITION, REFRACTORY)


class Options(TypedDict, total=False):
    """What models commonly take by keyword. One takes those it lists in `options`; all take `backend`, those that fire
    also `state_quant`."""

    reset_mechanism: str
    reset_delay: bool
    learn_alpha: bool
    learn_beta: bool
    learn_threshold: bool
    inhibition: bool
    refractory: int
    state_quant: Quantiser
    backend: str


def learns(knob: str, what: str = "") -> Option:
    """The flag `learn_…` of a knob."""
    return Option(f"learn_{knob}", False, (False, True), f"training changes {what or knob}", learns=knob)


class NeuronModel(Neuron):
    """A model of the palette: it writes its step in `model_text` and passes what it was given to `__init__`.

    - Every knob is held under its name: a number, or one per neuron; learned where an option says so.
    - Every option it declares becomes an attribute, checked against its choices.
    - The text that runs is `model_text` with what was asked for added (rewriting.py). What fires may be told:
        refractory=n       after a spike the neuron cannot fire and its held states stand still, for n steps
        inhibition=True    of the layer only the neuron furthest above threshold fires
        state_quant=…      states are rounded to the levels of `wb.state_quant`, or by any function of a state
      A refractory period is fused like the rest; with the other two a layer runs step by step in torch.

    >>> from workbench.engine.neurons.leaky import Leaky
    >>> Leaky(0.5, refractory=2)(torch.ones(8, 1, 1))[0].flatten().tolist()
    [0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    """

    options: ClassVar[tuple[Option, ...]] = ()
    drawn: ClassVar[Mapping[str, float]] = {}  # knobs that begin elsewhere on a canvas; why, the docstring says
    unsaid: ClassVar[Mapping[str, float]] = {}  # what a design file means that does not name a knob, if not its default

    def __init__(
        self, knobs: Mapping[str, Value], spike_grad: SpikeGrad = None, options: Mapping[str, Any] | None = None
    ) -> None:
        given = dict(options or {})
        super().__init__(spike_grad, given.pop("backend", "auto"))
        chosen = {
            option.name: read_option(self._name, option, given.pop(option.name, option.default))
            for option in self.options
        }
        self.state_quant = None
        if INHIBITION in self.options:
            self.state_quant = quantiser(f"{self._name}.state_quant", given.pop("state_quant", None))
        for name in given:
            raise TypeError(_missing(self, name))
        learned = {option.learns for option in self.options if option.learns and chosen[option.name]}
        for name, value in knobs.items():
            self.hold(name, value, name in learned)
        pause = chosen.pop("refractory", 0)
        for name, value in chosen.items():
            setattr(self, name, value)
        if pause:
            self.knobs, self.states = (*self.knobs, PAUSES), (*self.states, PAUSE)
            self.hold("refractory", pause)
        wanted = {"winner": chosen.get("inhibition"), "quantise": self.state_quant is not None}
        self.functions = tuple(name for name, given in wanted.items() if given)

    @property
    def model_text(self) -> str:
        """The equations of one step as this model writes them."""
        raise NotImplementedError

    @property
    def text(self) -> str:
        text, own, pausing = self.model_text, type(self).states, PAUSE in self.states
        if "quantise" in self.functions:
            text = quantised(text, tuple(state.name for state in own if state.rounded and state.name != "spk"))
        if pausing:
            text = refractory(text, tuple(state.name for state in own if state.held))
        return inhibited(text, pausing) if "winner" in self.functions else text

    def winner(self, drive: Tensor) -> Tensor:
        """1 for the neuron with the largest `drive` (B, *F) in each sample (the first of equals), 0 for the others."""
        if drive.ndim == 1 or not drive.numel():
            return torch.ones_like(drive)
        flat = drive.detach().flatten(1).nan_to_num(nan=-torch.inf)  # a broken neuron must not silence the others
        return torch.zeros_like(flat).scatter_(1, flat.argmax(1, keepdim=True), 1.0).view_as(drive)

    def quantise(self, state: Tensor) -> Tensor:
        """A state (B, *F) on the levels of `state_quant`."""
        assert self.state_quant is not None
        return self.state_quant(state)


def _missing(neuron: Neuron, name: str) -> str:
    """Why there is no argument `name`, and what to write instead."""
    kind, it = type(neuron).__name__, type(neuron).stem or type(neuron).__name__.lower()
    match name:
        case "init_hidden":
            return f"{kind} keeps no hidden state: write `spk, state = {it}(x)`, for a stack `out, state = net(x)`"
        case "output":
            return f"{kind} always returns a pair: write `spk, state = {it}(x)`; `{it}.trace(x)` gives states over time"
        case "surrogate_disable":
            return f"{kind} always has a surrogate: for spikes without gradient run it under `torch.no_grad()`"
    takes = [*(k.name for k in neuron.knobs), *(o.name for o in neuron.options), "backend"]
    takes += ["spike_grad", "state_quant"] if INHIBITION in neuron.options else []
    near = get_close_matches(name, takes, 1)
    hint = f"did you mean {near[0]}?" if near else f"see help({kind}) for those it has"
    return f"{kind} has no argument {name[:40]}; {hint}"
