"""One node at a time: what it is, its equation, its knobs, its weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import panel as pn

from components.knob_panel import KnobPanel
from components.weight_matrix import WeightMatrix
from workbench.design import Design
from workbench.design.parts import part
from workbench.design.shapes import flow
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
        shown = pn.bind(has_matrix, document.param.design, document.param.weights, seen[1])
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
        design = self._session.document.design
        self.matrix.present(matrix(design, weights, inspected(design, self._session.selection.nodes)))


def matrix(design: Design, weights: Weights | None, node: str) -> np.ndarray | None:
    """The weights (to, from) of a connection; None where the node has none, or those of another size."""
    if weights is None or not has_matrix(design, weights, node):
        return None
    kind, values = part(design.node(node).kind), design.values(node)
    arriving = next(iter(flow(design).arriving(node)), None)
    weight = weights[node]["weight"]
    if arriving is None or kind.learned(values, arriving)["weight"] != weight.shape:
        return None
    return kind.matrix(values, arriving, weight)


def has_matrix(design: Design, weights: Weights | None, node: str) -> bool:
    """Whether there is a matrix to show. Asked of its shape alone: it may have to be drawn first."""
    connects = node in design and part(design.node(node).kind).group == "connections"
    return connects and weights is not None and bool(weights.shapes.get(node, {}).get("weight"))


def feeder(design: Design, node: str) -> str:
    """The node whose values a node takes."""
    return next((wire.source_node for wire in design.into(node)), "in") if node else ""
