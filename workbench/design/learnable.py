"""Whether a design can be trained, and in one sentence why not: the same for the page, the commands and a script."""

from __future__ import annotations

from workbench.design.answering import classifies
from workbench.design.document import Design
from workbench.design.memory import untrainable
from workbench.design.parts import part
from workbench.design.plan import reachable
from workbench.design.rules.teaching import bounded, judged
from workbench.design.shapes import flow

NOTHING_LEARNS = "Add a Linear to train it."


def unlearnable(design: Design) -> str:
    """Why this design cannot be trained, none of whose errors is told here; empty where it can."""
    if not any(part(node.kind).group == "connections" for node in design.nodes):
        return NOTHING_LEARNS
    if design.stimulus["kind"] != "data":
        return "Show a data set to train on."
    if not classifies(design):
        return "No layer gives the answer: mark one under Inspect, or wire a Readout."
    return unteachable(design) or untrainable(design)


def unteachable(design: Design) -> str:
    """Why its training plan cannot be followed, in one sentence; empty where it can."""
    found, alive = flow(design), reachable(design)
    wrong = (problem for rule in (judged, bounded) for problem in rule(design, found, alive))
    return next((problem.message for problem in wrong if problem.rule != "hidden"), "")
