"""Whether a design can be trained, and in one sentence why not: the same for the page, the commands and a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from workbench.design.answering import classifies
from workbench.design.document import Design
from workbench.design.memory import untrainable
from workbench.design.parts import part
from workbench.design.plan import reachable
from workbench.design.problem import Problem
from workbench.design.rules.teaching import bounded, judged
from workbench.design.sentences import clip
from workbench.design.shapes import Flow, flow

NOTHING_LEARNS = "Add a Linear to train it."


def unlearnable(design: Design) -> str:
    """Why this design cannot be trained, none of whose errors is told here; empty where it can."""
    if not any(part(node.kind).group == "connections" for node in design.nodes):
        return NOTHING_LEARNS
    if design.stimulus["kind"] != "data":
        return "Show a data set to train on."
    if design.output is None:
        return "Mark the layer that answers, under Inspect."
    if not classifies(design):
        return f"What answers, {clip(design.output.partition('.')[0], 20)}, is not wired yet."
    return unjudged(design) or unbounded(design) or untrainable(design)


def unjudged(design: Design) -> str:
    """Why its loss cannot judge what answers, in one sentence; empty where it can."""
    return _said_by(judged, design)


def unbounded(design: Design) -> str:
    """Why its penalties on rates cannot be reckoned, in one sentence; empty where they can. Training alone has them."""
    return _said_by(bounded, design)


def _said_by(rule: Callable[[Design, Flow, set[str]], Iterator[Problem]], design: Design) -> str:
    """The first thing a rule says that hinders; no layer to judge the rates of does not."""
    found = rule(design, flow(design), reachable(design))
    return next((problem.message for problem in found if problem.rule != "hidden"), "")
