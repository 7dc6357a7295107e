"""DesignList: things to open, in groups: designs, starters, lessons."""

from __future__ import annotations

import param

from components.base import Component


class DesignList(Component):
    """A list whose items open on click or Enter; what else can be done with one stands beside it.

    Events: ``{"type": "open", "id"}``, ``{"type": "duplicate", "id"}``, ``{"type": "delete", "id"}`` (after a second
    click that confirms it), ``{"type": "action"}`` (the button on top).
    """

    items = param.List(
        default=[],
        doc="""[{"id", "title", "meaning", "group", "can"}]: ``can`` lists further actions, "duplicate" and "delete";
        left out, none. Items of one ``group`` that follow each other stand under its name.""",
    )
    current = param.String(default="", doc="Id of the item that is open.")
    action = param.String(default="", doc="Label of a button on top, such as “New design”; empty: none.")
    empty = param.String(default="", doc="What stands there without items.")
