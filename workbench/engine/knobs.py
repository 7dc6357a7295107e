"""The words of a declaration: knobs (what a person may turn) and states (what a neuron remembers).

Both carry their symbol and unit, so that sliders, LaTeX, tables and error sentences are written from one place.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Knob:
    """One parameter of a model.

    `lo` and `hi` are the hard bounds of a slider, in `unit` ("1" means dimensionless); `symbol` is LaTeX;
    `source` names where the default comes from, empty when it is a convention.
    """

    name: str
    symbol: str
    unit: str
    default: float
    lo: float
    hi: float
    meaning: str
    source: str = ""


@dataclass(frozen=True)
class State:
    """One quantity a neuron carries from step to step; `rest` is its value before the first step."""

    name: str
    symbol: str
    unit: str
    rest: float
    meaning: str


@dataclass(frozen=True)
class Option:
    """One choice that changes a model's text: a word of `choices`, or a flag where `choices` is (False, True)."""

    name: str
    default: str | bool
    choices: tuple[str, ...] | tuple[bool, ...]
    meaning: str
