"""Gestures that wait for the batch under way: what they change, training holds until it has come to rest."""

from __future__ import annotations

from collections.abc import Callable
from threading import Timer

from workbench.runner import Runner
from workbench.session.learning import Learning
from workbench.session.telling import Telling

BLINK_S = 0.3  # who waits longer than that is told what for


class AtRest:
    """Does things now, or as soon as training rests and its weights are in the history.

    The visitor is told what is waited for until it is over.
    """

    def __init__(self, learning: Learning, runner: Runner, telling: Telling) -> None:
        self._learning, self._runner, self._telling = learning, runner, telling
        self._waiting: list[Callable[[], None]] = []
        self._timer: Timer | None = None
        self._told = ""

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
            self._telling.unsay(self._told)
            self._told = ""
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            try:
                then()
            except Exception as error:  # what was asked for after it is done all the same
                self._telling.fail(error)

    def _tell(self, sentence: str) -> None:
        if self._waiting:
            self._told = sentence
            self._telling.say(sentence)
