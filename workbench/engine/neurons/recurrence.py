"""The three ways in which the last spikes of a layer come back: each to itself, all to all, or over an image."""

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.knobs import Option
from workbench.engine.neurons.base import States
from workbench.engine.neurons.model import NeuronModel, Options, SpikeGrad, Value
from workbench.engine.synapses import Synapses, window

LEARN_RECURRENT = Option("learn_recurrent", True, (False, True), "training changes the recurrent weights", learns="V")


class RecurrentOptions(Options, total=False):
    """Those of models whose spikes come back to them."""

    learn_recurrent: bool


class Recurrent(NeuronModel):
    """A model whose text adds `self.back` to its input.

    Without `all_to_all` that is `spk*V`, value by value. With it, it is `recurrent(spk)`: a matrix (N, N) with bias for
    `linear_features`=N, or a window that slides over images of `conv2d_channels`; each step is then a product in torch
    and the compiled text. `all_to_all=None` means: where sizes are given.
    """

    all_to_all: bool
    learn_recurrent: bool
    recurrent: Synapses

    def __init__(
        self,
        knobs: Mapping[str, Value],
        spike_grad: SpikeGrad,
        options: RecurrentOptions,
        shapes: Mapping[str, tuple[int, ...]],
        generator: torch.Generator | None,
    ) -> None:
        """`shapes` are those of `weights`; with some, V is no knob."""
        super().__init__({k: v for k, v in knobs.items() if k != "V" or not shapes}, spike_grad, options)
        self.all_to_all = bool(shapes)
        if shapes:
            self.knobs = tuple(knob for knob in self.knobs if knob.name != "V")
            self.fed_back = ("back",)
            bound = 1 / math.sqrt(math.prod(shapes["weight"][1:]))
            self.recurrent = Synapses(shapes, bound, generator, fixed=() if self.learn_recurrent else shapes)

    @classmethod
    def weights(
        cls,
        all_to_all: bool | None,
        linear_features: int | None = None,
        conv2d_channels: int | None = None,
        kernel_size: int | tuple[int, int] | None = None,
    ) -> dict[str, tuple[int, ...]]:
        """{name: shape} of the recurrent weights; nothing for one to one. Raises KnobError."""
        name = cls.__name__
        sizes = {"linear_features": linear_features, "conv2d_channels": conv2d_channels, "kernel_size": kernel_size}
        said = [key for key, value in sizes.items() if value is not None]
        if not (bool(said) if all_to_all is None else all_to_all):
            if said:
                raise KnobError(f"{name}.{said[0]}: one to one has the weight V alone; set all_to_all=True or leave it")
            return {}
        for key in ("linear_features", "conv2d_channels"):
            value = sizes[key]
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
                raise KnobError(f"{name}.{key}: must be a whole number from 1, got {str(value)[:40]}")
        if linear_features is not None and len(said) == 1:
            return {"weight": (linear_features, linear_features), "bias": (linear_features,)}
        if conv2d_channels is not None and kernel_size is not None and len(said) == 2:
            sides = window(f"{name}.kernel_size", kernel_size)
            return {"weight": (conv2d_channels, conv2d_channels, *sides), "bias": (conv2d_channels,)}
        got = ", ".join(said) or "neither"
        raise KnobError(
            f"{name}.all_to_all: needs linear_features for a flat row, or conv2d_channels and kernel_size for images, "
            f"got {got}"
        )

    @property
    def back(self) -> str:
        """What the text adds to the input."""
        return "back" if self.all_to_all else "spk*V"

    def streams(self, x: Tensor) -> Sequence[Tensor]:
        """x itself, of the size that the weights are for."""
        if self.all_to_all:
            weight = self.recurrent.weight
            size, axis = weight.shape[0], 3 if weight.ndim == 4 else 1
            if x.ndim < axis + 2 or (x.ndim != 5 and axis == 3) or x.shape[-axis] != size:
                want = f"(T, B, {size}, H, W)" if axis == 3 else f"(T, B, {size})"
                raise ShapeError(f"{self._name}: x must be {want}, got {tuple(x.shape)}")
        return (x,)

    def feed_back(self, state: States) -> Sequence[Tensor]:
        """The last spikes through the recurrent weights."""
        return (self.recurrent(state["spk"]),)
