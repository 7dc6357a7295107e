"""TitleBar: name, saved state, undo and redo with their history, open, save, theme, help."""

from __future__ import annotations

import param

from components.base import Component


class TitleBar(Component):
    """The ends of the page's first line; its middle stays free for the transports.

    Events: ``{"type": "rename", "name"}`` (Enter or leaving the field, only when the text changed and is not empty),
    ``{"type": "undo"}``, ``{"type": "redo"}``, ``{"type": "jump", "position"}`` (a step of the history was chosen),
    ``{"type": "open"}``, ``{"type": "save"}``, ``{"type": "share"}``, ``{"type": "theme", "dark"}``,
    ``{"type": "help"}``.
    """

    title = param.String(default="", doc="The design's name; Esc in its field brings it back.")
    saved = param.String(
        default="", doc="“saved”, “saving…”, “not saved: disk full”; what begins with “not” is marked as wrong."
    )
    history = param.List(default=[], doc="What every step did, oldest first, such as “wire fc1 → hidden”.")
    position = param.Integer(default=0, doc="Index in ``history`` of the step that the page shows.")

    def refuse(self, message: str) -> None:
        """Say under the name why the last one was not taken; the field shows ``title`` again."""
        self._send_msg({"type": "refuse", "message": message})
