"""How what the answering layer sends becomes votes for classes: its spikes, its values, or how early
the first spike came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from torch import Tensor

from workbench.design.settings import reading
from workbench.engine.population import population_sums

if TYPE_CHECKING:
    from workbench.design import Design


class Votes:
    """Reads the answer of `width` outputs; `classes` is what they are votes for. The class with most votes is the
    answer, the first of equals; without any vote there is none.

    A vote is a spike, of any neuron that stands for the class; of a layer without spikes the values it sends, such as
    membranes, are added up over the steps instead. Where a training of first spikes asks who fires first, a class has
    as many votes as there were steps left, its own included, when it first fired.
    """

    def __init__(self, design: Design, width: int) -> None:
        said = reading(design.training)
        each = said.get("population", 1)
        self.first: bool = said.get("first", False)
        self.classes = width // each if width % each == 0 else width

    def of(self, out: Tensor, steps: int, before: int = 0) -> np.ndarray:
        """Votes (B, classes) by the outputs (T, B, *F) of steps `before`, … of a presentation `steps` long."""
        out = out.flatten(2)
        if not self.first:
            votes = out.sum(0)
            return (votes if votes.shape[1] == self.classes else population_sums(votes, self.classes)).numpy()
        fired = (out != 0).unflatten(2, (self.classes, -1)).any(3)
        left = (steps - before - fired.to(out.dtype).argmax(0)).to(out.dtype)  # of equals argmax takes the first
        return (left * fired.any(0)).numpy()

    def joined(self, votes: np.ndarray, later: np.ndarray) -> np.ndarray:
        """The votes of two pieces of one presentation, the earlier first."""
        return np.maximum(votes, later) if self.first else votes + later


def named(votes: np.ndarray) -> np.ndarray:
    """The answers (B,) to votes (B, classes); -1 where there are none."""
    return np.where(votes.any(1), votes.argmax(1), -1)
