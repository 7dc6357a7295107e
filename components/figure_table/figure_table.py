"""FigureTable: figures in groups, with their unit, how they were found, and of what."""

from __future__ import annotations

import param

from components.base import Component


class FigureTable(Component):
    """A table to read; it has no events. Rows of one ``layer`` that follow each other stand under its name."""

    title = param.String(default="", doc="Heading of the table, also its name for screen readers.")
    note = param.String(default="", doc="One sentence below the heading.")
    rows = param.List(
        default=[],
        doc="""[{"name", "layer", "value", "unit", "kind", "of", "total"}]: ``value`` a number (written with separators
        and at most four significant decimals) or a text, ``kind`` "exact", "measured", "fitted" or "modelled", ``of``
        what it was found on, ``total`` true for a sum, in bold.""",
    )
    stale = param.Boolean(default=False, doc="Whether the figures are those of an earlier design.")
    empty = param.String(default="", doc="What stands there without rows.")
