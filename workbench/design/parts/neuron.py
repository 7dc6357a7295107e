"""The neurons: each part is read off the engine's declaration, so a new model needs no file here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.params import Param
from workbench.design.parts.base import Misfit, Part, Shape, row_misfit

if TYPE_CHECKING:
    import torch
    from torch import nn


class NeuronPart(Part):
    """A layer of one neuron model; it takes the shape of what arrives."""

    group = "neurons"

    def __init__(self, model: Any) -> None:
        self.model = model
        self.kind = self.title = model.__name__
        self.meaning = (model.__doc__ or "").strip().partition("\n")[0]
        self.stem = model.stem or self.kind.lower()
        self.spikes = model.emits == "spk"
        own = (state.name for state in model.states if state.name != model.emits)
        self.states = (model.emits, *own) if self.spikes else (*own, model.emits)
        self.params = tuple(_params(model))
        self.timed = tuple(knob.name for knob in model.knobs if _is_step(knob))
        self.begins = {**dict.fromkeys(self.timed), **model.drawn}
        self._rows = tuple(param.name for param in self.params if param.form == "numbers")

    def clash(self, params: Mapping[str, Any]) -> str:
        """What the model itself says of its knobs, where its rows are of one length."""
        from workbench.engine.errors import KnobError

        size = {len(params[name]) for name in self._rows if isinstance(params[name], tuple)} - {1} or {1}
        if len(size) > 1:
            return ""  # the size of the layer will say which row is wrong
        try:
            self.small(params, size.pop())
        except KnobError as refusal:
            return str(refusal).removeprefix(f"{self.kind}.")
        return ""

    def misfit(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Misfit | None:
        """Any shape fits, unless a parameter is written out for each neuron."""
        return row_misfit(params, self._rows, arriving[0]) if arriving else None

    def learned(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        """The knobs that training may turn (`learn_beta` and the like)."""
        turned = (option.learns for option in self.model.options if option.learns and params[option.name])
        return {name: knob_shape(params[name], arriving) for name in turned}

    def kept(self, params: Mapping[str, Any]) -> int:
        """The states of the model, with the count of a refractory period where there is one."""
        return len(self.model.states) + bool(params.get("refractory"))

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """The model; a row of numbers takes the shape of the layer."""
        return self.model(**self.ready(params, arriving))

    def small(self, params: Mapping[str, Any], size: int = 2) -> nn.Module:
        """A few such neurons, rows of numbers `size` long: to look at, not to run."""
        return self.model(**self.ready(params, (size,)))

    def ready(self, params: Mapping[str, Any], layer: Shape) -> dict[str, Any]:
        """What the model is called with: rows of numbers in the shape of the layer."""
        import torch

        ready = {name: value for name, value in params.items() if value is not None or name not in self.timed}
        for name in (name for name in self._rows if name in ready):
            if isinstance(ready[name], tuple):
                row = torch.tensor(ready[name], dtype=torch.float32)
                ready[name] = row.reshape(knob_shape(ready[name], layer))
        return ready


def neuron_parts() -> list[Part]:
    """One part for each neuron the engine has."""
    from workbench.design.parts.weighing_neuron import ProjectingPart, RecurrentPart
    from workbench.engine.neurons import neurons
    from workbench.engine.neurons.recurrence import Recurrent
    from workbench.engine.neurons.weighing import Projecting

    kinds: list[tuple[type, type[NeuronPart]]] = [(Projecting, ProjectingPart), (Recurrent, RecurrentPart)]
    return [
        next((made for base, made in kinds if issubclass(model, base)), NeuronPart)(model)
        for model in neurons().values()
    ]


def knob_shape(value: Any, arriving: Shape) -> Shape:
    """The shape a knob is kept in: one number for all, or one for each neuron."""
    if not isinstance(value, tuple):
        return ()
    return (1,) if len(value) == 1 else arriving


def _params(model: Any) -> list[Param]:
    """Knobs with their bounds, live; then the surrogate and the model's options, which change what is built."""
    found = []
    for knob in model.knobs:
        step = _is_step(knob)
        found.append(
            Param(
                knob.name,
                "numbers",
                model.unsaid.get(knob.name, knob.default),
                knob.meaning,
                optional=step,
                empty="the design's" if step else "",
                symbol=knob.symbol,
                unit=knob.unit,
                lo=knob.lo,
                hi=knob.hi,
                source=knob.source,
                structural=False,
            )
        )
    if model.emits == "spk":
        meaning = "What stands in for the slope of a spike when training."
        found.append(Param("spike_grad", "named", None, meaning, variants=_surrogates(), optional=True, empty="atan"))
        meaning = "The levels that states are rounded to."
        found.append(Param("state_quant", "named", None, meaning, variants=_quantisers(), optional=True, empty="none"))
    return found + [_param(option) for option in model.options]


def _is_step(knob: Any) -> bool:
    """Whether a knob says how many milliseconds a step is."""
    return knob.name == "dt" and knob.unit == "ms"


def _param(option: Any) -> Param:
    """An option of the model as a parameter of its part."""
    name, default, choices, meaning = option.name, option.default, option.choices, option.meaning
    if isinstance(choices, range):
        return Param(name, "whole", default, meaning, lo=choices[0], hi=choices[-1])
    if isinstance(default, bool):
        return Param(name, "flag", default, meaning)
    return Param(name, "choice", default, meaning, choices=choices)


def _surrogates() -> dict[str, tuple[Param, ...]]:
    """{name: its numbers} of every surrogate the engine has."""
    from workbench.engine.surrogates import MEANINGS, SIGNED, SURROGATES

    return {
        name: tuple(
            Param(number, "number", default, MEANINGS[number], lo=-1e5 if number in SIGNED else 1e-3, hi=1e5)
            for number, default in surrogate().params
        )
        for name, surrogate in SURROGATES.items()
    }


def _quantisers() -> dict[str, tuple[Param, ...]]:
    """{name: its numbers} of both ways to quantise states."""
    uniform = (
        Param("num_bits", "whole", 8, "Bits of a state; there are 2^bits levels.", lo=1, hi=16),
        Param("threshold", "number", 1.0, "The value that the levels reach up and down to.", lo=0.001, hi=1000.0),
        Param("lower_limit", "number", 0.0, "How much further down they go, as a share of it.", lo=-0.9, hi=10.0),
        Param("upper_limit", "number", 0.2, "How much further up they go, as a share of it.", lo=0.0, hi=10.0),
    )
    geometric = (
        Param("thr_centered", "flag", True, "Levels are closest around the threshold, instead of around 0."),
        Param(
            "multiplier",
            "number",
            None,
            "Distance of two levels over that of the next ones.",
            lo=0.01,
            hi=1.0,
            optional=True,
            empty="by the bits",
        ),
    )
    return {"uniform": uniform, "geometric": (*uniform, *geometric)}
