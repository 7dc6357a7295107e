"""PartsPalette: the parts one can put on the canvas, in groups, with a search on top."""

from __future__ import annotations

import param

from components.base import Component


class PartsPalette(Component):
    """A list of parts to drag, click or insert by keyboard.

    Dragging an item carries its kind as ``application/x-snn-part``. Event: ``{"type": "insert", "kind"}`` on click or
    Enter. ``/`` goes to the search, up and down move through the items, from and to the search.
    """

    groups = param.List(
        default=[],
        allow_refs=True,
        doc="""[{"name", "parts": [{"kind", "title", "meaning", "picture"}]}]; ``picture`` is the ``d``
        of an SVG path, drawn as a line in a box of 24 × 16, or empty; ``meaning`` is shown while the pointer rests on
        the part, and is searched too.""",
    )

    def find(self) -> None:
        """Move the keyboard to the search."""
        self._send_msg({"type": "find"})
