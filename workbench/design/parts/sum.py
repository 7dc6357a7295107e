"""Sum: several wires into one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.parts.base import Mend, Misfit, Part, Port, Shape
from workbench.design.sentences import amount

if TYPE_CHECKING:
    import torch
    from torch import nn


class Sum(Part):
    """Adds what its wires bring, value by value; all must have the same shape."""

    kind = "Sum"
    group = "structure"
    title = "Sum"
    meaning = "Adds what several wires bring, value by value."
    stem = "sum"
    inputs = (Port("in", many=True),)

    def misfit(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Misfit | None:
        """The first wire sets the shape, the others must bring the same."""
        for i, shape in enumerate(arriving):
            if shape != arriving[0]:
                mends = (Mend(width=arriving[0][0]),) if len(arriving[0]) == 1 else ()
                return Misfit(amount(arriving[0]) + " on every wire", "make them equal", mends, wire=i)
        return None

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """The engine's own sum."""
        from workbench.engine.connections import Sum as Adder

        return Adder()
