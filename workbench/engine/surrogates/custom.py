"""A surrogate gradient from a Python function of your own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from workbench.engine.errors import KnobError
from workbench.engine.surrogates.step import Surrogate, step_function

Slope = Callable[[Tensor, Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class _Custom(Surrogate):
    slope: Slope = lambda u, grad, spk: grad

    def derivative(self, u: Tensor) -> Tensor:
        """What the function makes of a gradient of one."""
        return self.slope(u, torch.ones_like(u), step_function(u))

    def backward(self, u: Tensor, grad: Tensor) -> Tensor:
        """What the function makes of `grad`."""
        return self.slope(u, grad, step_function(u))

    def spec(self) -> dict[str, Any]:
        """A function is not data: raises KnobError."""
        raise KnobError("spike_grad: a custom surrogate is Python code and cannot be stored; use a named one")


def custom_surrogate(custom_surrogate_function: Slope) -> Surrogate:
    """A surrogate from `f(input_, grad_input, spikes)`, which returns the gradient at input_ = U - θ; all of one shape.

    >>> import torch
    >>> spike_grad = custom_surrogate(lambda input_, grad_input, spikes: grad_input / (1 + input_.abs()) ** 2)
    >>> spike_grad.derivative(torch.tensor([0.0, 1.0])).tolist()
    [1.0, 0.25]
    """
    if not callable(custom_surrogate_function):
        given = str(custom_surrogate_function)[:60]
        raise KnobError(f"custom_surrogate: must be a function f(input_, grad_input, spikes), got {given}")
    return _Custom("custom", None, (), custom_surrogate_function)
