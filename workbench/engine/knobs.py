"""The words of a declaration: knobs (what a person may turn) and states (what a neuron remembers).

Both carry their symbol and unit, so that sliders, LaTeX, tables and error sentences are written from one place.
"""

from dataclasses import dataclass

__all__ = ["Knob", "Option", "Size", "State"]


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
    """One quantity a neuron carries from step to step; `rest` is its value before the first step.

    A state that is `held` stands still during the refractory period, the others go on; one that is not `rounded` keeps
    its exact value where states are quantised.
    """

    name: str
    symbol: str
    unit: str
    rest: float
    meaning: str
    held: bool = False
    rounded: bool = True


@dataclass(frozen=True)
class Option:
    """One choice made when a neuron is built, which changes its text or what training may turn.

    `choices` are words, (False, True) for a flag, or a range of whole numbers. `learns` names the knob that training
    changes where this flag is set.
    """

    name: str
    default: str | bool | int
    choices: tuple[str, ...] | tuple[bool, ...] | range
    meaning: str
    learns: str = ""


@dataclass(frozen=True)
class Size:
    """A whole number from `lo` to `hi` that says how large a model with weights of its own is.

    An `odd` one is the side of a window that keeps the size of an image.
    """

    name: str
    symbol: str
    default: int
    lo: int
    hi: int
    meaning: str
    odd: bool = False
