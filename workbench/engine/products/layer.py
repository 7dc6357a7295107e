"""A Linear and the neurons behind it as one: where the product follows the events, one kernel makes both.

What the Linear sends is seen by nobody then, so this is for whoever runs a network and was not asked for it. The result
and all gradients are, bit for bit, those of the two one after the other.
"""

from collections.abc import Mapping
from typing import TypeGuard

from torch import Tensor, nn

from workbench.engine.equations.listed import Lists
from workbench.engine.neurons.base import Neuron, States
from workbench.engine.products.events import tables
from workbench.engine.products.linear import fired_in, linear, product


def joins(module: nn.Module, after: nn.Module | None) -> TypeGuard[nn.Linear]:
    """Whether `module` may be left to `after`, which alone reads it."""
    return type(module) is nn.Linear and isinstance(after, Neuron) and after.sums_itself()


def layer(module: nn.Linear, neuron: Neuron, x: Tensor, state: Mapping[str, Tensor] | None) -> tuple[Tensor, States]:
    """`neuron(module(x), state)` for two that join, x (T, B, …, I): spikes (T, B, …, O) and the last step's state."""
    if (found := fired_in(module, x)) is None:
        return neuron(linear(module, x), state)
    fired, rows = found
    if fired.values is None:
        samples = len(rows) // len(x)
        lists = Lists(fired.starts, fired.places, *tables(module.weight, module.bias), samples, module.out_features)
        if together := neuron.of_lists(product(module, x, *found, made=False), lists, state):
            return together
    return neuron(product(module, x, *found), state)
