"""The last moments of every layer as a strip of a few cells, for the nodes on the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from workbench.run import Frame, Simulation

ROWS, COLUMNS = 8, 48
STEPS_SHOWN = 48


class Activity:
    """Collects spikes in the simulate lane; `cells` may be called from any thread."""

    def __init__(self) -> None:
        # One value, replaced in one assignment: a reader must not see the layers of one network, the frames of another.
        self._seen: tuple[dict[str, int], tuple[Frame, ...]] = ({}, ())

    def begin(self, sim: Simulation) -> None:
        """Another network, or the same one at another time: nothing of before counts."""
        self._seen = ({layer["id"]: layer["n"] for layer in sim.layers}, ())

    def add(self, frame: Frame) -> None:
        """One more frame; those that have left the strip are forgotten."""
        sizes, frames = self._seen
        self._seen = (sizes, (*(old for old in frames if old.t1 >= frame.t1 - STEPS_SHOWN), frame))

    def cells(self) -> dict[str, np.ndarray]:
        """{node: spikes (rows ≤ 8, 48)} of the last 48 steps; a row stands for a block of neurons."""
        sizes, frames = self._seen
        if not frames:
            return {}
        begin = frames[-1].t1 - STEPS_SHOWN
        drawn = {}
        for node, size in sizes.items():
            rows = min(ROWS, size)
            times = np.concatenate([frame.spikes[node][0] for frame in frames]) - begin
            indices = np.concatenate([frame.spikes[node][1] for frame in frames])
            seen = times >= 0
            places = indices[seen] * rows // size * COLUMNS + times[seen]
            drawn[node] = np.bincount(places, minlength=rows * COLUMNS).reshape(rows, COLUMNS)
        return drawn
