"""Firing rates as a page shows them: the mean over a layer and the last 100 ms."""

from collections.abc import Mapping
from typing import Any

import numpy as np

WINDOW_MS = 100.0


class Rates:
    """Counts spikes a layer and step in a ring of the last 100 ms; the same whatever pieces the steps come in."""

    def __init__(self, sizes: Mapping[str, int], dt_ms: float) -> None:
        self._sizes, self._dt_s = dict(sizes), dt_ms / 1000
        self._counts = np.zeros((len(sizes), max(1, round(WINDOW_MS / dt_ms))))
        self._seen = 0

    def add(self, counts: Mapping[str, np.ndarray]) -> None:
        """Spikes of each layer in each of some steps, {node: (T,)}."""
        width = self._counts.shape[1]
        steps = len(next(iter(counts.values()))) if counts else 0
        kept = min(steps, width)
        places = np.arange(self._seen + steps - kept, self._seen + steps) % width
        for row, node in zip(self._counts, self._sizes, strict=True):
            row[places] = counts[node][steps - kept :]
        self._seen += steps

    def hz(self) -> dict[str, float]:
        """{node: mean rate in Hz}; 0 before the first step."""
        seconds = min(self._seen, self._counts.shape[1]) * self._dt_s
        spikes = self._counts.sum(1)
        return {
            node: float(count / (size * seconds)) if seconds else 0.0
            for count, (node, size) in zip(spikes, self._sizes.items(), strict=True)
        }

    def clear(self) -> None:
        """As if nothing had run yet."""
        self._counts[:], self._seen = 0, 0

    def state(self) -> dict[str, Any]:
        """Plain data to go on from."""
        return {"counts": self._counts.copy(), "seen": self._seen}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from `state`."""
        self._counts[:], self._seen = state["counts"], state["seen"]
