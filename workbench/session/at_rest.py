"""Gestures that wait for the batch under way: what they change, training holds until it has come to rest."""

from __future__ import annotations

from collections.abc import Callable
from threading import Timer

from workbench.runner import Runner
from workbench.session.learning import Learning

BLINK_S = 0.3  # who waits longer than that is told what for
Say = Callable[[str], None]


class AtRest:
    """Does things now, or as soon as training rests and its weights are in the history.

    `say(sentence)` tells the visitor what is waited for; an empty one takes that back.
    """

    def __init__(self, learning: Learning, runner: Runner, say: Say) -> None:
        self._learning, self._runner, self._say = learning, runner, say
        self._waiting: list[Callable[[], None]] = []
        self._timer: Timer | None = None
        self._told = False

    def do(self, then: Callable[[], None], what: str) -> None:
        """Do it; `what` says it as half a sentence, such as "it is undone"."""
        if not self._learning.running:
            then()
            return
        self._waiting.append(then)
        self._learning.pause()
        if self._timer is None:
            sentence = f"The batch under way is finished first, then {what}."
            self._timer = Timer(BLINK_S, self._runner.show, ("waiting", self._tell, sentence))
            self._timer.daemon = True
            self._timer.start()

    def rested(self) -> None:
        """Training rests: do what has waited, in order."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        if self._told:
            self._told = False
            self._say("")
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()

    def _tell(self, sentence: str) -> None:
        if self._waiting:
            self._told = True
            self._say(sentence)
