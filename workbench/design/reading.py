"""Reading a document strictly: every key known, every value of its kind and within bounds, every reference resolved.

The same readers serve the editing methods of `Design`, so a file and a gesture are refused by the same sentences.
A design that is well formed but unfinished or wrong as a network is read; `check` speaks about that.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from workbench.design import grammar, limits
from workbench.design.document import Design
from workbench.design.elements import Node, Probe, Wire
from workbench.design.params import read_params
from workbench.design.parts import part
from workbench.design.parts.base import Part
from workbench.design.sentences import DesignError, closest, given, shown
from workbench.design.settings import read_hardware, read_stimulus, read_training
from workbench.design.values import Values

FORMAT = "snn-workbench/1"
_ID = "[a-z][a-z0-9_]*"
_KEYS = (
    "id", "name", "seed", "dt_ms", "notes", "wires", "output", "probes", "groups", "stimulus", "training", "hardware",
    "weights",
)  # fmt: skip


def read_design(found: Any) -> Design:
    """The design that a parsed document describes."""
    if not isinstance(found, Mapping):
        raise DesignError(f"The document must be named values in {{ }}, {given(found)}; open a design file.")
    _read_format(found.get("format"))
    found = grammar.group(found, "The document", ("format", "nodes"), _KEYS)
    nodes = read_nodes(found.pop("nodes"))
    wires = read_wires(found.pop("wires", ()), nodes)
    del found["format"]
    design = Design(id="", name="untitled", nodes=nodes, wires=wires)
    return design.with_(**{"id": str(uuid4()), "stimulus": {"kind": "data"}, "training": {}, "hardware": {}, **found})


def _read_format(value: Any) -> None:
    """This version is read; a newer one is told apart from what is no design at all."""
    if value == FORMAT:
        return
    if value is None:
        raise DesignError(f'There is no "format"; a design file begins with "format": "{FORMAT}".')
    family, _, version = value.partition("/") if isinstance(value, str) else ("", "", "")
    if family == "snn-workbench" and version.isdecimal() and int(version[:9]) > 1:
        raise DesignError(
            f"format: {shown(value)} is newer than this workbench reads ({FORMAT}); update the workbench."
        )
    raise DesignError(f'format: must be "{FORMAT}", {given(value)}; this is not a design file of the workbench.')


# Nodes and wires.


def read_nodes(found: Any) -> tuple[Node, ...]:
    """Every node, ids unique."""
    nodes: dict[str, Node] = {}
    for i, entry in enumerate(grammar.row(found, "nodes", limits.NODES, "nodes")):
        where = f"nodes[{i}]"
        fields = grammar.group(entry, where, ("id", "kind"), ("params", "position"))
        name = read_id(fields["id"], f"{where}.id")
        if name in nodes:
            raise DesignError(f"{where}.id: {shown(name)} is taken by an earlier node; give one of them another id.")
        # A file written by hand may leave positions out; in a row they can at least be told apart.
        nodes[name] = read_node(name, fields["kind"], fields.get("params", {}), fields.get("position", (180 * i, 0)))
    return tuple(nodes.values())


def read_node(name: str, kind: Any, params: Any, position: Any) -> Node:
    """One node whose id has been read."""
    known = part(kind, f"{name}.kind")
    said = read_together(known, read_params(known.params, params, name), name)
    return Node(name, kind, said, read_position(position, f"{name}.position"))


def read_together(known: Part, said: Values, name: str) -> Values:
    """The parameters of node `name`, each read by itself, where they can stand together."""
    if clash := known.clash(known.values(said)):
        raise DesignError(f"{name}.{clash}.")
    return said


def read_id(value: Any, where: str) -> str:
    """A node's id: a small letter, then small letters, digits and underscores."""
    name = grammar.text(value, where, limits.ID_LETTERS)
    return grammar.word(name, where, _ID, "small letters, digits and _, beginning with a letter")


def read_position(value: Any, where: str) -> tuple[float, float]:
    """[x, y] in pixels of the canvas."""
    pair = grammar.row(value, where, 2, "numbers")
    if len(pair) != 2:
        raise DesignError(f"{where}: must be [x, y], {given(value)}.")
    return grammar.number(pair[0], f"{where}[0]", -1e6, 1e6), grammar.number(pair[1], f"{where}[1]", -1e6, 1e6)


def read_wires(found: Any, nodes: Sequence[Node]) -> tuple[Wire, ...]:
    """Every wire, between ports that exist, none twice."""
    wires: dict[tuple[str, str], Wire] = {}
    known = {node.id: node for node in nodes}
    for i, entry in enumerate(grammar.row(found, "wires", limits.WIRES, "wires")):
        where = f"wires[{i}]"
        fields = grammar.group(entry, where, ("from", "to"), ("delay",))
        wire = read_wire(fields["from"], fields["to"], fields.get("delay", 0), known, f"{where}.from", f"{where}.to")
        if wire.ends in wires:
            raise DesignError(f"{where}: {wire.words} is there already; leave one of the two out.")
        wires[wire.ends] = wire
    return tuple(wires.values())


def read_wire(
    source: Any, target: Any, delay: Any, nodes: Mapping[str, Node], where_from: str = "from", where_to: str = "to"
) -> Wire:
    """One wire from an output port to an input port."""
    source = read_port(source, where_from, nodes, "out")
    target = read_port(target, where_to, nodes, "in")
    return Wire(source, target, grammar.whole(delay, f"{source} → {target}.delay", 0, limits.DELAY_STEPS))


def read_port(value: Any, where: str, nodes: Mapping[str, Node], side: str) -> str:
    """ "node.port" of a node that is there and has that port on that side ("in" or "out")."""
    name, dot, port = grammar.text(value, where, 2 * limits.ID_LETTERS).partition(".")
    if not dot:
        raise DesignError(f'{where}: must be "node.port" such as "{name or "fc1"}.{side}", {given(value)}.')
    node = nodes.get(name)
    if node is None:
        raise DesignError(
            f"{where}: {shown(value)} leads nowhere, there is no node {shown(name)}; {_nodes(name, nodes)}."
        )
    known = part(node.kind)
    ports, others = (known.inputs, known.outputs) if side == "in" else (known.outputs, known.inputs)
    if any(port == own.name for own in ports):
        return value
    if any(port == other.name for other in others):
        way = "a wire ends at an input" if side == "in" else "a wire begins at an output"
        raise DesignError(f"{where}: {value} is an {'output' if side == 'in' else 'input'}; {way}.")
    side_words = "input" if side == "in" else "output"
    names = [f"{name}.{own.name}" for own in ports]
    raise DesignError(f"{where}: {name} has no {side_words} {shown(port)}; {closest(value, names)}.")


def _nodes(name: Any, nodes: Mapping[str, Node]) -> str:
    return closest(name, nodes) if nodes else "add it first"


# The rest of the document: each field by its own reader, which `Design.with_` uses too.


def read_design_id(value: Any) -> str:
    """What names the design in addresses and folders, so nothing but letters, digits, - and _."""
    return grammar.word(value, "id", "[A-Za-z0-9_-]{1,64}", "1 to 64 letters, digits, - or _")


def read_name(value: Any) -> str:
    """The title a person gave."""
    return grammar.text(value, "name", limits.NAME_LETTERS)


def read_output(value: Any, design: Design) -> str | None:
    """The port whose spikes are the answer, or null."""
    return None if value is None else read_port(value, "output", design.by_id, "out")


def read_probes(value: Any, design: Design) -> tuple[Probe, ...]:
    """What the scope draws as traces."""
    probes = []
    for i, entry in enumerate(grammar.row(value, "probes", limits.PROBES, "probes")):
        where = f"probes[{i}]"
        if isinstance(entry, Probe):
            entry = {"node": entry.node, "state": entry.state, "neurons": entry.neurons}
        fields = grammar.group(entry, where, ("node", "state"), ("neurons",))
        name = fields["node"]
        node = design.by_id.get(name) if isinstance(name, str) else None
        if node is None:
            raise DesignError(f"{where}.node: there is no node {shown(name)}; {_nodes(name, design.by_id)}.")
        states = part(node.kind).states
        if fields["state"] not in states:
            state = shown(fields["state"])
            raise DesignError(f"{where}.state: {name} has no state {state}; {closest(fields['state'], states)}.")
        neurons = grammar.row(fields.get("neurons", [0]), f"{where}.neurons", limits.PROBED_NEURONS, "neuron numbers")
        numbers = (
            grammar.whole(neuron, f"{where}.neurons[{j}]", 0, limits.LAYER_VALUES - 1)
            for j, neuron in enumerate(neurons)
        )
        probes.append(Probe(name, fields["state"], tuple(dict.fromkeys(numbers))))
    return tuple(probes)


def read_groups(value: Any, design: Design) -> tuple[Values, ...]:
    """The place for groups of parts in the format; this version has none."""
    if grammar.row(value, "groups", limits.NODES, "groups"):
        raise DesignError(f"groups: this workbench has no groups yet, {given(value)}; empty it: [].")
    return ()


def read_weights(value: Any) -> str | None:
    """The name of the weights that belong to the design: their content hash, or null."""
    if value is None:
        return None
    return grammar.word(value, "weights", "[0-9a-f]{8,64}", "null or the hash of a weights file, digits and a to f")


READERS: dict[str, Callable[[Any, Design], Any]] = {
    "id": lambda value, design: read_design_id(value),
    "name": lambda value, design: read_name(value),
    "seed": lambda value, design: grammar.whole(value, "seed", 0, limits.SEED),
    "dt_ms": lambda value, design: grammar.number(value, "dt_ms", 0.001, 1000.0),
    "notes": lambda value, design: grammar.text(value, "notes", limits.NOTES_LETTERS),
    "output": read_output,
    "probes": read_probes,
    "groups": read_groups,
    "stimulus": lambda value, design: read_stimulus(value),
    "training": lambda value, design: read_training(value),
    "hardware": lambda value, design: read_hardware(value),
    "weights": lambda value, design: read_weights(value),
}
