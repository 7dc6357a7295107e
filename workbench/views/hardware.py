"""The Hardware tab: what the network costs, each figure with where it comes from."""

from __future__ import annotations

from typing import Any

import panel as pn

from components.figure_table import FigureTable
from workbench.design import Design
from workbench.hardware.rows import Estimate, Row
from workbench.session import Session
from workbench.session.measured import Measured


class HardwareView:
    """A table of figures; greyed while the network drawn is another than the one measured, empty for another design."""

    def __init__(self, session: Session) -> None:
        learning, design = session.learning, session.document.param.design
        self._session = session
        self.table = FigureTable(
            dark=session.selection.param.dark,
            stale=pn.bind(outdated, learning.param.running, learning.param.costed, design),
            sizing_mode="stretch_width",
        )
        learning.measured.listen(self._show)
        session.edited.listen(self._follow)

    def _show(self, measured: Measured) -> None:
        if measured.cost is not None:
            self.table.rows = table_rows(measured.cost)

    def _follow(self, design: Design) -> None:
        """Another design may have been opened: nothing is known of it yet."""
        known = self._session.learning.costed
        if known is not None and known.design.id != design.id:
            self.table.rows = []


def outdated(training: bool, known: Measured | None, design: Design) -> bool:
    """Whether the figures are those of another network, or of weights that training has left behind."""
    return training or (known is not None and not known.of(design))


def table_rows(cost: Estimate) -> list[dict[str, Any]]:
    """The whole network first, then layer by layer, where what is nothing is left out."""
    layers = dict.fromkeys(row.layer for row in cost)
    rows = [row for layer in layers for row in cost if row.layer == layer and (row.value or not layer)]
    return [table_row(row) for row in rows]


def table_row(row: Row) -> dict[str, Any]:
    """One figure as plain data; a unit that only repeats the name is not written."""
    unit = "" if row.unit == row.name else row.unit
    layer = row.layer or "whole network"
    return {**row.to_json(), "layer": layer, "unit": unit, "total": not row.layer}
