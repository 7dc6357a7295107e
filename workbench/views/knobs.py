"""What the inspector shows of a node or the stimulus: title, equation and knobs, as plain data."""

from __future__ import annotations

from typing import Any

from workbench.design import Design
from workbench.design.params import Param
from workbench.design.parts import part
from workbench.design.settings import stimuli
from workbench.design.values import plain
from workbench.views.captions import symbol

SLIDER_STEPS = 200
STIMULI = {"data": "a data set", "current": "a constant current", "pulse": "pulses of current", "poisson": "random spikes"}


def inspected(design: Design, nodes: list[str]) -> str:
    """The node selected last that is still there; nothing where none is."""
    return next((node for node in reversed(nodes) if node in design), "")


def title(design: Design, node: str) -> str:
    """What the inspector is about."""
    if not node:
        return "Stimulus"
    return f"{part(design.node(node).kind).title} · {node}"


def equation(design: Design, node: str) -> list[str]:
    """One step of the neuron as lines of LaTeX; nothing for parts that have no equation."""
    if not node or part(design.node(node).kind).group != "neurons":
        return []
    import torch

    return [part(design.node(node).kind).make(design.values(node), (1,), torch.Generator()).latex()]


def knobs(design: Design, node: str) -> list[dict[str, Any]]:
    """Every parameter as a knob; an Input brings those of the stimulus, which is what comes in there."""
    if not node:
        return stimulus_knobs(design)
    kind, values = part(design.node(node).kind), design.values(node)
    own = [knob(f"{node}.{p.name}", p, values[p.name]) for p in kind.params]
    return [*stimulus_knobs(design), *own] if kind.group == "inputs" else own


def stimulus_knobs(design: Design) -> list[dict[str, Any]]:
    """What comes in: its kind, then the numbers of that kind."""
    said = design.stimulus
    kinds = Param("kind", "choice", "current", "What comes in at every Input.", choices=tuple(stimuli()))
    first = knob("stimulus.kind", kinds, said["kind"]) | {"labels": [STIMULI[kind] for kind in stimuli()]}
    return [first, *(knob(f"stimulus.{p.name}", p, said[p.name]) for p in stimuli()[said["kind"]])]


def knob(name: str, param: Param, value: Any) -> dict[str, Any]:
    """One parameter as plain data for the knob panel."""
    return {
        "name": name,
        "label": param.name.replace("_", " "),
        "symbol": symbol(param.symbol),
        "unit": "" if param.unit == "1" else param.unit,
        "form": param.form,
        "value": plain(value),
        "default": plain(param.default),
        "lo": param.lo,
        "hi": param.hi,
        "choices": list(param.choices or (param.variants or ())),
        "variants": {key: [number.name for number in numbers] for key, numbers in (param.variants or {}).items()},
        "meaning": param.meaning,
        "source": param.source,
        "optional": param.optional,
        "empty": param.empty,
        "structural": param.structural,
    }
