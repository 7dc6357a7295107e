"""What a run hands out: frozen values that a page, a test or a notebook may keep for as long as it likes.

Time is counted in steps of `design.dt_ms`: step `t` lasts from `t·dt` to `(t + 1)·dt`, and a spike "at t" was emitted
by that step. Arrays are read-only numpy, never a view of anything that still changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Presentation:
    """One sample shown to the network for `steps` steps, states at rest when it begins.

    `index` is the sample's place in its split and `label` its class; both are None for a sample of the user's own.
    `image` (H, W) holds intensities 0…1, None where the data are no picture. `votes` (C,) are the spikes of each class
    at the output so far, or the values added up where it sends no spikes, or, where who fires first is the answer, the
    steps that were left when each class did (votes.py); `answer` is the class with most of them (the first of equals),
    None before the first vote.
    """

    index: int | None
    label: int | None
    image: np.ndarray | None
    start: int
    steps: int
    votes: np.ndarray

    @property
    def answer(self) -> int | None:
        """The class with most votes so far; None while there are none."""
        return int(self.votes.argmax()) if self.votes.any() else None


@dataclass(frozen=True, eq=False)
class Frame:
    """What happened in steps `t0 … t1 - 1`.

    - `spikes[node]` = (times, indices), int64 each: sorted by time, then by neuron (flattened position in the layer).
    - `traces[node][state]` (t1 - t0, k) float32: columns in the order of the design's probes.
    - `rates[node]` in Hz: mean over the layer's neurons and the last 100 ms (fewer at the start) before `t1`.
    - `presentations`: those that began in this frame, with their votes at the end of it.
    - `votes` (C,): of the presentation under way at `t1`, None where nothing is being classified.
    """

    t0: int
    t1: int
    spikes: Mapping[str, tuple[np.ndarray, np.ndarray]]
    traces: Mapping[str, Mapping[str, np.ndarray]]
    rates: Mapping[str, float]
    presentations: tuple[Presentation, ...]
    votes: np.ndarray | None
    weights_version: int


@dataclass(frozen=True)
class Step:
    """One batch learned from: `batch` of `batches` in `epoch` (all counted from 1), its mean loss with the penalties on
    rates, and the share of its samples that were classified rightly before the update (one without any output spike
    was not)."""

    epoch: int
    batch: int
    batches: int
    loss: float
    accuracy: float
    weights_version: int


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A network's answers on a split.

    - `accuracy` 0…1 over `size` samples, `loss` the design's loss, without penalties on rates.
    - `indices`, `labels`, `answers` (size,): which samples, their classes, the network's answers. -1: no vote.
    - `votes` (size, C): output spikes a class, or by its first spike as in a Presentation; where the answering layer
      sends no spikes, the values it sent, such as membranes, added up over the steps.
    - `spikes[node]` (size,): spikes of each layer in each presentation.
    """

    accuracy: float
    size: int
    loss: float
    indices: np.ndarray
    labels: np.ndarray
    answers: np.ndarray
    votes: np.ndarray
    spikes: Mapping[str, np.ndarray]


def frozen(array: np.ndarray) -> np.ndarray:
    """The same array, read-only from now on."""
    array.setflags(write=False)
    return array
