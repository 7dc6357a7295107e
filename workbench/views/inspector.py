"""One node at a time: what it is, its equation, its knobs, its weights."""

from __future__ import annotations

from typing import Any

import panel as pn

from components.knob_panel import KnobPanel
from components.weight_matrix import WeightMatrix
from workbench.design import Design
from workbench.design.shapes import shapes
from workbench.design.values import plain
from workbench.run.weights import Weights
from workbench.session import Session
from workbench.views.knobs import equation, node_knobs, stimulus_knobs, title


class InspectorView:
    """Shows the node selected last, or the stimulus where none is."""

    def __init__(self, session: Session) -> None:
        self._session = session
        document, selection = session.document, session.selection
        chosen = pn.bind(inspected, document.param.design, selection.param.nodes)
        self.knobs = KnobPanel(
            title=pn.bind(title, document.param.design, chosen),
            equation=pn.bind(equation, document.param.design, chosen),
            knobs=pn.bind(turned, document.param.design, chosen),
            dark=selection.param.dark,
            sizing_mode="stretch_width",
        )
        self.knobs.on_event(self._hear)
        self.matrix = WeightMatrix(
            dark=selection.param.dark, sizing_mode="stretch_width", visible=pn.bind(has_matrix, document.param.weights, chosen)
        )
        pn.bind(self._draw, document.param.weights, chosen, watch=True)

    def _hear(self, event: dict[str, Any]) -> None:
        if event["type"] != "set":
            return
        place, _, name = event["name"].rpartition(".")
        value, final = event["value"], bool(event.get("final", True))
        if place == "stimulus":
            old = plain(self._session.document.design.stimulus)
            new = {"kind": value} if name == "kind" else {**old, name: value}
            self._session.edit({"op": "change", "fields": {"stimulus": new}}, final=final)
        else:
            self._session.edit({"op": "set", "node": place, "params": {name: value}}, final=final)
