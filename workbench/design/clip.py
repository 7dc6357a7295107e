"""Parts as text, to copy and paste: `{"snn-workbench": 1, "nodes": […], "wires": […]}`, entries as in a design file.

The text holds the parts and the wires between them. It is read as strictly as a design, by the same readers.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from workbench.design import grammar
from workbench.design.document import Design
from workbench.design.edit import Edit
from workbench.design.elements import Node, Wire
from workbench.design.files import parse
from workbench.design.parts import part
from workbench.design.reading import read_nodes, read_wires
from workbench.design.sentences import DesignError, given
from workbench.design.values import plain

MARK, VERSION = "snn-workbench", 1
OFFSET_PX = 40
"""How far a copy lies from what it would cover, to the right and below."""


def copied(design: Design, nodes: Iterable[str]) -> str:
    """These parts and the wires between them as text; raises `DesignError` where one is not there."""
    chosen = {design.node(node).id for node in nodes}
    document = design.to_json()
    inner = [wire for wire in design.wires if {wire.source_node, wire.target_node} <= chosen]
    content = {
        MARK: VERSION,
        "nodes": [node for node in document["nodes"] if node["id"] in chosen],
        "wires": [{"from": wire.source, "to": wire.target, "delay": wire.delay} for wire in inner],
    }
    return json.dumps(content, ensure_ascii=False)


def pasted(design: Design, text: str) -> tuple[list[Edit], list[str]]:
    """The edits that put the parts of `text` into `design`, as one gesture, and the ids that they get there.

    A part keeps its id where that is free. All keep their places to each other, moved off what lies there already.
    Raises `DesignError` with one sentence where the text holds no parts.
    """
    nodes, wires = read(text)
    names: dict[str, str] = {}
    for node in nodes:
        names[node.id] = _name(design, node, names.values())
    shift = _shift(design, nodes)
    edits: list[Edit] = [
        {
            "op": "add",
            "kind": node.kind,
            "id": names[node.id],
            "position": [node.position[0] + shift, node.position[1] + shift],
            "params": plain(_said(node)),
        }
        for node in nodes
    ]
    edits += [
        {"op": "wire", "source": _at(wire.source, names), "target": _at(wire.target, names), "delay": wire.delay}
        for wire in wires
    ]
    if wires and design.output is not None:  # wiring into a readout would make that one the answer
        edits.append({"op": "change", "fields": {"output": design.output}})
    return edits, list(names.values())


def read(text: str) -> tuple[tuple[Node, ...], tuple[Wire, ...]]:
    """The parts and wires that `text` describes."""
    nothing = DesignError("The clipboard holds no parts of the workbench; mark some on the canvas and copy them first.")
    try:
        found = parse(text.encode("utf-8", "surrogatepass"), "The clipboard")
    except DesignError:  # which speaks of files
        raise nothing from None
    if not isinstance(found, Mapping) or MARK not in found:
        raise nothing
    version: Any = found[MARK]
    if version != VERSION or isinstance(version, bool):
        raise DesignError(
            f"The clipboard: {MARK} must be {VERSION}, {given(version)}; copy the parts anew in this workbench."
        )
    fields = grammar.group(found, "The clipboard", (MARK, "nodes"), ("wires",))
    nodes = read_nodes(fields["nodes"])
    if not nodes:
        raise nothing
    return nodes, read_wires(fields.get("wires", ()), nodes)


def _said(node: Node) -> dict[str, Any]:
    """The parameters of a copy: what its model left to a default, it must not leave to what a new part begins with."""
    known = part(node.kind)
    return {name: known.param(name).default for name in known.begins} | dict(node.params)


def _name(design: Design, node: Node, taken: Collection[str]) -> str:
    free = node.id not in design and node.id not in taken
    return node.id if free else design.free_id(node.kind, taken)


def _shift(design: Design, nodes: Iterable[Node]) -> float:
    occupied = {node.position for node in design.nodes}
    shift, wanted = 0.0, [node.position for node in nodes]
    while any((x + shift, y + shift) in occupied for x, y in wanted):
        shift += OFFSET_PX
    return shift


def _at(port: str, names: Mapping[str, str]) -> str:
    node, _, name = port.partition(".")
    return f"{names[node]}.{name}"
