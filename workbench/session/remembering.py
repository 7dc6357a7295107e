"""How much of the past is remembered: what undo may lead back to, within so many bytes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.design.history import History

MOST_BYTES = 256 * 2**20  # of the weights and the states of simulations that undo may lead back to


@dataclass(frozen=True)
class Kept:
    """The state of a simulation as the history keeps it, and the memory that takes."""

    state: Any
    nbytes: int

    @classmethod
    def of(cls, state: Any) -> Kept:
        """Weigh a state: plain data with arrays in it."""
        return cls(state, sum(_sizes(state)))


def bounded(history: History) -> History:
    """The history without its oldest weights and states, where all take more than MOST_BYTES.

    An array that is shared counts once. The present keeps its own weights, every design stays, and what was drawn from
    a seed can always be drawn again.
    """
    counted, free = set[int](), MOST_BYTES
    gone, lost = set[int](), set[int]()
    known, fits = None, True
    for place in sorted(range(len(history.entries)), key=lambda place: (place != history.position, -place)):
        weights, moment = history.entries[place].weights, history.entries[place].moment
        if weights is not None and weights is not known:
            known, new = weights, [array for array in weights.arrays if id(array) not in counted]
            present = place == history.position
            if not present and sum(array.nbytes for array in new) > free:
                for array in new:
                    array.let_go()
            needed = sum(array.most_bytes if present else array.nbytes for array in new)
            if fits := present or needed <= max(free, 0):
                counted.update(id(array) for array in new)
                free -= needed
        if weights is not None and not fits:
            gone.add(place)
        if moment is not None and moment.nbytes <= max(free, 0):
            free -= moment.nbytes
        elif moment is not None:
            lost.add(place)
    history = history.forget(gone) if gone else history
    return history.forget_moments(lost) if lost else history


def _sizes(state: Any) -> Iterator[int]:
    """The bytes of every array in plain data."""
    if isinstance(state, Mapping):
        state = state.values()
    elif hasattr(state, "nbytes"):
        yield state.nbytes
        return
    elif isinstance(state, str) or not isinstance(state, Collection):
        return
    for part in state:
        yield from _sizes(part)
