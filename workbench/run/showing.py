"""The presentation under way: which sample, since when, which draws encode it, and the votes so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import torch

from workbench.run.results import Presentation, frozen
from workbench.run.seeds import generator
from workbench.run.stimulus import Sample
from workbench.run.votes import Votes


class Showing:
    """One sample from step `start` on for `steps` steps. Owned by a Simulation, which tells it what the output spiked.

    Each drawing encoder has its own generator, named by (seed, node, sample): the very draws of `evaluate`.
    """

    def __init__(self, sample: Sample, start: int, steps: int, reading: Votes) -> None:
        self.sample, self.start, self.steps, self._reading = sample, start, steps, reading
        self.votes = np.zeros(reading.classes)

    @property
    def end(self) -> int:
        """The first step that is no longer part of it."""
        return self.start + self.steps

    def count(self, out: torch.Tensor, t: int) -> None:
        """Add the output spikes (T, 1, *F) of the steps from model step `t` on."""
        self.votes = self._reading.joined(self.votes, self._reading.of(out, self.steps, t - self.start)[0])

    def seen(self) -> Presentation:
        """As it stands now, for others to keep."""
        known = self.sample
        return Presentation(known.index, known.label, known.image, self.start, self.steps, frozen(self.votes.copy()))

    def state(self) -> dict[str, Any]:
        """Everything to go on from here, as plain data."""
        known = self.sample
        return {
            "values": known.values.clone(),
            "name": known.name,
            "index": known.index,
            "label": known.label,
            "image": known.image,
            "start": self.start,
            "steps": self.steps,
            "votes": self.votes.copy(),
        }

    @classmethod
    def restored(cls, state: Mapping[str, Any], reading: Votes) -> Showing:
        """The presentation that `state` describes."""
        known = Sample(state["values"].clone(), *(state[name] for name in ("name", "index", "label", "image")))
        showing = cls(known, state["start"], state["steps"], reading)
        showing.votes[:] = state["votes"]
        return showing


def sample_draws(seed: int, nodes: Iterable[str], name: tuple[object, ...]) -> dict[str, torch.Generator]:
    """{encoder: generator} for one sample; live and in `evaluate` the same."""
    return {node: generator(seed, node, *name) for node in nodes}
