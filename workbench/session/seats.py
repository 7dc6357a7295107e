"""Who has which design open: two tabs on one design would overwrite each other's edits, so only one has the seat."""

from __future__ import annotations

import threading
from collections.abc import Callable

Alive = Callable[[], bool]


class Seats:
    """One seat for each (visitor, design), for the whole server. A seat whose holder's page is gone is free."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], tuple[object, Alive]] = {}
        self._lock = threading.Lock()

    def take(self, visitor: str, design: str, holder: object, alive: Alive) -> bool:
        """Sit down unless another living holder sits there."""
        with self._lock:
            other, other_alive = self._held.get((visitor, design), (holder, alive))
            if other is not holder and other_alive():
                return False
            self._held[visitor, design] = (holder, alive)
            return True

    def leave(self, holder: object) -> None:
        """Get up from every seat held."""
        with self._lock:
            self._held = {place: held for place, held in self._held.items() if held[0] is not holder}


SEATS = Seats()
