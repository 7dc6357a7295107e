"""What a part is: the words of its palette entry, its ports and parameters, its rule for sizes, the module it makes.

A part is one file in this folder with one class derived from `Part`; discovery (`parts()`) does the rest: menu, strict
loading, shape inference, check, build and the contract tests. Importing a part costs no torch; `make` may import it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.design.params import Param, filled
from workbench.design.sentences import DesignError, closest, shown

if TYPE_CHECKING:
    import numpy as np
    import torch
    from torch import nn

Shape = tuple[int, ...]

GROUPS = ("inputs", "encoders", "connections", "neurons", "structure", "readouts")


@dataclass(frozen=True)
class Port:
    """Where a wire ends; `many` ports take any number of wires, the others one."""

    name: str
    many: bool = False


@dataclass(frozen=True)
class Mend:
    """One way to repair a misfit: set an own parameter, insert parts into the wire that brings the wrong size, or have
    that wire bring `width` values."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    insert: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    width: int = 0


@dataclass(frozen=True)
class Misfit:
    """What arrives does not fit: "fc1 gives 64 values, lif1 expects {expects}; {way_out}."."""

    expects: str
    way_out: str
    mends: tuple[Mend, ...] = ()
    wire: int = 0  # which of the arriving wires, in the document's order


FLAT_ROW = Misfit("a flat row", "put a Flatten between them", (Mend(insert=(("Flatten", {}),)),))
"""Where an image arrives at a part that takes one row of values."""


class Part:
    """One kind of node. Subclasses state the words and override the rules that differ.

    `stem` begins the default ids ("fc" gives fc1, fc2, …); with `counted` false the first one is bare ("in", "in2").
    `heft` says how many times the memory of an ordinary neuron one of its values takes in a run (design/memory.py).
    `width` names the parameter that decides how many values it gives, where one does.
    `follows` {name: setting} are values it takes from the training plan; they are no parameters of its own.
    `timed` are parameters in ms that say how long a step is: where they are empty they are the design's `dt_ms`.
    `begins` {name: value} is written down where a part is added, unless something else is said. It may change as taste
    does; a parameter's default may not, for that is what the files mean which do not name it.
    `states` are what a probe can watch; `spikes` says whether the output is spikes or values; a `whole_run` part needs
    all steps of a presentation at once.
    """

    kind: str
    group: str
    title: str
    meaning: str
    stem: str
    counted: bool = True
    inputs: tuple[Port, ...] = (Port("in"),)
    outputs: tuple[Port, ...] = (Port("out"),)
    params: tuple[Param, ...] = ()
    states: tuple[str, ...] = ("out",)
    spikes: bool = False
    whole_run: bool = False
    width: str = ""
    heft: int = 1
    follows: Mapping[str, str] = {}
    timed: tuple[str, ...] = ()
    begins: Mapping[str, Any] = {}

    def values(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Every parameter with its value, defaults included."""
        return filled(self.params, said)

    def param(self, name: str) -> Param:
        """The parameter of that name, or a sentence with the nearest one."""
        known = {param.name: param for param in self.params}
        if name not in known:
            raise DesignError(f"{self.kind}: there is no parameter {shown(name)}; {closest(name, known)}.")
        return known[name]

    def port(self, name: str) -> Port | None:
        """The input port of that name."""
        return next((port for port in self.inputs if port.name == name), None)

    def clash(self, params: Mapping[str, Any]) -> str:
        """Why these values, each allowed by itself, cannot stand together: "alpha: must be above beta, …"."""
        return ""

    # The rules for sizes. `params` is `values(…)`; `arriving` holds the shapes that are known to arrive.

    def out(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Shape | None:
        """The shape given in one step, None while it depends on what has not arrived."""
        return arriving[0] if arriving else None

    def misfit(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Misfit | None:
        """Why what arrives cannot be used, None where it can."""
        return None

    def learned(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        """{name: shape} of the numbers that the gradient may change, as the module will name them."""
        return {}

    def statistics(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        """{name: shape} of what training gathers on the way, such as a running mean; no gradient changes it."""
        return {}

    def parameters(self, params: Mapping[str, Any], arriving: Shape) -> int:
        """How many numbers the gradient may change."""
        return sum(math.prod(shape) for shape in self.learned(params, arriving).values())

    def kept(self, params: Mapping[str, Any]) -> int:
        """How many numbers each of its values keeps from step to step."""
        return 0

    def matrix(self, params: Mapping[str, Any], arriving: Shape, weight: np.ndarray) -> np.ndarray:
        """The weights of a connection as (to, from), for a picture; of a window: (channel, place in the window)."""
        return weight.reshape(len(weight) if weight.ndim > 1 else 1, -1)

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """The module, for an input of shape (T, B, *arriving); every random number comes from `generator`."""
        raise NotImplementedError


def row_misfit(params: Mapping[str, Any], names: tuple[str, ...], shape: Shape) -> Misfit | None:
    """The misfit of a per-value row whose length is not the number of values of `shape`."""
    count = math.prod(shape)
    for name in names:
        value = params[name]
        if isinstance(value, tuple) and len(value) not in (1, count):
            return Misfit(
                f"{len(value)} (one {name} for each)",
                f"use one {name} for all or write {count}",
                (Mend(settings={name: value[0]}), Mend(width=len(value))),
            )
    return None
