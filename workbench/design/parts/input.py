"""Input: where the stimulus comes in."""

import math

from workbench.design.params import Param
from workbench.design.parts.base import Mend, Misfit, Part
from workbench.design.sentences import amount, shown


class Input(Part):
    """The door for the stimulus. What arrives at it is the sample of the data; a current has any shape."""

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

    def out(self, params, arriving):
        """The declared shape, else that of the sample, else one value."""
        return params["shape"] or (arriving[0] if arriving else (1,))

    def misfit(self, params, arriving):
        """A sample is reshaped, never cut or padded: the number of values must be equal."""
        shape = params["shape"]
        if not arriving or shape is None or math.prod(shape) == math.prod(arriving[0]):
            return None
        return Misfit(
            amount(shape), f"set shape to {shown(arriving[0])}", (Mend({"shape": arriving[0]}), Mend({"shape": None}))
        )

    def make(self, params, arriving, generator):
        """Any sample (…, *sample shape) with the right number of values becomes (…, *shape)."""
        from torch import nn

        return nn.Sequential(nn.Flatten(), nn.Unflatten(1, params["shape"] or arriving))
