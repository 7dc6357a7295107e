"""The neurons: each part is read off the engine's declaration, so a new model needs no file here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.params import Param
from workbench.design.parts.base import Misfit, Part, Shape, row_misfit

if TYPE_CHECKING:
    import torch
    from torch import nn


class _Neuron(Part):
    """A layer of one neuron model; it takes the shape of what arrives."""

    group = "neurons"
    spikes = True

    def __init__(self, model: Any) -> None:
        self.model = model
        self.kind = self.title = model.__name__
        self.meaning = (model.__doc__ or "").strip().partition("\n")[0]
        self.stem = model.stem or self.kind.lower()
        self.states = ("spk", *(state.name for state in model.states))
        self.params = tuple(_params(model))
        self._rows = tuple(param.name for param in self.params if param.form == "numbers")

    def misfit(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Misfit | None:
        """Any shape fits, unless a parameter is written out for each neuron."""
        return row_misfit(params, self._rows, arriving[0]) if arriving else None

    def learned(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        """The knobs that training may turn (`learn_beta` and the like)."""
        return {name: _shape(params[name], arriving) for name in self._rows if params.get(f"learn_{name}")}

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """The model; a row of numbers takes the shape of the layer."""
        import torch

        from workbench.engine import surrogates

        ready = dict(params)
        for name in self._rows:
            if isinstance(ready[name], tuple):
                row = torch.tensor(ready[name], dtype=torch.float32)
                ready[name] = row.reshape(_shape(ready[name], arriving))
        for param in self.params:
            if param.form == "named" and ready[param.name] is not None:
                ready[param.name] = surrogates.from_spec(dict(ready[param.name]))
        return self.model(**ready)


def neuron_parts() -> list[Part]:
    """One part for each neuron the engine has."""
    from workbench.engine.neurons import neurons

    return [_Neuron(model) for model in neurons().values()]


def _shape(value: Any, arriving: Shape) -> Shape:
    """The shape a knob is kept in: one number for all, or one for each neuron."""
    if not isinstance(value, tuple):
        return ()
    return (1,) if len(value) == 1 else arriving


def _params(model: Any) -> list[Param]:
    """Knobs with their bounds, live; then the surrogate and the model's options, which change what is built."""
    found = []
    for knob in model.knobs:
        found.append(
            Param(
                knob.name,
                "numbers",
                knob.default,
                knob.meaning,
                symbol=knob.symbol,
                unit=knob.unit,
                lo=knob.lo,
                hi=knob.hi,
                source=knob.source,
                structural=False,
            )
        )
    meaning = "What stands in for the slope of a spike when training."
    found.append(Param("spike_grad", "named", None, meaning, variants=_surrogates(), optional=True, empty="atan"))
    for option in model.options:
        if isinstance(option.default, bool):
            found.append(Param(option.name, "flag", option.default, option.meaning))
        else:
            found.append(Param(option.name, "choice", option.default, option.meaning, choices=option.choices))
    return found


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
