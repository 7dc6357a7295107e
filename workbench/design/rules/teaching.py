"""The training plan: a loss that can judge what answers, and penalties on rates that some layer has.

All of it is noted only, for the network runs without; `learnable.py` says why it cannot be trained like that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.design.answering import NO_MEMBRANE, answerer, classifies, hidden, membrane
from workbench.design.document import Design
from workbench.design.fixes import Fix
from workbench.design.parts import part
from workbench.design.problem import Problem
from workbench.design.sentences import clip, figure, steps
from workbench.design.settings import BOUNDED, applying
from workbench.design.shapes import Flow


def judged(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """A loss of spikes needs an answer that fires, one of membranes an answer that has them, only some count several
    neurons for a class, and a step in which a spike is wanted is one of the presentation."""
    if not classifies(design):
        return
    from workbench.engine.losses import BY_FIRST_SPIKE, OF_POPULATIONS, ON_MEMBRANES

    loss, each = design.training["loss"], design.training["population"]
    node, _, port = (design.output or "").partition(".")
    answering = answerer(design, node)
    said, ways = "", [change("Judge rates instead", {"loss": "ce_rate"})]
    if each > 1 and loss not in OF_POPULATIONS:
        said = f"training: {loss} judges one neuron for each class, population is {each}; choose another or set it to 1"
        ways.append(change("Set population to 1", {"population": 1}))
    elif loss in ON_MEMBRANES and membrane(design, answering) is None:
        said = NO_MEMBRANE.format(loss=loss, node=node)
    elif loss in BY_FIRST_SPIKE and not part(design.node(answering).kind).spikes:
        said = f"training: {loss} judges first spikes, {node} sends none; choose a loss of rates or of membranes"
    if said:
        yield Problem("note", node, port, clip(f"{said}."), tuple(ways), "loss")
    yield from _beyond(design)


def _beyond(design: Design) -> Iterator[Problem]:
    """Steps that the loss asks for and a presentation does not have; negative ones count from its end."""
    there = design.training["steps"]
    for setting in (param.name for param in applying(design.training) if param.unit == "step"):
        step = design.training[setting]
        if -there <= step < there:
            continue
        nearest = min(max(step, -there), there - 1)
        words = f"training.{setting}: must be from -{there} to {there - 1}, a presentation has {steps(there)}"
        way = change(f"Set it to {nearest}", {setting: nearest})
        yield Problem("note", None, None, f"{words}, got {figure(step)}; set it to {nearest}.", (way,), "loss")


def bounded(design: Design, found: Flow, alive: set[str]) -> Iterator[Problem]:
    """Penalties on rates: rates that a step can hold, of hidden layers that are there (else nothing is judged)."""
    settings = design.training
    asked = [name for name in BOUNDED if settings[name]]
    if not asked or not classifies(design):
        return
    fastest = 1000 / design.dt_ms
    for name in asked:
        rate = BOUNDED[name]
        if rate and settings[rate] > fastest:
            words = f"training.{rate}: must be at most {fastest:g} Hz, one spike a step, got {figure(settings[rate])}"
            yield Problem(
                "note", None, None, f"{words}; lower it.", (change(f"Set it to {fastest:g}", {rate: fastest}),), "rates"
            )
    if not hidden(design):
        words = f"training.{asked[0]}: no hidden layer fires, so it has no rates to judge; add one or set it to 0."
        yield Problem("note", None, None, words, (change("Set it to 0", dict.fromkeys(asked, 0.0)),), "hidden")


def change(label: str, training: Mapping[str, Any]) -> Fix:
    """Another training plan."""
    return Fix(label, ({"op": "change", "fields": {"training": dict(training)}},))
