"""What the inspector shows of a node or the stimulus, as plain data, and the edit that a turned knob asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from workbench.design import Design
from workbench.design.edit import Edit
from workbench.design.params import Param
from workbench.design.parts import part
from workbench.design.settings import reading, stimuli
from workbench.design.values import Values, plain
from workbench.views.captions import about, answers, symbol

STIMULI = {"data": "a data set", "current": "a constant current", "pulse": "current pulses", "poisson": "random spikes"}
CURRENTS = ("current", "pulse")  # stimuli whose amplitude is a current
NAMED = {"spike_grad": "surrogate", "state_quant": "levels"}
"""What stands before the numbers of a named parameter, which may be called like a neuron's own."""
ANSWER = "answer"  # the knob that marks the output; no part has a parameter of this name
USUAL_CURRENT = 0.5
NUMBERS = re.compile(r"[-+.\deE]+")


def inspected(design: Design, nodes: list[str]) -> str:
    """The node selected last that is still there; nothing where none is."""
    return next((node for node in reversed(nodes) if node in design), "")


def title(design: Design, node: str) -> str:
    """What the inspector is about."""
    return f"{part(design.node(node).kind).title} · {node}" if node else "Stimulus"


def subtitle(design: Design, node: str) -> str:
    """One sentence on it."""
    if not node:
        return "What every Input receives."
    return about(design, node)


def equation(design: Design, node: str) -> list[str]:
    """One step of the neuron as LaTeX; nothing for parts that have no equation."""
    if not node or part(design.node(node).kind).group != "neurons":
        return []
    kind, values = part(design.node(node).kind), design.values(node)
    return [
        _latex(
            kind.kind,
            Values({name: value[:1] * 2 if isinstance(value, tuple) else value for name, value in values.items()}),
        )
    ]


@lru_cache(maxsize=256)
def _latex(kind: str, values: Values) -> str:
    """The equation of two such neurons: of a row it tells that it is one, not how long."""
    known: Any = part(kind)
    return known.small(values).latex()


def knobs(design: Design, node: str) -> list[dict[str, Any]]:
    """Every parameter as a knob; an Input brings those of the stimulus, which is what comes in there."""
    found = [] if node and part(design.node(node).kind).group != "inputs" else _stimulus(design)
    if node:
        kind, values = part(design.node(node).kind), design.values(node)
        for param in kind.params:
            one = _named if param.form == "named" else _single
            rows = one(param, values[param.name], node)
            if param.name in kind.begins:
                rows[0]["default"] = kind.begins[param.name]
            found += rows
        found += _answer(design, node)
    return found


def turned(design: Design, node: str, name: str, value: Any) -> Edit:
    """The edit that setting knob `name` means."""
    if name == ANSWER:
        return {"op": "change", "fields": {"output": f"{node}.out" if value else None}}
    known = {param.name: param for param in part(design.node(node).kind).params} if node else {}
    if name in known:
        return {"op": "set", "node": node, "params": {name: _read(known[name], value)}}
    for owner, prefix in NAMED.items():
        if owner in known and name.startswith(f"{prefix}_"):
            chosen = _chosen(known[owner], design.values(node)[owner], name.removeprefix(f"{prefix}_"), value)
            return {"op": "set", "node": node, "params": {owner: chosen}}
    said = {"kind": value} if name == "kind" else {**plain(design.stimulus), name: value}
    # What is shown is what is learned: the page has one choice of data, though a design may hold two.
    learned = {"training": {"data": value}} if name == "data" else {}
    return {"op": "change", "fields": {"stimulus": said, **learned}}


def knob(param: Param, value: Any, owner: str) -> dict[str, Any]:
    """One parameter of `owner` as plain data for the knob panel. What may be empty, and shapes, are written as text."""
    row = {
        "name": param.name,
        "where": f"{owner}.{param.name}",
        "symbol": symbol(param.symbol),
        "unit": param.unit,
        "value": plain(value),
        "default": plain(param.default),
        "lo": param.lo,
        "hi": param.hi,
        "meaning": sentence(param.meaning),
        "source": param.source,
        "structural": param.structural,
    }
    if param.choices:
        row["choices"] = [{"value": choice, "label": choice.replace("_", " ")} for choice in param.choices]
    if param.form == "whole":
        row["step"] = 1
    if param.optional or param.form == "shape":
        row |= {"value": _written(value), "placeholder": param.empty}
    elif param.form == "whole" and (param.hi or 0) > 10_000:
        row["slider"] = False  # over millions it moves in useless leaps
    return row


def sentence(words: str) -> str:
    """Words of a declaration as a sentence."""
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")


def _stimulus(design: Design) -> list[dict[str, Any]]:
    said = design.stimulus
    choices = [{"value": kind, "label": STIMULI.get(kind, kind)} for kind in stimuli()]
    first = {"name": "kind", "label": "input", "symbol": "", "value": said["kind"], "choices": choices}
    rows = [knob(param, said[param.name], "stimulus") | {"structural": False} for param in stimuli()[said["kind"]]]
    named = {"label": "current"} if said["kind"] in CURRENTS else {}
    return [first, *(row | named | _reach(row["value"]) if row["name"] == "amplitude" else row for row in rows)]


def _reach(amplitude: float) -> dict[str, float]:
    """The slider of a current covers what a neuron notices, at a step its edge can be found with; more can be typed."""
    if 0 <= amplitude <= USUAL_CURRENT:
        return {"from": 0.0, "to": USUAL_CURRENT, "step": 0.001}
    return {}


def _answer(design: Design, node: str) -> list[dict[str, Any]]:
    """Whether it answers, where there is something to answer to: a network is trained on the spikes of this layer."""
    kind = part(design.node(node).kind)
    if design.stimulus["kind"] != "data" or (kind.group != "neurons" and kind.kind != "Readout"):
        return []
    if kind.group == "neurons" and not kind.spikes:
        meaning = (
            "Training is about the values of this layer: the class of the neuron with the largest sum is what it says."
        )
    else:
        which = "first" if reading(design.training).get("first") else "most"
        meaning = (
            f"Training is about the spikes of this layer: the class of the neuron that fires {which} is what it says."
        )
    fixed = {"name": ANSWER, "label": "gives the answer", "symbol": "", "meaning": meaning, "structural": True}
    return [{**fixed, "value": answers(design, node)}]


def _single(param: Param, value: Any, owner: str) -> list[dict[str, Any]]:
    return [knob(param, value, owner)]


def _named(param: Param, value: Any, owner: str) -> list[dict[str, Any]]:
    """A named parameter as a choice, then the numbers of what is chosen; what may be empty can be chosen to be so."""
    variants: Mapping[str, tuple[Param, ...]] = param.variants or {}
    name = value["name"] if value else param.empty
    choice = {
        "name": f"{NAMED[param.name]}_name",
        "label": NAMED[param.name],
        "symbol": "",
        "value": name,
        "choices": list(variants) if param.empty in variants else [param.empty, *variants],
        "meaning": param.meaning,
        "structural": True,
    }
    where = f"{owner}.{param.name}"
    numbers = [knob(number, (value or {}).get(number.name, number.default), where) for number in variants.get(name, ())]
    # A slider from 0.001 to 100,000 is of no use: these are typed.
    return [choice, *(row | {"name": f"{NAMED[param.name]}_{row['name']}", "slider": False} for row in numbers)]


def _chosen(param: Param, value: Any, name: str, new: Any) -> Any:
    """The value of a named parameter after `name`, one of its knobs, was set to `new`.

    Another name keeps those numbers that it has as well.
    """
    variants: Mapping[str, tuple[Param, ...]] = param.variants or {}
    if name != "name":
        known = {number.name: number for number in variants.get(value["name"] if value else param.empty, ())}
        said = _read(known[name], new) if name in known else new
        return {**(plain(value) or {"name": param.empty}), name: said}
    if new == param.empty and new not in variants:
        return None
    shared = {number.name for number in variants.get(new, ())}
    return {"name": new} | {key: item for key, item in (plain(value) or {}).items() if key in shared}


def _written(value: Any) -> str:
    """A value that may be empty, as text: (8, 8) is "8, 8"."""
    if value is None:
        return ""
    return ", ".join(f"{entry:g}" for entry in value) if isinstance(value, tuple) else f"{value:g}"


def _read(param: Param, value: Any) -> Any:
    """What was typed for such a value; text that holds no numbers stays, and the design refuses it by a sentence."""
    if not isinstance(value, str) or param.choices:
        return value
    if not value.strip():
        return None
    words = re.split(r"[\s,;×x]+", value.strip().strip("[]()"))
    if not all(NUMBERS.fullmatch(word) for word in words):
        return value
    numbers = [_number(word) for word in words]
    return numbers if param.form == "shape" or len(numbers) > 1 else numbers[0]


def _number(word: str) -> Any:
    try:
        found = float(word)
    except ValueError:
        return word
    return int(found) if found.is_integer() else found
