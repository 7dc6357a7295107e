"""What counts how many targets are reached by that which arrives at weights, while a network runs."""

from __future__ import annotations

import copy
from collections.abc import Hashable
from typing import Any

import torch
from torch import Tensor, nn

from workbench.engine.synapses import Synapses


class Meter:
    """Watches what arrives at a connection: the targets reached, and whether it was spikes only."""

    def __init__(self, module: nn.Module, arriving: tuple[int, ...], watch: bool = True) -> None:
        self.reached, self.only_spikes = 0, True
        self._targets = targets(module, arriving)
        if watch:
            module.register_forward_pre_hook(lambda _, given: self.count(given[0]))

    def count(self, x: Tensor) -> None:
        """Add what x (…, *arriving) reaches."""
        there = x != 0
        self.reached += round(float((there * self._targets).sum(dtype=torch.float64)))
        self.only_spikes &= bool((~there | (x == 1)).all())


class SynapsesMeter:
    """Watches what arrives at the weights inside a neuron model: its input, and what comes back of its own spikes.

    As with a Meter, what was spikes only is told apart; here for each product by itself.
    """

    def __init__(self, synapses: Synapses) -> None:
        self._ones = copy.deepcopy(synapses).requires_grad_(False)
        for name, value in (*self._ones.named_parameters(), *self._ones.named_buffers()):
            value.fill_(0.0 if name.startswith("bias") else 1.0)
        self._products: dict[Hashable, Meter] = {}
        synapses.register_forward_pre_hook(self._see, with_kwargs=True)

    @property
    def products(self) -> list[Meter]:
        """What was seen, product by product."""
        return list(self._products.values())

    def _see(self, _: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        x, *how = given
        key = (*how, *sorted(named.items()))
        if key not in self._products:
            weight: Tensor = getattr(self._ones, named.get("weight", how[0] if how else "weight"))
            product = _Product(self._ones, how, named)
            self._products[key] = Meter(product, tuple(x.shape[1 - weight.ndim :]), watch=False)
        self._products[key].count(x)


class _Product(nn.Module):
    """One of the products of Synapses."""

    def __init__(self, ones: Synapses, how: list[Any], named: dict[str, Any]) -> None:
        super().__init__()
        self.ones, self.how, self.named = ones, how, named

    def forward(self, x: Tensor) -> Tensor:
        return self.ones(x, *self.how, **self.named)


def targets(module: nn.Module, arriving: tuple[int, ...]) -> Tensor:
    """How many values each arriving value contributes to, (*arriving).

    What is joined value by value has one. Else, with every weight 1 and no bias, the sum of a linear module's outputs
    has exactly these numbers as its gradient.
    """
    if getattr(module, "keeps_shape", False):
        return torch.ones(1, *arriving)[0]
    ones = copy.deepcopy(module)
    ones.requires_grad_(False)
    for name, value in ones.named_parameters():
        value.fill_(0.0 if name.rpartition(".")[2].startswith("bias") else 1.0)
    x = torch.zeros(1, *arriving, requires_grad=True)
    with torch.enable_grad():
        return torch.autograd.grad(ones(x).sum(), x)[0][0].round()
