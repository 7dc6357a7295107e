"""Flatten: an image as one row."""

import math

from workbench.design.parts.base import Part


class Flatten(Part):
    """(8, 8) becomes (64,), row after row."""

    kind = "Flatten"
    group = "structure"
    title = "Flatten"
    meaning = "Lays an image out as one row of values."
    stem = "flat"

    def out(self, params, arriving):
        """The same values in one row."""
        return (math.prod(arriving[0]),) if arriving else None

    def make(self, params, arriving, generator):
        """Folds all but the first axis, which holds time and batch."""
        from torch import nn

        return nn.Flatten()
