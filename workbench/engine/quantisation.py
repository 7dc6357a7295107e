"""Quantised states: every value is moved to the nearest of 2^bits levels, and its gradient passes straight through.

    wb.Leaky(0.9, state_quant=wb.state_quant(4))

Names, arguments and levels are those of snnTorch 1.0.0 (`functional.quant.state_quant`). Departures: not-a-number stays
what it is, and plus infinity goes to the highest level, not to the lowest.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from workbench.engine.errors import KnobError

_BASES = {1: 0.05, 2: 0.1, 3: 0.3, 4: 0.5, 5: 0.7, 6: 0.9, 7: 0.925}  # from 8 bits on 0.95

_LIMITS = ("num_bits", "threshold", "lower_limit", "upper_limit")
_NAMED = {"uniform": _LIMITS, "geometric": (*_LIMITS, "thr_centered", "multiplier")}


@dataclass(frozen=True)
class StateQuant:
    """The levels, and the function that moves a tensor to them. `state_quant` makes one."""

    num_bits: int
    uniform: bool
    thr_centered: bool
    threshold: float
    lower_limit: float
    upper_limit: float
    multiplier: float | None

    @cached_property
    def levels(self) -> Tensor:
        """All 2^num_bits levels, ascending, float32."""
        low, high = -self.threshold * (1 + self.lower_limit), self.threshold * (1 + self.upper_limit)
        if self.uniform:
            return torch.linspace(low, high, 2**self.num_bits)
        return torch.tensor(self._geometric(low, self.threshold if self.thr_centered else 0.0, high))

    def _geometric(self, low: float, centre: float, high: float) -> list[float]:
        """Levels on both sides of `centre`, their distances shrinking by `multiplier` from one to the next towards it.

        Either side has a share of the levels in proportion to its width, which may be none. `low` and `high` are levels
        where their side has any; `centre` is none.
        """
        base = self.multiplier or _BASES.get(self.num_bits, 0.95)
        below = math.floor(2**self.num_bits * (centre - low) / (high - low))
        above = 2**self.num_bits - below
        levels = []
        for start, end, powers in ((low, centre, range(below)), (centre, high, range(above - 1, -1, -1))):
            room, level = sum(base**j for j in powers), start
            for j in powers:
                after = level + base**j * (end - start) / room
                levels.append(level if start == low else after)
                level = after
        return levels

    def __call__(self, state: Tensor) -> Tensor:
        """`state` (any shape) on the nearest level each, on the lower of two that are equally near."""
        return _StraightThrough.apply(state, self.levels)  # type: ignore[no-any-return]

    def spec(self) -> dict[str, Any]:
        """The quantiser as plain data, understood wherever one is wanted."""
        numbers = asdict(self)
        if numbers.pop("uniform"):
            del numbers["thr_centered"], numbers["multiplier"]
            return {"name": "uniform", **numbers}
        return {"name": "geometric", **numbers}


def state_quant(
    num_bits: int = 8,
    uniform: bool = True,
    thr_centered: bool = True,
    threshold: float = 1.0,
    lower_limit: float = 0.0,
    upper_limit: float = 0.2,
    multiplier: float | None = None,
) -> StateQuant:
    """Levels from -threshold·(1 + lower_limit) to threshold·(1 + upper_limit): evenly spaced if `uniform`, otherwise
    closer together towards the threshold, or towards 0 where `thr_centered` is False.

    >>> state_quant(2, lower_limit=0.5, upper_limit=0.5).levels.tolist()
    [-1.5, -0.5, 0.5, 1.5]
    """
    where = "state_quant"
    if isinstance(num_bits, bool) or not isinstance(num_bits, int) or not 1 <= num_bits <= 16:
        raise KnobError(f"{where}.num_bits: must be a whole number from 1 to 16, got {str(num_bits)[:40]}")
    _within(f"{where}.threshold", threshold, 1e-6, 1e6)
    _within(f"{where}.lower_limit", lower_limit, -0.99, 1e3)
    _within(f"{where}.upper_limit", upper_limit, 0.0, 1e3)
    if multiplier is not None:
        _within(f"{where}.multiplier", multiplier, 1e-3, 1.0)
    numbers = (float(threshold), float(lower_limit), float(upper_limit))
    return StateQuant(num_bits, bool(uniform), bool(thr_centered), *numbers, multiplier)


def quantiser(where: str, given: Any) -> Callable[[Tensor], Tensor] | None:
    """What was given as `state_quant`: ours, the plain data of one, a stranger's function of a state, or none."""
    if given is None or given is False:
        return None
    if isinstance(given, Mapping):
        return _from_spec(where, given)
    if callable(given):
        return given  # type: ignore[return-value]
    raise KnobError(f"{where}: must be a quantiser such as state_quant(4), got {str(given)[:60]}")


def _from_spec(where: str, spec: Mapping[str, Any]) -> StateQuant:
    """The quantiser of `{"name": "uniform", "num_bits": 4}`."""
    given = dict(spec)
    name = given.pop("name", None)
    if name not in _NAMED:
        raise KnobError(f"{where}.name: must be {' or '.join(_NAMED)}, got {str(name)[:40]}")
    if unknown := [key for key in given if key not in _NAMED[name]]:
        raise KnobError(f"{where}: {name} takes {', '.join(_NAMED[name])}, got {str(unknown[0])[:40]}")
    return state_quant(**given, uniform=name == "uniform")


def _within(where: str, value: object, lo: float, hi: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not lo <= value <= hi:
        raise KnobError(f"{where}: must be a number from {lo:g} to {hi:g}, got {str(value)[:40]}")


class _StraightThrough(torch.autograd.Function):
    """The nearest level; backwards as if nothing had been done."""

    @staticmethod
    def forward(ctx: Any, state: Tensor, levels: Tensor) -> Tensor:  # type: ignore[override]
        levels = levels.to(state)
        at = torch.searchsorted(levels, state.contiguous()).clamp(1, len(levels) - 1)
        below, above = levels[at - 1], levels[at]
        up = ((above - state).abs() < (below - state).abs()) | (state >= above)  # the latter for infinity
        nearest = torch.where(up, above, below)
        return torch.where(state.isnan(), state, nearest)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:  # type: ignore[override]
        return grad, None
