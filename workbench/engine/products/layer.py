"""A Linear and the neurons behind it as one: where the product follows the events, one kernel makes both.

What the Linear sends is seen by nobody then, and what the neurons send need not be, where another Linear is all that
follows: so this is for whoever runs a network and was not asked for it. What comes out is, bit for bit, what comes out
of one after the other.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeGuard

from torch import Tensor, nn

from workbench.engine.equations.listed import Lists
from workbench.engine.neurons.base import Neuron, States
from workbench.engine.products.choice import may_follow
from workbench.engine.products.events import Fired, tables
from workbench.engine.products.linear import fired_in, linear, plain, product
from workbench.engine.products.spikes import Spikes


def joins(module: nn.Module, after: nn.Module | None) -> TypeGuard[nn.Linear]:
    """Whether `module` may be left to `after`, which alone reads it."""
    return type(module) is nn.Linear and isinstance(after, Neuron) and after.sums_itself()


def layer(
    module: nn.Linear,
    neuron: Neuron,
    x: Tensor | Spikes,
    state: Mapping[str, Tensor] | None,
    onward: nn.Module | None = None,
) -> tuple[Tensor | Spikes, States]:
    """`neuron(module(x), state)` for two that join, x (T, B, …, I): spikes (T, B, …, O) and the last step's state.

    Where a Linear that is no other's `onward` is all that reads the spikes, they may be given as bits.
    """
    if (found := fired_in(module, x)) is None:
        return neuron(linear(module, x), state)
    fired, rows = found
    shown = x.shown if isinstance(x, Spikes) else x
    if isinstance(fired, Fired) and fired.values is None:
        samples = len(rows) // len(shown)
        lists = Lists(fired.starts, fired.places, *tables(module.weight, module.bias), samples, module.out_features)
        current = product(module, shown, *found, made=False)
        if neuron.program.fires and _reads(onward, current):
            lists = replace(lists, bits=Spikes.room(len(rows), lists.bias.size))
        if together := neuron.of_lists(current, lists, state):
            spk, last = together
            return (spk if lists.bits is None else Spikes(spk, lists.bits)), last
    return neuron(product(module, shown, *found), state)


def _reads(onward: nn.Module | None, spikes: Tensor) -> bool:
    """Whether a module makes its product of events, should there be few of them in spikes (T, B, …, O)."""
    if type(onward) is not nn.Linear or not plain(onward, spikes) or spikes.shape[-1] != onward.in_features:
        return False
    return may_follow(onward, spikes.flatten(0, -2))
