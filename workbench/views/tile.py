"""The sample on show, the network's votes on it, and the pad to draw one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import panel as pn

from components.sample_tile import SampleTile
from workbench.design import Design
from workbench.design.answering import answers, membrane
from workbench.design.parts import part
from workbench.design.settings import reading
from workbench.session import Session
from workbench.session.playback import Moment
from workbench.views.moments import follow

if TYPE_CHECKING:
    from workbench.run import Presentation


class TileView:
    """Follows the presentation; a drawn digit is presented instead of the data until the visitor goes back."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._shown: tuple[int, int | None] | None = None
        self._finished: Presentation | None = None  # the newest one that was whole at the last moment
        self.tile = SampleTile(
            counted=pn.bind(counted, session.document.param.design),
            dark=session.selection.param.dark,
            sizing_mode="stretch_both",
        )
        self.tile.on_event(self.hear)
        follow(session, self._show, self._clear)

    def _show(self, moment: Moment) -> None:
        shown, whole = moment.presentation, moment.finished
        if moment.running and whole is not None and whole is not self._finished:
            shown = whole  # though the next one is under way: else its end might never be seen
        self._finished = whole
        if shown is None:
            self._clear()
            return
        if self.tile.classes != list(moment.class_names):
            self.tile.classes = list(moment.class_names)
        counts, answer = self._votes(moment, shown) if moment.classifies else (None, None)  # else nothing is a class
        complete = whole is not None and whole.start == shown.start
        final = complete or shown.label is None  # a drawing's answer stands once it is said
        if self._shown == (shown.start, shown.index):
            self.tile.votes(counts, answer, final)
        else:
            self._shown = (shown.start, shown.index)
            self.tile.present(shown.image, shown.label, shown.index, counts, answer, final)

    def _clear(self) -> None:
        if self._shown is not None:
            self._shown = None
            self.tile.present(None)

    def _votes(self, moment: Moment, shown: Presentation) -> tuple[np.ndarray | None, int | None]:
        """The votes so far and the answer they make. A drawing is presented over and over, and anew at every stroke:
        its answer stands until the next presentation is half over, and an empty pad has none."""
        if shown.label is not None or shown.image is None:
            return shown.votes, shown.answer
        if not shown.image.any():
            return None, None
        half_over = moment.t_ms >= (shown.start + shown.steps / 2) * self._session.playback.dt_ms
        told = shown if half_over else moment.finished
        return shown.votes, told.answer if told else None

    def hear(self, event: dict[str, Any]) -> None:
        """Take an event of the tile: a drawing, or that it is over."""
        if event["type"] == "draw":
            self._session.playback.present(np.asarray(event["image"], np.float32))
        elif event["type"] == "draw_clear":
            self._session.playback.present(None)


def counted(design: Design) -> str:
    """What the votes for a class are, for this design's training."""
    if reading(design.training).get("first"):
        return "Votes: the steps that were left when a neuron of the class first fired"
    node = answers(design)
    if node is None or part(design.node(node).kind).spikes:
        return "Votes: the spikes of each class"
    what = "membranes" if membrane(design, node) else "values"
    return f"Votes: the {what} of each class, added up over the steps"
