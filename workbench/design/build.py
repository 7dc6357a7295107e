"""From the document to the engine: the plan of a design as a `Network`, with weights that are given or drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.design.check import check
from workbench.design.document import Design
from workbench.design.parts import part
from workbench.design.parts.base import Part, Shape
from workbench.design.plan import Plan, plan
from workbench.design.sentences import DesignError, shown, times
from workbench.design.shapes import flow

if TYPE_CHECKING:
    import numpy as np
    import torch
    from torch import nn

    from workbench.engine.graph_network import Network


def build(
    design: Design, weights: Mapping[str, Mapping[str, np.ndarray]] | None = None, seed: int | None = None
) -> Network:
    """The network that runs of `design`.

    Its inputs are the design's Inputs, each fed with (T, B, *shape) for the shape in `plan(design).shapes`.
    `weights` {node: {name: array}} are used where given; the others start from values drawn with `seed` (the design's
    own if None) and the node's id alone, so that one edit leaves the start of every other node as it was.

    Raises `DesignError` with the first error of `check`, where nothing runs, and where given weights do not fit.
    """
    from workbench.engine.graph_network import Network

    todo, makers = _planned(design, seed)
    modules = {maker.node: maker.make() for maker in makers}
    for node, module in modules.items():
        _load(module, node, (weights or {}).get(node, {}))
    # A design of Inputs alone shows its stimulus.
    return Network(modules, todo.wires, todo.inputs, todo.output or f"{todo.order[-1]}.out")


class Maker(NamedTuple):
    """What makes one node of a network: a small value that knows what will be learned before any of it is drawn."""

    node: str
    part: Part
    params: Mapping[str, Any]
    arriving: Shape
    seed: int

    @property
    def learned(self) -> dict[str, Shape]:
        """{name: shape} of the arrays that training may change: by the gradient, or by gathering statistics."""
        given = self.params, self.arriving
        return self.part.learned(*given) | self.part.statistics(*given)

    def make(self) -> nn.Module:
        """The module, its numbers drawn from the seed and the node's id alone."""
        return self.part.make(self.params, self.arriving, node_generator(self.seed, self.node))


def makers(design: Design, seed: int | None = None) -> list[Maker]:
    """What makes each node that `build` would make, in running order. Raises as `build`, and draws nothing."""
    return _planned(design, seed)[1]


def _planned(design: Design, seed: int | None) -> tuple[Plan, list[Maker]]:
    for problem in check(design):
        if problem.level == "error":
            raise DesignError(problem.message)
    found = flow(design)
    todo = plan(design, found)
    if not todo.inputs:
        raise DesignError("Nothing can run: the design has no Input; add one and wire it to a neuron.")
    seed = design.seed if seed is None else seed
    inner = [node for node in todo.order if node not in todo.inputs]
    kinds = {node: part(design.node(node).kind) for node in inner}
    return todo, [Maker(node, kinds[node], found.values[node], todo.arriving[node], seed) for node in inner]


def node_generator(seed: int, node: str) -> torch.Generator:
    """The node's own source of random numbers, from the seed and its id; the global one is never touched."""
    import torch

    digest = hashlib.sha256(f"{seed}/{node}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)


def _load(module: nn.Module, node: str, arrays: Mapping[str, Any]) -> None:
    """Put given arrays in the place of what was drawn."""
    import torch

    from workbench.engine.layers import learned

    places = learned(module)
    for name, array in arrays.items():
        if name not in places:
            raise DesignError(
                f"The weights name {node}.{name}, which {node} does not learn; use weights of this design."
            )
        if tuple(array.shape) != tuple(places[name].shape):
            needed, got = times(places[name].shape) or "1", times(array.shape) or "1"
            raise DesignError(f"{node}.{name} is {needed}, {shown(got)} was given; use weights of this design.")
        with torch.no_grad():
            places[name].copy_(torch.from_numpy(array.copy()))
