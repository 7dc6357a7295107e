"""One node at a time: what it is, its equation, its knobs, its weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import panel as pn

from components.knob_panel import KnobPanel
from components.weight_matrix import WeightMatrix
from workbench.design import Design
from workbench.run.weights import Weights
from workbench.session import Session
from workbench.views.knobs import equation, inspected, knobs, subtitle, title, turned


class InspectorView:
    """Shows the node selected last, or the stimulus where none is."""

    def __init__(self, session: Session) -> None:
        self._session = session
        document, selection = session.document, session.selection
        seen = (document.param.design, pn.bind(inspected, document.param.design, selection.param.nodes))
        self.knobs = KnobPanel(
            title=pn.bind(title, *seen),
            subtitle=pn.bind(subtitle, *seen),
            equation=pn.bind(equation, *seen),
            knobs=pn.bind(knobs, *seen),
            dark=selection.param.dark,
            sizing_mode="stretch_width",
        )
        self.knobs.on_event(self._hear)
        self.matrix = WeightMatrix(
            to=seen[1],
            source=pn.bind(feeder, *seen),
            dark=selection.param.dark,
            sizing_mode="stretch_width",
            margin=(8, 22),
        )
        session.inspected.listen(self._draw)
        shown = pn.bind(has_matrix, document.param.weights, seen[1])
        self.panel = pn.Column(
            self.knobs, pn.Column(self.matrix, visible=shown, sizing_mode="stretch_width"), sizing_mode="stretch_width"
        )

    def _hear(self, event: dict[str, Any]) -> None:
        design = self._session.document.design
        node = inspected(design, self._session.selection.nodes)
        edit = turned(design, node, event["name"], event["value"])
        if not self._session.edit(edit, final=event["final"]):
            self.knobs.refuse(event["name"], self._session.notice)
            self._session.say()

    def _draw(self, weights: Weights | None) -> None:
        node = inspected(self._session.document.design, self._session.selection.nodes)
        self.matrix.present(matrix(weights, node))


def matrix(weights: Weights | None, node: str) -> np.ndarray | None:
    """The weights (to, from) of a node, None where it has none."""
    found = (weights or {}).get(node, {}).get("weight")
    return found if found is not None and found.ndim == 2 else None


def has_matrix(weights: Weights | None, node: str) -> bool:
    """Whether there is a matrix to show. Asked of its shape alone: it may have to be drawn first."""
    return weights is not None and len(weights.shapes.get(node, {}).get("weight", ())) == 2


def feeder(design: Design, node: str) -> str:
    """The node whose values a node takes."""
    return next((wire.source_node for wire in design.into(node)), "in") if node else ""
