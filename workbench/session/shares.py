"""The memory of one machine and everybody's designs: what runs and trains for all visitors together has a limit too.

What may be undone is not reckoned here: every history has a bound of its own (see remembering).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from weakref import WeakKeyDictionary

from workbench.design.memory import Need, allowed, crowded, for_all

Alive = Callable[[], bool]


class Share:
    """What one visitor's lanes hold. Training is reckoned with the run beside it, so the larger of both counts."""

    def __init__(self, shares: Shares) -> None:
        self._shares = shares
        self.held: dict[str, int] = {}
        self.alive: Alive = lambda: True  # a page that is gone holds nothing: it would keep out its own reload

    def take(self, doing: str, need: Need) -> None:
        """Any thread: hold this for `doing` ("running", "training") from now on, in the place of what it held before.

        Raises MemoryRefused, and then holds nothing for it, where others leave too little. What is too much for one
        design alone is not refused here but by that design's own sentence.
        """
        self._shares.take(self, doing, need)

    def give_back(self, doing: str) -> None:
        """Any thread: `doing` is over."""
        self.held.pop(doing, None)

    @property
    def bytes(self) -> int:
        """What counts of it."""
        return max(self.held.values(), default=0) if self.alive() else 0


class MemoryRefused(ValueError):
    """Others hold so much that there is too little left; one sentence."""


class Shares:
    """Every visitor's share, for the whole server."""

    def __init__(self, limit: Callable[[], int] = for_all) -> None:
        self.limit = limit
        self._all: WeakKeyDictionary[Share, None] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def join(self) -> Share:
        """The share of one more visitor, who holds nothing yet. Who is forgotten leaves by that."""
        with self._lock:
            self._all[share := Share(self)] = None
        return share

    def take(self, share: Share, doing: str, need: Need) -> None:
        """See `Share.take`."""
        with self._lock:
            share.held.pop(doing, None)
            others = sum(other.bytes for other in list(self._all) if other is not share)
            if others and need.bytes <= allowed() and others + max(need.bytes, share.bytes) > self.limit():
                raise MemoryRefused(crowded(doing, need, others, self.limit()))
            share.held[doing] = need.bytes


SHARES = Shares()
