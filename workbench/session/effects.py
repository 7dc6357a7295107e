"""What a changed document means for what runs and trains: adjusted where that is enough, else built anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workbench.design import Design
from workbench.design.memory import countable
from workbench.design.settings import training_params
from workbench.run.weights import Weights
from workbench.session.at_rest import AtRest
from workbench.session.document import Document, obstacles
from workbench.session.harvest import Harvest
from workbench.session.learning import Learning
from workbench.session.playback import Playback

Changes = Mapping[str, Mapping[str, Any]]


class Effects:
    """Turns both lanes to the document as it is. `say(sentence)` tells the visitor what they did not ask for."""

    def __init__(
        self,
        document: Document,
        playback: Playback,
        learning: Learning,
        harvest: Harvest,
        at_rest: AtRest,
        say: Callable[[str], None],
    ) -> None:
        self._document, self._playback, self._learning = document, playback, learning
        self._harvest, self._at_rest, self._say = harvest, at_rest, say

    def build(self) -> None:
        """Run what is drawn, from the beginning, or say why it cannot run."""
        design, weights, problems = self._document.design, self._document.weights, self._document.problems
        if wrong := obstacles(problems):
            self._playback.refuse(wrong[0].message)
            self._learning.load(None, None)
            if countable(problems):
                self._learning.count_only(design)
        else:
            self._playback.load(design, weights, self._harvest.version)
            self._learning.load(design, weights)
            self.measure()

    def follow(self, old: Design, old_weights: Weights | None, *, others: bool) -> None:
        """The document was another; `others`: its weights are such as nobody has yet."""
        new, weights = self._document.design, self._document.weights
        other_source = any(new.stimulus.get(name) != old.stimulus.get(name) for name in ("kind", "data"))
        changes = None if other_source else new.live_changes(old)
        if self._playback.broken or changes is None or new.id != old.id or obstacles(self._document.problems):
            self._pause_training()
            self.build()
            return
        self._turn(changes)
        self._learning.follow(new, changes)
        if new.stimulus != old.stimulus:
            self._playback.stimulate(new.stimulus)
        if new.training != old.training:
            self._retrain(old)
        if new.training["steps"] != old.training["steps"]:
            self._playback.load(new, weights, self._harvest.version)
        elif new.probes != old.probes:
            self._playback.rewatch(new.probes)
        if others and weights is not None and old_weights is not None:
            self._playback.use(weights, self._harvest.version)
            if not self._learning.running:  # what trains has turned its own
                self._go_on_from(weights, old_weights, changes)
        self.measure()

    def measure(self) -> None:
        """Measure what is drawn, where it can run."""
        if not obstacles(self._document.problems):
            self._learning.measure(self._document.design, self._document.weights)

    def _turn(self, changes: Changes) -> None:
        for node, values in changes.items():
            for name, value in values.items():
                self._playback.adjust(node, name, value)
            if "threshold" in values:
                self._playback.announce()  # the scope draws the threshold

    def _go_on_from(self, weights: Weights, old: Weights, changes: Changes) -> None:
        knobs = {(node, name) for node, values in changes.items() for name in values}
        if weights.turned(old) <= knobs:
            self._learning.use(weights)
        else:
            self._learning.load(self._document.design, weights)

    def _retrain(self, old: Design) -> None:
        """A setting that can be turned while it runs counts from the next batch; any other begins a new training."""
        new = self._document.design.training
        if any(one.structural and new[one.name] != old.training[one.name] for one in training_params()):
            self._at_rest.do(
                lambda: self._learning.load(self._document.design, self._document.weights), "training begins anew"
            )

    def _pause_training(self) -> None:
        if self._learning.running:
            self._learning.pause()
            self._say("The network has changed: training pauses.")
