"""Input: where the stimulus comes in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from workbench.design.params import Param
from workbench.design.parts.base import Mend, Misfit, Part, Shape
from workbench.design.sentences import amount, shown


class Input(Part):
    """The door for the stimulus. What arrives at it is the sample of the data; a current has any shape.

    It makes no module: whoever runs the network hands it (T, B, *shape).
    """

    kind = "Input"
    group = "inputs"
    title = "Input"
    meaning = "Where the stimulus comes in: a data set's samples, or a current."
    stem = "in"
    counted = False
    inputs = ()
    params = (
        Param(
            "shape",
            "shape",
            None,
            "How many values arrive in each step; [8, 8] is an image, [1, 8, 8] one with a channel.",
            optional=True,
            empty="as the stimulus",
        ),
    )

    def out(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Shape | None:
        """The declared shape, else that of the sample, else one value."""
        return params["shape"] or (arriving[0] if arriving else (1,))

    def misfit(self, params: Mapping[str, Any], arriving: tuple[Shape, ...]) -> Misfit | None:
        """A sample is reshaped, never cut or padded: the number of values must be equal."""
        shape = params["shape"]
        if not arriving or shape is None or math.prod(shape) == math.prod(arriving[0]):
            return None
        return Misfit(
            amount(shape), f"set shape to {shown(arriving[0])}", (Mend({"shape": arriving[0]}), Mend({"shape": None}))
        )
