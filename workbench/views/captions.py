"""The words and colours of nodes: the same on the canvas, in the scope and in the inspector."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from components.theme import layer
from workbench.design import Design, Node
from workbench.design.check import Problem
from workbench.design.edit import letter
from workbench.design.parts import part
from workbench.design.sentences import times
from workbench.run.rates import WINDOW_MS

LOWERED = str.maketrans("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
Size = Mapping[str, tuple[int, ...] | None]  # what arrives under "in", what is given under "out"

RATE = f"\nHz: spikes per second of a neuron, mean of the layer, over the last {WINDOW_MS:g} ms of model time."
HEAD_LETTERS = 14
NUMBERS = ("number", "numbers", "whole")
LONGEST_SIZES = 12  # letters; the sizes of images take more, and what a window is tells more of it
WORTH_SAYING = 2  # parameters in a node's second line


def node_colours(design: Design) -> dict[str, str]:
    """{node: colour token}: every layer that spikes has one, in the order in which they came; encoders keep the ink.

    Not by place: a layer keeps its colour when it is moved or when another one comes.
    """
    layers = [node for node in design.nodes if part(node.kind).group == "neurons"]
    return {node.id: layer(i) for i, node in enumerate(layers)}


def drawn_node(
    design: Design,
    node: Node,
    sizes: Mapping[str, Size],
    colours: Mapping[str, str],
    found: Sequence[Problem],
    running: bool,
) -> dict[str, Any]:
    """One node as the canvas draws it."""
    kind, size = part(node.kind), sizes[node.id]
    words = subtitle(design, node, size)
    said = [problem for problem in found if problem.node == node.id]
    light = "error" if any(p.level == "error" for p in said) else "loose" if said else "running" if running else "ready"
    return {
        "id": node.id,
        "kind": node.kind,
        "title": kind.title,
        "badge": "answer" if answers(design, node.id) else "",
        "name": named(node.id, kind.title, words),
        "subtitle": words,
        "shape": head_shape(kind.title, port_shape(size["out"])),
        "color": colours.get(node.id, ""),
        "x": node.position[0],
        "y": node.position[1],
        "inputs": [{"id": p.name, "label": "in", "shape": port_shape(size["in"])} for p in kind.inputs],
        "outputs": [{"id": p.name, "label": "out", "shape": port_shape(size["out"])} for p in kind.outputs],
        "light": light,
        "note": said[0].message if said else f"{node.id}: {about(design, node.id)}{RATE if kind.spikes else ''}",
        "live": kind.spikes,
    }


def named(id: str, title: str, words: str) -> str:
    """Which one it is, as sentences, scope and figures call it; nothing where title or words say it already."""
    return "" if id in (title.lower(), words) else id


def answers(design: Design, node: str) -> bool:
    """Whether this node's spikes are the answer to the data, which training is about."""
    return design.stimulus["kind"] == "data" and design.output is not None and design.output.partition(".")[0] == node


def about(design: Design, node: str) -> str:
    """What the part is for, as far as it is true of this one: where several could give the answer, one of them does."""
    kind = part(design.node(node).kind)
    if answers(design, node):
        return kind.meaning if kind.group == "readouts" else f"{kind.meaning} Its spikes are the answer."
    given = design.output.partition(".")[0] if design.output and design.stimulus["kind"] == "data" else ""
    if kind.group != "readouts" or not given:
        return kind.meaning
    return f"{reads(design, node).capitalize() or 'Reads nothing'}; the answer is that of {given}, not of this one."


def reads(design: Design, node: str) -> str:
    """What a readout is wired to, in two words: they tell one readout from another."""
    return next((f"reads {wire.source_node}" for wire in design.into(node)), "")


def port_shape(shape: Sequence[int] | None) -> str:
    """(8, 8) is "8×8"; what is not known yet is a question mark."""
    return "?" if shape is None else times(shape)


def head_shape(title: str, shape: str) -> str:
    """The size in a node's first line, where there is room for it beside the title; the ports tell it anyway."""
    return shape if len(title) + len(shape) <= HEAD_LETTERS or len(shape) <= 2 else ""


def subtitle(design: Design, node: Node, size: Size) -> str:
    """The second line of a node: what comes in for an Input, sizes where they change, knobs for the rest."""
    kind, values = part(node.kind), design.values(node.id)
    if kind.group == "inputs":
        return stimulus_words(design)
    resized = None not in size.values() and size["in"] != size["out"]
    sizes = f"{port_shape(size['in'])} → {port_shape(size['out'])}"
    if (kind.group == "connections" or resized) and len(sizes) <= LONGEST_SIZES:
        return sizes
    if kind.group == "readouts":
        return reads(design, node.id) or node.id
    if kind.group == "structure" and not head_shape(kind.title, port_shape(size["out"])):
        return port_shape(size["out"])
    shown = [p for p in kind.params if p.symbol and p.form in NUMBERS and values[p.name] is not None][:WORTH_SAYING]
    words = " · ".join(f"{symbol(p.symbol)} {value_words(values[p.name])}" for p in shown)
    return words or node.id


def symbol(latex: str) -> str:
    """A LaTeX symbol as plain text: Greek letters, and indices set low where the alphabet has them so."""
    plain = re.sub(r"\\([A-Za-z]+) ?", lambda command: letter(command[0].strip()) or command[1], latex)
    return re.sub(r"_(?:\{(.*?)\}|(.))", lambda index: (index[1] or index[2]).translate(LOWERED), plain)


def value_words(value: Any) -> str:
    """A parameter's value in a few characters; of a row the mean, with a star."""
    if isinstance(value, tuple):
        return f"{sum(value) / len(value):.3g}{'*' if len(value) > 1 else ''}"
    return f"{value:.3g}" if isinstance(value, float | int) else str(value)


def stimulus_words(design: Design) -> str:
    """What comes in: "digits", "current 0.3" …"""
    stimulus = design.stimulus
    if stimulus["kind"] == "data":
        return str(stimulus["data"])
    if stimulus["kind"] == "poisson":
        return f"noise {stimulus['rate_hz']:.3g} Hz"
    return f"{stimulus['kind']} {stimulus['amplitude']:.3g}"
