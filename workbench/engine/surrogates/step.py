"""What a surrogate is: a hard step whose derivative is written once, as text, in the language of the equations.

Whatever compiles a neuron (eager torch, fused kernels) takes the derivative from that one place.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from workbench.engine.equations.eager import Step
from workbench.engine.equations.program import declare
from workbench.engine.errors import KnobError

MEANINGS = {
    "alpha": "Sharpness: how fast the slope falls on both sides of the threshold.",
    "slope": "Sharpness of the surrogate.",
    "beta": "How fast the slope falls on both sides of its peak.",
    "width": "Distance from the threshold at which the slope reaches zero.",
    "threshold": "Size of the slope.",
    "B": "The slope is zero up to this distance above the threshold.",
    "mean": "Mean of the random slope below the threshold, before it is scaled.",
    "variance": "Scale of the random slope below the threshold.",
    "seed": "Where the random slopes begin.",
}
"""{number: what it does} over all surrogates."""

SIGNED = frozenset({"B", "mean", "seed"})
"""Numbers that may be zero or negative; all others are above zero."""


@dataclass(frozen=True)
class Surrogate:
    """A step function with a chosen derivative. Called on u = U - θ it gives 1 where u > 0, else 0, in u's dtype.

    `text` is the derivative dS/du as an expression in `u` and the names of `params`; None where it is none (random or a
    Python function), which only the eager backend can run. `params` holds the numbers in the order (name, value).
    """

    name: str
    text: str | None
    params: tuple[tuple[str, float], ...] = ()

    def __call__(self, u: Tensor) -> Tensor:
        """Spikes of u (any shape), with this surrogate as gradient."""
        return _Spike.apply(u, self)  # type: ignore[no-any-return]

    def derivative(self, u: Tensor) -> Tensor:
        """dS/du at u, elementwise."""
        assert self.text is not None
        given = [u.new_tensor(value) for _, value in self.params]
        (slope,), _ = _derivative(self.text, tuple(name for name, _ in self.params))(
            [u], [], given, _no_spike, _no_spike
        )
        return slope

    def backward(self, u: Tensor, grad: Tensor) -> Tensor:
        """The gradient that arrives at u when `grad` arrives at the spikes."""
        return grad * self.derivative(u)

    def spec(self) -> dict[str, Any]:
        """The surrogate as plain data, understood by `from_spec`."""
        return {"name": self.name, **dict(self.params)}


def step_function(u: Tensor) -> Tensor:
    """1 where u > 0, else 0, in u's dtype; no gradient."""
    # Comparing straight into a tensor of numbers takes an eighth of the time of comparing and then converting.
    return torch.gt(u.detach(), 0, out=torch.empty_like(u))


def read_numbers(**params: float) -> tuple[tuple[str, float], ...]:
    """The numbers of a surrogate as (name, value). Raises KnobError for what is out of bounds."""
    for knob, value in params.items():
        least = -1e6 if knob in SIGNED else 0
        if isinstance(value, bool) or not isinstance(value, int | float) or not least < value < 1e6:
            bounds = "of size" if knob in SIGNED else "above 0 and"
            raise KnobError(f"spike_grad.{knob}: must be a number {bounds} below 1e6, got {str(value)[:40]}")
    return tuple((knob, float(value)) for knob, value in params.items())


@lru_cache
def _derivative(text: str, params: tuple[str, ...]) -> Step:
    return declare(f"slope_at_u = {text}", params, (), ("u",), ("slope_at_u",)).step


def _no_spike(u: Tensor) -> Tensor:
    raise AssertionError("a surrogate's derivative contains no spike()")


class _Spike(torch.autograd.Function):
    """The step function whose gradient is that of `surrogate`."""

    @staticmethod
    def forward(ctx: Any, u: Tensor, surrogate: Surrogate) -> Tensor:  # type: ignore[override]
        ctx.save_for_backward(u)
        ctx.surrogate = surrogate
        return step_function(u)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:  # type: ignore[override]
        (u,) = ctx.saved_tensors
        return ctx.surrogate.backward(u, grad), None
