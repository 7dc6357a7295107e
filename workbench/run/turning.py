"""Turning a parameter of a live module, the same way in a simulation and in training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from workbench.design.parts import part
from workbench.engine.neurons.base import Neuron

if TYPE_CHECKING:
    from workbench.design import Design


def turn(module: nn.Module, design: Design, node: str, param: str, shape: tuple[int, ...]) -> None:
    """Give a live parameter of `node` the value it has in `design`. Raises ValueError where it is built in."""
    kind = design.node(node).kind
    if part(kind).param(param).structural:
        raise ValueError(f"{node}.{param} decides what is built; change the design and build it anew")
    value = design.values(node)[param]
    if isinstance(value, tuple):
        value = torch.tensor(value) if len(value) == 1 else torch.tensor(value).reshape(shape)
    if isinstance(module, Neuron):
        module.set(param, value)
    else:
        setattr(module, param, value)
