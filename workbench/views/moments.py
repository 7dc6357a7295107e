"""What the page shows of the present moment, and that nothing of it stays when nothing runs any more."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from workbench.design import Design
from workbench.session import Session
from workbench.session.playback import Moment

RATE_EVERY_S = 0.4  # a rate is read, not watched


def follow(session: Session, show: Callable[[Moment], None], clear: Callable[[], None]) -> None:
    """Call `show(moment)` for every moment of what runs, and `clear()` when another design is drawn that cannot run.

    A design that has just been broken keeps its last picture, greyed; the picture of another one would be a lie.
    """
    shown = session.document.design.id

    def happen(moment: Moment) -> None:
        if not session.playback.broken:
            show(moment)

    def turn(design: Design) -> None:
        nonlocal shown
        if design.id != shown:
            shown = design.id
            if session.playback.broken:
                clear()

    session.playback.moments.listen(happen)
    session.edited.listen(turn)


class Rates:
    """The firing rates a few times a second, of one moment for everybody who shows them."""

    def __init__(self, session: Session) -> None:
        self._listeners: list[Callable[[Mapping[str, float]], None]] = []
        self._told = 0.0
        follow(session, self._pulse, lambda: None)

    def listen(self, listener: Callable[[Mapping[str, float]], None]) -> None:
        """Call `listener({node: Hz})` from now on; it is empty where nothing has run yet."""
        self._listeners.append(listener)

    def _pulse(self, moment: Moment) -> None:
        if moment.running and moment.rates and time.monotonic() - self._told < RATE_EVERY_S:
            return
        self._told = time.monotonic()
        for listener in self._listeners:
            listener(moment.rates)
