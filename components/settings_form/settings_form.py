"""SettingsForm: labelled numbers and choices, a line each."""

from __future__ import annotations

import param

from components.base import Component


class SettingsForm(Component):
    """A form without a button: every field acts by itself.

    Event: ``{"type": "set", "name", "value"}``, when a choice is made or a number confirmed (Enter, or leaving the
    field). A number outside the bounds is refused here with a sentence, and nothing is sent. A refusal stands until the
    next key or press anywhere, or until ``fields`` changes.
    """

    title = param.String(default="", doc="Heading of the form.")
    fields = param.List(
        default=[],
        doc="""[{"name", "label", "value", "choices", "lo", "hi", "step", "unit", "meaning"}]: with ``choices`` (texts,
        or {"value", "label"}) a select, else a number within the bounds that are given; a whole ``step`` takes whole
        numbers only. ``meaning`` is read on hover.""",
    )

    def refuse(self, name: str, message: str) -> None:
        """Say under the field ``name`` why its last value was not taken; the field shows ``fields`` again."""
        self._send_msg({"type": "refuse", "name": name, "message": message})
