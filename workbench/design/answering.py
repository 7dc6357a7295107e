"""Who answers: the layer whose values the output gives, and the layers that fire without answering."""

from __future__ import annotations

from workbench.design.document import Design
from workbench.design.parts import part
from workbench.design.plan import plan, reachable

MEMBRANES = ("mem", "v")  # how neurons call theirs
LAYING = ("Readout", "Flatten", "Reshape")  # what gives the values it takes, laid out anew
NO_MEMBRANE = "training: {loss} judges membranes, {node} has none; choose a loss of spikes"


def classifies(design: Design) -> bool:
    """Whether the design answers to a data set with marked classes, and what it answers with runs."""
    answering = design.output is not None and design.output.partition(".")[0] in reachable(design)
    return design.stimulus["kind"] == "data" and answering


def answerer(design: Design, node: str) -> str:
    """The part whose values `node` gives: behind a readout, and what only lays values out anew, the layer before."""
    for _ in design.nodes:
        wires = design.into(node)
        if design.node(node).kind not in LAYING or not wires:
            break
        node = wires[0].source_node
    return node


def answers(design: Design) -> str | None:
    """The part that answers when the design runs, None where nothing does."""
    output = plan(design).output
    return answerer(design, output.partition(".")[0]) if output else None


def membrane(design: Design, node: str) -> str | None:
    """The state of a node that is its membrane, None where it has none."""
    return next((state for state in part(design.node(node).kind).states if state in MEMBRANES), None)


def hidden(design: Design) -> list[str]:
    """The layers of neurons that fire and run, but do not answer."""
    last = answers(design)
    kinds = {node: part(design.node(node).kind) for node in plan(design).order}
    return [node for node, kind in kinds.items() if kind.group == "neurons" and kind.spikes and node != last]
