"""Whether a design can be trained, and in one sentence why not: the same for the page, the commands and a script."""

from __future__ import annotations

from workbench.design.document import Design
from workbench.design.memory import untrainable
from workbench.design.parts import part
from workbench.design.plan import reachable

NOTHING_LEARNS = "Add a Linear to train it."


def classifies(design: Design) -> bool:
    """Whether the design answers to a data set with marked classes, and what it answers with runs."""
    answering = design.output is not None and design.output.partition(".")[0] in reachable(design)
    return design.stimulus["kind"] == "data" and answering


def unlearnable(design: Design) -> str:
    """Why this design cannot be trained, none of whose errors is told here; empty where it can."""
    if not any(part(node.kind).group == "connections" for node in design.nodes):
        return NOTHING_LEARNS
    if design.stimulus["kind"] != "data":
        return "Show a data set to train on."
    if not classifies(design):
        return "No layer gives the answer: mark one under Inspect, or wire a Readout."
    from workbench.design.rules.teaching import unteachable

    return unteachable(design) or untrainable(design)
