"""torch's Linear over time and batch: the same numbers within rounding, whichever way the product is made.

    y = x · Wᵀ + b         by events: the rows of Wᵀ whose input fired are added up
    ∂W = ∂yᵀ · x           by events: the rows of ∂y in which an input fired are added up, input by input
    ∂x = ∂y · W            dense: a gradient is not sparse

What does not depend on time is multiplied once. A value that is not finite in W or ∂y spreads as it does in the dense
product, which is then taken. The lists are made of x as it was: changing x in place afterwards changes no gradient.
"""

from typing import Any

import torch
from torch import Tensor, nn

from workbench.engine.equations.buffers import empty
from workbench.engine.errors import GradientError
from workbench.engine.products.choice import SPARSE, follows_events, narrow
from workbench.engine.products.events import Fired
from workbench.engine.products.narrow import Seen
from workbench.engine.products.spikes import Spikes


def linear(module: nn.Linear, x: Tensor | Spikes) -> Tensor:
    """`module` on x (T, B, …, I), gives (T, B, …, O). A subclass or a module with hooks is called as it is."""
    if isinstance(x, Spikes):
        return linear(module, x.seen()) if (found := fired_in(module, x)) is None else product(module, x.shown, *found)
    if plain(module, x) and len(x) > 1 and x.stride(0) == 0:
        return linear(module, x[:1]).expand(len(x), *x.shape[1:-1], module.out_features)
    if (found := fired_in(module, x)) is None:
        return module(x)
    return product(module, x, *found)


def fired_in(module: nn.Linear, x: Tensor | Spikes) -> tuple[Fired | Seen, Tensor] | None:
    """What fired in x (T, B, …, I), and its rows; None where the product is to be dense, or is to be made once."""
    spikes, x = (x, x.shown) if isinstance(x, Spikes) else (None, x)
    if not plain(module, x) or (spikes is None and len(x) > 1 and x.stride(0) == 0):
        return None
    rows = x.reshape(-1, module.in_features)
    if not follows_events(module, rows, spikes) or not torch.isfinite(module.weight.detach().sum()):
        return None
    if spikes is None:
        rows = rows.contiguous().resolve_neg()
    if narrow(module):
        return Seen.of(rows, spikes), rows
    fired = Fired.of(rows, SPARSE) if spikes is None else Fired.of_bits(spikes.bits, module.in_features, SPARSE)
    return None if fired is None else (fired, rows)


def product(module: nn.Linear, x: Tensor, fired: Fired | Seen, rows: Tensor, made: bool = True) -> Tensor:
    """(T, B, …, O) by lists. Unless it is `made` it only says its shape, and where its gradient goes: a kernel sums."""
    y = _Product.apply(fired, rows, module.weight, module.bias, made)
    assert isinstance(y, Tensor)
    return y.view(*x.shape[:-1], module.out_features)


def plain(module: nn.Linear, x: Tensor) -> bool:
    """Whether the product is torch's own, with nobody who wants to see it."""
    hooks = (module._forward_hooks, module._forward_pre_hooks, module._backward_hooks, module._backward_pre_hooks)
    return type(module) is nn.Linear and not any(hooks) and x.numel() > 0


class _Product(torch.autograd.Function):
    """The product of lists with weights. Arguments: the lists, the rows they are of, weight, bias, if it is made."""

    @staticmethod
    def forward(
        ctx: Any, fired: Fired | Seen, x: Tensor, weight: Tensor, bias: Tensor | None, made: bool = True
    ) -> Tensor:  # type: ignore[override]
        ctx.fired, ctx.sizes = fired, x.shape
        reads = isinstance(fired, Seen) and not fired.bits and ctx.needs_input_grad[2]  # torch sees to it that it stays
        ctx.save_for_backward(weight if ctx.needs_input_grad[1] else None, x if reads else None)
        return fired.times(weight, bias) if made else weight.new_empty(()).expand(len(x), len(weight))

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        for_x, for_weight, for_bias = ctx.needs_input_grad[1:4]
        with torch.no_grad():
            weight, _ = ctx.saved_tensors
            gx = _of_input(gradient, weight) if for_x else None
            gb = gradient.sum(0)
            gw = _of_weight(ctx.fired, gradient, gb) if for_weight else None
            gb = gb if for_bias else None
        if torch.is_grad_enabled():  # somebody may want to differentiate these again
            gx, gw, gb = (g if g is None else _Last.apply(gradient, g) for g in (gx, gw, gb))  # type: ignore[assignment]
        return None, gx, gw, gb, None


def _of_input(gradient: Tensor, weight: Tensor) -> Tensor:
    return torch.mm(gradient, weight, out=empty((len(gradient), weight.shape[1]), weight.dtype))


def _of_weight(fired: Fired | Seen, gradient: Tensor, summed: Tensor) -> Tensor:
    """The gradient of the weight; `summed` is that of the bias, in which a value that is not finite would be seen."""
    if torch.isfinite(summed.sum()):
        return fired.transposed_times(gradient)
    return gradient.t().mm(fired.dense(gradient.dtype))


class _Last(torch.autograd.Function):
    """A gradient that has none of its own."""

    @staticmethod
    def forward(ctx: Any, gradient: Tensor, found: Tensor) -> Tensor:  # type: ignore[override]
        return found.view_as(found)

    @staticmethod
    def backward(ctx: Any, *_: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        raise GradientError(
            "Linear: the gradient of a product by events cannot be differentiated again; "
            'set product = "dense" on that Linear'
        )
