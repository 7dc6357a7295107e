"""The weights that are looked at: the newest, as soon as their numbers are there."""

from __future__ import annotations

from workbench.run.weights import Weights
from workbench.runner import Runner
from workbench.session.channel import Channel
from workbench.session.document import Document


class Inspected(Channel):
    """News of the newest weights, whenever they or the selection change; None while there are none to show."""

    def __init__(self, runner: Runner, document: Document) -> None:
        super().__init__(runner, "inspected")
        self._lane, self._document = runner.simulate, document

    def look(self, *, stay: bool) -> None:
        """Show the document's weights. Those still to be drawn follow when that is done, in the lane of the simulation;
        with `stay`, the old ones, which run until then, stay in sight."""
        weights: Weights | None = self._document.weights
        if weights is None or weights.ready:
            self.show(weights)
        else:
            if not stay:
                self.show(None)
            self._lane.tell(lambda: self._read(weights))

    def _read(self, weights: Weights) -> None:
        for array in weights.arrays:
            _ = array.numbers
        self._runner.show("drawn", self._drawn, weights)

    def _drawn(self, weights: Weights) -> None:
        if weights is self._document.weights:
            self.show(weights)
