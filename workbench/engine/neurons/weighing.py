"""What the models share that weigh their input themselves, so that what they give has a size of its own."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor

from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.knobs import Option, Size
from workbench.engine.neurons.model import NeuronModel, SpikeGrad, Value
from workbench.engine.synapses import Synapses, window

Shape = tuple[int, ...]
BIAS = Option("bias", True, (False, True), "adds one learned number to every weighted sum")


class Projecting(NeuronModel):
    """A model with `sizes`: the first is that of what arrives, the length of a row or the channels of an image.

    A model says by `weights` which numbers it learns beside its knobs, and by `gives` which shape it sends; both from
    the sizes alone, so that they are known before anything is drawn.
    """

    keeps_shape = False
    sizes: ClassVar[tuple[Size, ...]]
    images: ClassVar[bool] = False
    palette: ClassVar[Mapping[str, Any]] = {}  # with what a part is built besides what a person may choose

    def __init__(
        self,
        sizes: Mapping[str, Any],
        knobs: Mapping[str, Value],
        spike_grad: SpikeGrad,
        options: Mapping[str, Any],
        generator: torch.Generator | None = None,
        **more: Any,
    ) -> None:
        """`more` is what else `weights` asks for."""
        for size in self.sizes:
            value, where = sizes[size.name], f"{type(self).__name__}.{size.name}"
            if size.odd:
                window(where, value)
            elif isinstance(value, bool) or not isinstance(value, int) or value < size.lo:
                raise KnobError(f"{where}: must be a whole number from {size.lo}, got {str(value)[:40]}")
        super().__init__(knobs, spike_grad, options)
        for size in self.sizes:
            setattr(self, size.name, sizes[size.name])
        chosen = {option.name: options.get(option.name, option.default) for option in self.options}
        self._grow({**chosen, **sizes, **more}, generator or torch.Generator().manual_seed(0))

    @classmethod
    def weights(cls, chosen: Mapping[str, Any]) -> dict[str, Shape]:
        """{module.name: shape} of what is learned beside the knobs; `chosen` holds sizes and options."""
        raise NotImplementedError

    @classmethod
    def bound(cls, chosen: Mapping[str, Any]) -> float:
        """Weights start uniform in ± this."""
        raise NotImplementedError

    @classmethod
    def gives(cls, chosen: Mapping[str, Any], arriving: Shape) -> Shape:
        """The shape *G of what is sent, for x of shape (T, B, *arriving)."""
        raise NotImplementedError

    def _grow(self, chosen: Mapping[str, Any], generator: torch.Generator) -> None:
        """Draw the weights, module by module."""
        modules: dict[str, dict[str, Shape]] = {}
        for name, shape in self.weights(chosen).items():
            module, _, own = name.partition(".")
            modules.setdefault(module, {})[own] = shape
        for module, shapes in modules.items():
            self.add_module(module, Synapses(shapes, self.bound(chosen), generator))

    def arriving(self, x: Tensor) -> Tensor:
        """x itself, if it is (T, B, size) or (T, B, size, H, W). Raises ShapeError."""
        size, axes = getattr(self, self.sizes[0].name), 5 if self.images else 3
        if x.ndim != axes or x.shape[2] != size:
            want = f"(T, B, {size}, H, W)" if self.images else f"(T, B, {size})"
            raise ShapeError(f"{self._name}: x must be {want}, got {tuple(x.shape)}")
        return x

    def _step(self, inputs: list[Tensor], state: list[Tensor], knobs: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """A step in torch; with weights in double one with exp or tanh is computed in double, and rounded.

        torch takes another exp for the last few values of a tensor than for the others, so that in single precision the
        last bit of a value depends on how many there are beside it.
        """
        kind, own = inputs[0].dtype, next(self.synapses()).dtype
        if self.program.exact or kind == own or torch.promote_types(kind, own) == kind:
            return super()._step(inputs, state, knobs)
        spk, new = super()._step(*([v.to(own) for v in values] for values in (inputs, state, knobs)))
        return spk.to(kind), [v.to(kind) for v in new]

    def synapses(self) -> Iterator[Tensor]:
        """Its own weights and biases."""
        for module in self.children():
            if isinstance(module, Synapses):
                yield from module.parameters()

    def extra_repr(self) -> str:
        sizes = ", ".join(f"{size.name}={getattr(self, size.name)}" for size in self.sizes)
        return f"{sizes}, {super().extra_repr()}"
