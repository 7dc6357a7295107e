"""What convolutions and pools share: a window that slides over rows (C, L) or images (C, H, W)."""

from __future__ import annotations

import math
from collections.abc import Mapping
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
        """(values in the window, stride, rim) along each axis."""
        return params["kernel_size"], params["stride"], params["padding"]

    def reach(self, params: Mapping[str, Any]) -> int:
        """How long the window is along each axis, with the gaps between its values."""
        return self.window(params)[0]

    def channels(self, params: Mapping[str, Any], arriving: int) -> int:
        """How many channels it gives."""
        return arriving

    def out(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Shape | None:
        """(channels, size, …) where size' = ⌊(size + 2·padding - length) / stride⌋ + 1; None where nothing fits."""
        if not arriving or len(arriving[0]) != self.axes + 1:
            return None
        _, stride, rim = self.window(params)
        length = self.reach(params)
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
        rim, length = self.window(params)[2], self.reach(params)
        room = min(shape[1:]) + 2 * rim
        if room < length:
            wanted = f"{times((length - 2 * rim,) * self.axes)} or more in each channel"
            most = self.longest(params, room)
            return Misfit(wanted, f"set kernel_size to {most} or less", (Mend({"kernel_size": most}),))
        return None

    def longest(self, params: Mapping[str, Any], room: int) -> int:
        """The largest window for `room` values along an axis, its rim included."""
        return room

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
        Param("dilation", "whole", 1, "Distance of neighbours in the window.", "d", "values", lo=1, hi=LONGEST),
        Param("groups", "whole", 1, "Parts of the channels, each of which sees only its own.", "g", lo=1, hi=1_000),
    )

    def clash(self, params: Mapping[str, Any]) -> str:
        """Groups are equal shares of the channels."""
        groups = params["groups"]
        for name in ("out_channels", "in_channels"):
            count = params[name]
            if count is not None and count % groups:
                way = f"choose {math.gcd(count, groups)}"
                return f"groups: must divide {name}, {count}, got {groups}; {way}, or another number of channels"
        return ""

    def reach(self, params: Mapping[str, Any]) -> int:
        """Neighbours in the window are `dilation` values apart."""
        return params["dilation"] * (params["kernel_size"] - 1) + 1

    def longest(self, params: Mapping[str, Any], room: int) -> int:
        """The largest number of values whose window, gaps included, finds room."""
        return (room - 1) // params["dilation"] + 1

    def channels(self, params: Mapping[str, Any], arriving: int) -> int:
        """As many as are asked for."""
        return params["out_channels"]

    def misfit(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Misfit | None:
        """Also as many channels as are declared, where they are."""
        if (misfit := super().misfit(params, arriving)) or not arriving:
            return misfit
        count, declared, groups = arriving[0][0], params["in_channels"], params["groups"]
        if declared in (None, count):
            if count % groups == 0:
                return None
            shared = math.gcd(count, groups)
            return Misfit(f"a multiple of {groups} channels", f"set groups to {shared}", (Mend({"groups": shared}),))
        return Misfit(
            f"{declared} {'channel' if declared == 1 else 'channels'}",
            f"set in_channels to {count} or leave it empty",
            (Mend({"in_channels": count}), Mend({"in_channels": None})),
        )

    def learned(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        """Weights and biases."""
        count = params["out_channels"]
        weight = {"weight": (count, arriving[0] // params["groups"], *(params["kernel_size"],) * self.axes)}
        return weight | ({"bias": (count,)} if params["bias"] else {})

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """Uniform in ±1/√(channels of a group · kernel values) for weights and bias, which is torch's own default."""
        import torch
        from torch import nn

        kind = nn.Conv1d if self.axes == 1 else nn.Conv2d
        # Without memory first, since torch would fill it from its global generator.
        named = {name: params[name] for name in ("dilation", "groups", "bias")}
        layer = kind(arriving[0], params["out_channels"], *self.window(params), **named, device="meta")
        layer = layer.to_empty(device="cpu")
        bound = 1 / math.sqrt(arriving[0] // params["groups"] * params["kernel_size"] ** self.axes)
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
        Param("padding", "whole", 0, "A rim of so many places around each channel.", "p", "values", lo=0, hi=LONGEST),
    )

    def clash(self, params: Mapping[str, Any]) -> str:
        """No window lies on the rim alone."""
        most = params["kernel_size"] // 2
        if params["padding"] <= most:
            return ""
        got = f"{params['kernel_size']}, got {params['padding']}"
        return f"padding: must be at most half of kernel_size, {got}; choose {most} or less, or a longer window"

    def window(self, params: Mapping[str, Any]) -> tuple[int, int, int]:
        """Windows lie side by side where nothing else is said."""
        return params["kernel_size"], params["stride"] or params["kernel_size"], params["padding"]
