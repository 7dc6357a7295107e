"""What convolutions and pools share: a window that slides over rows (C, L) or images (C, H, W)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.params import Param
from workbench.design.parts.base import Mend, Misfit, Part, Shape
from workbench.design.sentences import times

if TYPE_CHECKING:
    import torch
    from torch import nn

LONGEST = 100  # of a window, a stride or a rim, in values


class Sliding(Part):
    """A window over the last `axes` axes, the same for every channel, which is the axis before them."""

    axes: int

    def window(self, params: Mapping[str, Any]) -> tuple[int, int, int]:
        """(length of the window, stride, rim of zeros) along each axis."""
        return params["kernel_size"], params["stride"], params["padding"]

    def channels(self, params: Mapping[str, Any], arriving: int) -> int:
        """How many channels it gives."""
        return arriving

    def out(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Shape | None:
        """(channels, size, …) where size' = ⌊(size + 2·padding - kernel) / stride⌋ + 1; None where nothing fits."""
        if not arriving or len(arriving[0]) != self.axes + 1:
            return None
        length, stride, rim = self.window(params)
        count, *sizes = arriving[0]
        given = [(size + 2 * rim - length) // stride + 1 for size in sizes]
        return (self.channels(params, count), *given) if min(given) > 0 else None

    def misfit(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Misfit | None:
        """Channels of rows or images only, none of them smaller than the window."""
        if not arriving:
            return None
        if len(shape := arriving[0]) != self.axes + 1:
            wanted = "channels × length" if self.axes == 1 else "channels × height × width"
            shape = self.laid_out(shape)
            insert = (("Reshape", {"shape": shape}),)
            return Misfit(wanted, f"put a Reshape to {times(shape)} between them", (Mend(insert=insert),))
        length, _, rim = self.window(params)
        if (largest := min(shape[1:]) + 2 * rim) < length:
            return Misfit(
                f"{times((length,) * self.axes)} or more in each channel",
                f"set kernel_size to {largest} or less",
                tuple(self.smaller(params, largest)),
            )
        return None

    def smaller(self, params: Mapping[str, Any], largest: int) -> Iterator[Mend]:
        """Ways to a window of at most `largest`."""
        yield Mend({"kernel_size": largest})

    def laid_out(self, shape: Shape) -> Shape:
        """The same number of values as channels of rows or images: one channel, as near to a square as can be, or the
        first axis as channels where there are more axes than wanted."""
        if len(shape) > self.axes:
            split = len(shape) - self.axes if self.axes == 2 else 1
            return (math.prod(shape[:split]), *self._tail(shape[split:]))
        return (1, *self._tail(shape))

    def _tail(self, shape: Shape) -> Shape:
        if self.axes == 1:
            return (math.prod(shape),)
        if len(shape) == 2:
            return shape
        count = math.prod(shape)
        height = next(size for size in range(math.isqrt(count), 0, -1) if count % size == 0)
        return (height, count // height)


class Convolution(Sliding):
    """Weights (out_channels, in_channels, kernel…), the same at every place."""

    group = "connections"
    params = (
        Param("out_channels", "whole", 8, "How many channels it gives.", symbol="n", lo=1, hi=1_000),
        Param(
            "in_channels",
            "whole",
            None,
            "How many channels arrive.",
            symbol="m",
            lo=1,
            hi=1_000,
            optional=True,
            empty="as what arrives",
        ),
        Param("kernel_size", "whole", 3, "Length of the window's sides.", "k", "values", lo=1, hi=LONGEST),
        Param("stride", "whole", 1, "How far the window moves from place to place.", "s", "values", lo=1, hi=LONGEST),
        Param("padding", "whole", 1, "A rim of so many zeros around each channel.", "p", "values", lo=0, hi=LONGEST),
        Param("bias", "flag", True, "Adds one learned number to every channel.", symbol="b"),
    )

    def channels(self, params: Mapping[str, Any], arriving: int) -> int:
        """As many as are asked for."""
        return params["out_channels"]

    def misfit(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Misfit | None:
        """Also as many channels as are declared, where they are."""
        if (misfit := super().misfit(params, arriving)) or not arriving:
            return misfit
        count, declared = arriving[0][0], params["in_channels"]
        if declared in (None, count):
            return None
        return Misfit(
            f"{declared} {'channel' if declared == 1 else 'channels'}",
            f"set in_channels to {count} or leave it empty",
            (Mend({"in_channels": count}), Mend({"in_channels": None})),
        )

    def learned(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        """Weights and biases."""
        count = params["out_channels"]
        weight = {"weight": (count, arriving[0], *(params["kernel_size"],) * self.axes)}
        return weight | ({"bias": (count,)} if params["bias"] else {})

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """Uniform in ±1/√(in_channels · kernel values) for weights and bias, which is torch's own default."""
        import torch
        from torch import nn

        kind = nn.Conv1d if self.axes == 1 else nn.Conv2d
        # Without memory first, since torch would fill it from its global generator.
        layer = kind(
            arriving[0], params["out_channels"], *self.window(params), bias=params["bias"], device="meta"
        ).to_empty(device="cpu")
        bound = 1 / math.sqrt(arriving[0] * params["kernel_size"] ** self.axes)
        with torch.no_grad():
            for value in layer.parameters():
                value.uniform_(-bound, bound, generator=generator)
        return layer


class Pool(Sliding):
    """One value for each window of every channel; nothing is learned."""

    group = "structure"
    params = (
        Param("kernel_size", "whole", 2, "Length of the window's sides.", "k", "values", lo=1, hi=LONGEST),
        Param(
            "stride",
            "whole",
            None,
            "How far the window moves from place to place.",
            "s",
            "values",
            lo=1,
            hi=LONGEST,
            optional=True,
            empty="as the window",
        ),
    )

    def window(self, params: Mapping[str, Any]) -> tuple[int, int, int]:
        """There is no rim; windows lie side by side where nothing else is said."""
        return params["kernel_size"], params["stride"] or params["kernel_size"], 0
