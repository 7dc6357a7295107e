"""The Hardware tab: what the network costs, each figure with where it comes from."""

from __future__ import annotations

from typing import Any

import panel as pn

from components.figure_table import FigureTable
from workbench.hardware.rows import Row
from workbench.session import Session
from workbench.session.learning import Measured


class HardwareView:
    """A table of figures; greyed while the network drawn is another than the one measured."""

    def __init__(self, session: Session) -> None:
        self.table = FigureTable(
            dark=session.selection.param.dark,
            stale=pn.bind(bool, session.playback.param.broken),
            sizing_mode="stretch_width",
        )
        session.learning.measured.listen(self._show)

    def _show(self, measured: Measured) -> None:
        if measured.cost is not None:
            self.table.rows = [table_row(row) for row in measured.cost]


def table_row(row: Row) -> dict[str, Any]:
    """One figure as plain data; sums are the rows of the whole network."""
    return {**row.to_json(), "total": row.layer == ""}
