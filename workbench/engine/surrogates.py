"""Surrogate gradients: forward a hard step, backward a smooth bump (Neftci et al. 2019, doi:10.1109/MSP.2019.2931595).

Each surrogate is written once, as the text of its derivative dS/du in u = U - θ, in the language of the equations, so
that kernels compiled later take it from the same place. Names and formulas are those of snnTorch 1.0.0.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from workbench.engine.equations.eager import Step
from workbench.engine.equations.program import declare
from workbench.engine.errors import KnobError


@dataclass(frozen=True)
class Surrogate:
    """A step function with a chosen derivative. Called on u it gives 1 where u > 0, else 0, in u's dtype.

    `text` is the derivative, `params` its numbers in the order (name, value).
    """

    name: str
    text: str
    params: tuple[tuple[str, float], ...] = ()

    def __call__(self, u: Tensor) -> Tensor:
        """Spikes of u (any shape), with this surrogate as gradient."""
        return _Spike.apply(u, self)  # type: ignore[no-any-return]

    def derivative(self, u: Tensor) -> Tensor:
        """dS/du at u, elementwise."""
        given = [u.new_tensor(value) for _, value in self.params]
        (slope,), _ = _derivative(self.text, tuple(name for name, _ in self.params))(
            [u], [], given, _no_spike, _no_spike
        )
        return slope

    def spec(self) -> dict[str, Any]:
        """The surrogate as plain data, understood by `from_spec`."""
        return {"name": self.name, **dict(self.params)}


def step_function(u: Tensor) -> Tensor:
    """1 where u > 0, else 0, in u's dtype; no gradient."""
    # Comparing straight into a tensor of numbers takes an eighth of the time of comparing and then converting.
    return torch.gt(u.detach(), 0, out=torch.empty_like(u))


def atan(alpha: float = 2.0) -> Surrogate:
    """(α/2) / (1 + (π/2·α·u)²): the default."""
    return _make("atan", f"(alpha/2)/(1 + ({math.pi / 2!r}*alpha*u)**2)", alpha=alpha)


def fast_sigmoid(slope: float = 25) -> Surrogate:
    """1 / (k·|u| + 1)² (Zenke & Ganguli 2018, doi:10.1162/neco_a_01086)."""
    return _make("fast_sigmoid", "1/(slope*abs(u) + 1)**2", slope=slope)


def sigmoid(slope: float = 25) -> Surrogate:
    """k·σ(k·u)·σ(-k·u), which is the derivative of σ(k·u) in a form that stays finite and exact for every u."""
    return _make("sigmoid", "slope*sigmoid(slope*u)*sigmoid(-slope*u)", slope=slope)


def spike_rate_escape(beta: float = 1, slope: float = 25) -> Surrogate:
    """k·exp(-β·|u - 1|). Its peak lies one above threshold, as in snnTorch."""
    return _make("spike_rate_escape", "slope*exp(-beta*abs(u - 1))", beta=beta, slope=slope)


def straight_through_estimator() -> Surrogate:
    """1 everywhere."""
    return _make("straight_through_estimator", "1 + 0*u")


SURROGATES = {f.__name__: f for f in (atan, fast_sigmoid, sigmoid, spike_rate_escape, straight_through_estimator)}


def from_spec(spec: Mapping[str, Any]) -> Surrogate:
    """The surrogate of `{"name": "fast_sigmoid", "slope": 25}`. Raises KnobError for an unknown name or number."""
    given = dict(spec)
    name = given.pop("name", None)
    if not isinstance(name, str) or name not in SURROGATES:
        near = get_close_matches(str(name), SURROGATES, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise KnobError(f"spike_grad.name: {str(name)[:40]} is not one of {', '.join(SURROGATES)}{hint}")
    known = [knob for knob, _ in SURROGATES[name]().params]
    if unknown := [key for key in given if key not in known]:
        allowed = f"takes {' and '.join(known)}" if known else "takes no number"
        raise KnobError(f"spike_grad: {name} {allowed}, got {str(unknown[0])[:40]}")
    return SURROGATES[name](**given)


def _make(name: str, text: str, **params: float) -> Surrogate:
    for knob, value in params.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
            raise KnobError(f"spike_grad.{knob}: must be a number above 0 and below 1e6, got {str(value)[:40]}")
    return Surrogate(name, text, tuple((knob, float(value)) for knob, value in params.items()))


@lru_cache
def _derivative(text: str, params: tuple[str, ...]) -> Step:
    return declare(f"slope_at_u = {text}", params, (), ("u",), ("slope_at_u",)).step


def _no_spike(u: Tensor) -> Tensor:
    raise AssertionError("a surrogate's derivative contains no spike()")


class _Spike(torch.autograd.Function):
    """The step function whose gradient is `surrogate.derivative`."""

    @staticmethod
    def forward(ctx: Any, u: Tensor, surrogate: Surrogate) -> Tensor:  # type: ignore[override]
        ctx.save_for_backward(u)
        ctx.surrogate = surrogate
        return step_function(u)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:  # type: ignore[override]
        (u,) = ctx.saved_tensors
        return grad * ctx.surrogate.derivative(u), None
