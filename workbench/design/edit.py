"""Edits as plain data, and their names in the undo list.

An edit is `{"op": …}` with its arguments; a gesture is a row of edits that is done and undone as one:

    add {kind, id?, position?, params?}      set {node, params}               move {positions: {id: [x, y]}}
    wire {source, target, delay?}            unwire {source, target}          delay {source, target, delay}
    remove {nodes?, wires?: [[source, target]]}                               rename {name}
    rename_node {node, id}                   change {fields: {seed: …, stimulus: …, training: …, output: …, probes: …}}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workbench.design.document import Design
from workbench.design.parts import part
from workbench.design.sentences import DesignError, clip, closest, shown, steps
from workbench.design.values import plain

Edit = Mapping[str, Any]


def apply(design: Design, edits: Sequence[Edit]) -> Design:
    """The design after all `edits`, or `DesignError` and none of them."""
    for edit in edits:
        op = edit.get("op")
        if op not in _OPS:
            raise DesignError(f"There is no edit {shown(op)}; {closest(op, _OPS)}.")
        try:
            design = _OPS[op](design, edit)
        except KeyError as missing:
            raise DesignError(f"The edit {op} needs {missing.args[0]}; add it.") from None
    return design


def _add(design: Design, edit: Edit) -> Design:
    params = dict(edit.get("params") or {})
    return design.add(edit["kind"], id=edit.get("id"), position=edit.get("position"), **params)


def _remove(design: Design, edit: Edit) -> Design:
    for source, target in edit.get("wires", ()):
        design = design.unwire(source, target)
    return design.remove(edit.get("nodes", ()))


_OPS: dict[Any, Callable[[Design, Edit], Design]] = {
    "add": _add,
    "set": lambda design, edit: design.set(edit["node"], **edit["params"]),
    "move": lambda design, edit: design.move(edit["positions"]),
    "wire": lambda design, edit: design.wire(edit["source"], edit["target"], edit.get("delay", 0)),
    "unwire": lambda design, edit: design.unwire(edit["source"], edit["target"]),
    "delay": lambda design, edit: design.delay(edit["source"], edit["target"], edit["delay"]),
    "remove": _remove,
    "rename": lambda design, edit: design.rename(edit["name"]),
    "rename_node": lambda design, edit: design.rename_node(edit["node"], edit["id"]),
    "change": lambda design, edit: design.with_(**edit["fields"]),
}


def label(design: Design, edits: Sequence[Edit]) -> str:
    """What the undo list calls this gesture on `design`: "Add Leaky lif1", "β of hidden 0.9 → 0.8"."""
    if not edits:
        return "Nothing"
    if len(edits) == 1:
        return clip(_LABELS[edits[0]["op"]](design, edits[0]), 60)
    # Only unwiring and moving can come before the first that tells, so it makes sense on `design` as it is.
    first = next((edit for edit in edits if edit["op"] not in ("unwire", "move")), None)
    return clip(f"{label(design, [first])} and {len(edits) - 1} more", 60) if first else f"{len(edits)} changes"


def _ends(edit: Edit) -> str:
    return f"{edit['source'].partition('.')[0]} → {edit['target'].partition('.')[0]}"


def _label_set(design: Design, edit: Edit) -> str:
    node, params = edit["node"], edit["params"]
    if len(params) != 1:
        return f"{', '.join(params)} of {node}"
    ((name, value),) = params.items()
    param = part(design.node(node).kind).param(name)
    return f"{letter(param.symbol) or name} of {node} {_value(design.values(node)[name])} → {_value(value)}"


def _label_remove(design: Design, edit: Edit) -> str:
    nodes, wires = list(edit.get("nodes", ())), list(edit.get("wires", ()))
    if nodes:
        return f"Remove {in_words(nodes)}"
    if len(wires) == 1:
        return f"Unwire {_ends({'source': wires[0][0], 'target': wires[0][1]})}"
    return f"Remove {len(wires)} wires"


def _label_change(design: Design, edit: Edit) -> str:
    fields = edit["fields"]
    if set(fields) == {"stimulus", "training"} and "data" in fields["training"]:
        return f"Data {_value(design.training['data'])} → {_value(fields['training']['data'])}"
    if len(fields) != 1:
        return f"Change {', '.join(fields)}"
    ((name, value),) = fields.items()
    match name, value:
        case "output", _:
            return f"Mark {str(value).partition('.')[0]} as output" if value else "Mark no output"
        case "stimulus" | "training" | "hardware", Mapping():
            old = getattr(design, name)
            changed = [key for key in value if plain(old.get(key)) != plain(value[key])]
            if len(changed) == 1:
                return f"{name.capitalize()}: {changed[0]} {_value(old.get(changed[0]))} → {_value(value[changed[0]])}"
            return f"Change {name}"
        case "seed" | "dt_ms", _:
            return f"{name} {_value(getattr(design, name))} → {_value(value)}"
    return f"Change {name}"


_LABELS: dict[Any, Callable[[Design, Edit], str]] = {
    "add": lambda design, edit: f"Add {edit['kind']} {edit.get('id') or design.free_id(edit['kind'])}",
    "set": _label_set,
    "move": lambda design, edit: f"Move {in_words(list(edit['positions']))}",
    "wire": lambda design, edit: f"Wire {_ends(edit)}",
    "unwire": lambda design, edit: f"Unwire {_ends(edit)}",
    "delay": lambda design, edit: f"Delay {_ends(edit)} by {steps(edit['delay'])}",
    "remove": _label_remove,
    "rename": lambda design, edit: f"Rename to {edit['name']}",
    "rename_node": lambda design, edit: f"Rename {edit['node']} to {edit['id']}",
    "change": _label_change,
}

_GREEK = {
    r"\alpha": "α", r"\beta": "β", r"\gamma": "γ", r"\delta": "δ", r"\Delta": "Δ", r"\epsilon": "ε", r"\eta": "η",
    r"\theta": "θ", r"\kappa": "κ", r"\lambda": "λ", r"\mu": "μ", r"\rho": "ρ", r"\sigma": "σ", r"\tau": "τ",
    r"\phi": "φ", r"\omega": "ω",
}  # fmt: skip


def letter(symbol: str) -> str:
    """The Greek letter of a LaTeX symbol such as \\beta, else nothing: names read better than Latin letters."""
    return _GREEK.get(symbol, "")


def _value(value: Any) -> str:
    if value is None:
        return "automatic"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Mapping) and "name" in value:
        return str(value["name"])
    return clip(value, 20) if isinstance(value, str) else clip(shown(plain(value)), 20)


def in_words(nodes: Sequence[str]) -> str:
    """These nodes in the name of a gesture: "fc1", "fc1 and hidden", "3 parts"."""
    return " and ".join(nodes) if len(nodes) <= 2 else f"{len(nodes)} parts"
