"""Neurons with weights of their own: those that weigh their input, and those whose spikes come back all to all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design import limits
from workbench.design.params import Param
from workbench.design.parts.base import FLAT_ROW, Mend, Misfit, Shape, row_misfit
from workbench.design.parts.neuron import NeuronPart
from workbench.design.sentences import times

if TYPE_CHECKING:
    import torch
    from torch import nn


class ProjectingPart(NeuronPart):
    """A layer that weighs what arrives: a flat row, or channels of images, to a size of its own."""

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        self._sizes = tuple(size.name for size in model.sizes)
        self.params = (*(_size(size, first=size is model.sizes[0]) for size in model.sizes), *self.params)
        self.heft = 3 if model.fed_back else 1  # measured: 110 to 140 bytes where gates are fed back
        self.width = "" if model.images or len(self._sizes) != 2 else self._sizes[1]

    def out(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Shape | None:
        """As the model says; for images not before they are there."""
        if self.model.images and (not arriving or len(arriving[0]) != 3):
            return None
        return self.model.gives(params, next(iter(arriving), ()))

    def misfit(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Misfit | None:
        """A flat row, or images, of the declared size where one is declared; rows of numbers as the layer is long."""
        if not arriving:
            return None
        shape, first = arriving[0], self._sizes[0]
        if self.model.images and len(shape) != 3:
            laid = (1, *_tall(math.prod(shape))) if len(shape) != 2 else (1, *shape)
            way = (Mend(insert=(("Reshape", {"shape": laid}),)),)
            return Misfit("channels × height × width", f"put a Reshape to {times(laid)} between them", way)
        if not self.model.images and len(shape) != 1:
            return FLAT_ROW
        if params[first] not in (None, shape[0]):
            said = f"{params[first]} channels" if self.model.images else str(params[first])
            ways = (Mend({first: shape[0]}), Mend({first: None}))
            return Misfit(said, f"set {first} to {shape[0]} or leave it empty", ways)
        wrong = row_misfit(params, self._rows, self.model.gives(params, shape))
        return Misfit(wrong.expects, wrong.way_out, wrong.mends[:1]) if wrong else None

    def learned(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        """Weights and biases, and the knobs that training may turn."""
        chosen = {**params, self._sizes[0]: arriving[0]}
        return super().learned(params, self.model.gives(chosen, arriving)) | self.model.weights(chosen)

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """The model with its weights drawn."""
        chosen = {**params, self._sizes[0]: arriving[0]}
        ready = self.ready(chosen, self.model.gives(chosen, arriving))
        return self.model(**ready, **self.model.palette, generator=generator)

    def small(self, params: Mapping[str, Any], size: int = 2) -> nn.Module:
        """The model with the fewest weights."""
        least = {name.name: 1 for name in self.model.sizes if not name.odd}
        return self.model(**self.ready({**params, **least}, (size,)), **self.model.palette)


class RecurrentPart(NeuronPart):
    """A layer whose last spikes come back: each to itself, or to all of a row, or through a window over images."""

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        window = "Length of the sides of the window through which spikes of images come back, odd."
        self.params = (
            *self.params,
            Param("all_to_all", "flag", False, "Every spike comes back to every neuron, with one weight each."),
            Param("kernel_size", "whole", 3, window, "k", "values", lo=1, hi=31),
        )

    def misfit(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Misfit | None:
        """All to all takes a flat row or images."""
        if arriving and params["all_to_all"] and len(arriving[0]) not in (1, 3):
            ways = (Mend(insert=(("Flatten", {}),)), Mend({"all_to_all": False}))
            return Misfit("a flat row or channels × height × width", "put a Flatten between them", ways)
        return super().misfit(params, arriving)

    def learned(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        """The knobs that training may turn, and the recurrent weights where it may turn those."""
        turned = super().learned(params, arriving)
        if not params["all_to_all"]:
            return turned
        turned.pop("V", None)
        return turned | (self._weights(params, arriving) if params["learn_recurrent"] else {})

    def statistics(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        """Recurrent weights that stay as they were drawn."""
        fixed = params["all_to_all"] and not params["learn_recurrent"]
        return self._weights(params, arriving) if fixed else {}

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """The model, its recurrent weights drawn."""
        sizes = self._recurrence(params, arriving)
        return self.model(**self.ready(params, arriving) | sizes, generator=generator)

    def small(self, params: Mapping[str, Any], size: int = 2) -> nn.Module:
        """The model with the fewest weights."""
        wired = {"conv2d_channels": 1} if params["all_to_all"] else {"kernel_size": None}
        return self.model(**self.ready(params, (size,)) | wired)

    def _recurrence(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Any]:
        """The sizes of the recurrence, for what arrives."""
        if not params["all_to_all"]:
            return {"kernel_size": None}
        if len(arriving) == 1:
            return {"linear_features": arriving[0], "kernel_size": None}
        return {"conv2d_channels": arriving[0], "kernel_size": params["kernel_size"]}

    def _weights(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        shapes = self.model.weights(True, **self._recurrence(params, arriving))
        return {f"recurrent.{name}": shape for name, shape in shapes.items()}


def _size(size: Any, first: bool) -> Param:
    """A size of the model as a parameter; the first is that of what arrives, and may be left to it."""
    hi, sentence = min(size.hi, limits.LAYER_VALUES), f"{size.meaning[0].upper()}{size.meaning[1:]}."
    if not first:
        return Param(size.name, "whole", size.default, sentence, size.symbol, lo=size.lo, hi=hi)
    empty = "as what arrives"
    return Param(size.name, "whole", None, sentence, size.symbol, lo=size.lo, hi=hi, optional=True, empty=empty)


def _tall(count: int) -> tuple[int, int]:
    """Height and width of an image of so many values, as near to a square as can be."""
    height = next(side for side in range(math.isqrt(count), 0, -1) if count % side == 0)
    return height, count // height
