"""Turning a parameter of a live network, the same way in a simulation and in training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from workbench.design.parts import part
from workbench.design.plan import plan
from workbench.engine.neurons.base import Neuron

if TYPE_CHECKING:
    from workbench.design import Design
    from workbench.engine.graph_network import Network


def turn(network: Network, design: Design, node: str, param: str) -> None:
    """Give a live parameter of `node` the value it has in `design`; a loose node, which does not run, needs nothing.

    Raises ValueError for a parameter that decides what is built.
    """
    if part(design.node(node).kind).param(param).structural:
        raise ValueError(f"{node}.{param} decides what is built; change the design and build it anew")
    module, value = network.nodes.get(node), design.values(node)[param]
    if isinstance(module, Neuron):
        if isinstance(value, tuple):
            value = torch.tensor(value)
            value = value if len(value) == 1 else value.reshape(plan(design).shapes[node])
        module.set(param, value)
    elif module is not None:
        setattr(module, param, value)
