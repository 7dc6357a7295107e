"""What training learns, on its way to the simulation, the disk and the history, under one version everywhere."""

from __future__ import annotations

import time

from workbench.run.weights import Weights
from workbench.runner import Runner
from workbench.session.channel import Channel
from workbench.session.document import Document
from workbench.session.learning import Learned, Learning
from workbench.session.playback import Playback

KEEP_S = 5.0  # how much of a training a computer that stops may cost


class Harvest:
    """Takes every `Learned` from the train lane. `version` is that of the document's weights."""

    def __init__(
        self, document: Document, playback: Playback, learning: Learning, runner: Runner, inspected: Channel
    ) -> None:
        self._document, self._playback, self._learning = document, playback, learning
        self._runner, self._inspected = runner, inspected
        self._kept_at = 0.0  # when training's weights were put on the disk
        self._newest: Learned | None = None  # of the training under way; its lane replaces it any time
        self._entering: Weights | None = None
        self._entered = 0  # the version of the newest training in the history
        self.version = 0
        learning.published = self._publish

    def renumber(self) -> None:
        """The document has weights that nobody had before."""
        self.version = self._learning.renumber()

    def known(self, weights: Weights | None) -> bool:
        """Whether training and simulation have them already, so that nobody needs to be told."""
        return weights is self._entering

    def so_far(self) -> None:
        """What the training under way has learned until now becomes an entry of the history."""
        self.enter(self._newest)

    def rested(self, learned: Learned | None) -> None:
        """Training came to rest: so does what it has learned."""
        self._newest = None
        self.enter(learned)

    def enter(self, learned: Learned | None) -> None:
        """Weights that training and simulation have already, into the history. Those of another network go."""
        if learned is not None and learned.version != self._entered and self._fits(learned):
            self._entered = self.version = learned.version
            self._entering = learned.weights
            self._document.learned(learned.weights, learned.said)
            self._entering = None

    @property
    def newest(self) -> Weights | None:
        """What the training under way has learned of the design as it is now; None where there is nothing."""
        learned = self._newest
        return learned.weights if learned is not None and self._fits(learned) else None

    def save(self) -> bool:
        """The newest onto the disk, where the visitor leaves a training under way; False where there is nothing."""
        weights = self.newest
        if weights is None:
            return False
        self._document.keep(weights)
        return True

    def _publish(self, learned: Learned) -> None:
        """From the train lane: the simulation adopts the newest weights between two of its steps."""
        self._newest = learned
        if time.monotonic() - self._kept_at > KEEP_S:
            self._kept_at = time.monotonic()
            self._runner.show("keep", self._keep, learned)
        self._inspected.show(learned.weights)
        self._playback.use(learned.weights, learned.version, learned.design)

    def _keep(self, learned: Learned) -> None:
        if self._fits(learned):
            self._document.keep(learned.weights)

    def _fits(self, learned: Learned) -> bool:
        return learned.design.live_changes(self._document.design) is not None
