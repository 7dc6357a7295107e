"""The sample on show, the network's votes on it, and the pad to draw one's own."""

from __future__ import annotations

from typing import Any

import numpy as np

from components.sample_tile import SampleTile
from workbench.session import Session
from workbench.session.playback import Moment


class TileView:
    """Follows the presentation; a drawn digit is presented instead of the data until the visitor goes back."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._shown: tuple[int, int | None] | None = None
        self.tile = SampleTile(dark=session.selection.param.dark, sizing_mode="stretch_both")
        self.tile.on_event(self._hear)
        session.playback.moments.listen(self._show)

    def _show(self, moment: Moment) -> None:
        shown = moment.presentation
        if shown is None:
            if self._shown is not None:
                self._shown = None
                self.tile.present(None)
            return
        if self._shown != (shown.start, shown.index):
            self._shown = (shown.start, shown.index)
            self.tile.present(shown.image, shown.label, shown.index)
        if moment.classifies:
            self.tile.votes(shown.votes, shown.answer)
        else:
            self.tile.votes(None)  # what fires there are no classes

    def _hear(self, event: dict[str, Any]) -> None:
        if event["type"] == "draw":
            self._session.playback.present(np.asarray(event["image"], np.float32))
        elif event["type"] == "draw_clear":
            self._session.playback.present(None)
