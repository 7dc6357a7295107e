"""What a design is drawn with: nodes, wires and probes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workbench.design.values import EMPTY, Values
from workbench.engine.wire import Wire

__all__ = ["Node", "Probe", "Wire", "by_node"]


@dataclass(frozen=True)
class Node:
    """One part on the canvas: what it is, what is said about it (defaults stay unsaid), where it lies (pixels)."""

    id: str
    kind: str
    params: Values = EMPTY
    position: tuple[float, float] = (0, 0)


@dataclass(frozen=True)
class Probe:
    """Some neurons of one node whose state is drawn as traces."""

    node: str
    state: str
    neurons: tuple[int, ...] = (0,)


def by_node(wires: Iterable[Wire], end: Callable[[Wire], str]) -> dict[str, tuple[Wire, ...]]:
    """{node: its wires}, where `end` says which end of a wire is meant."""
    found: dict[str, list[Wire]] = {}
    for wire in wires:
        found.setdefault(end(wire), []).append(wire)
    return {node: tuple(its) for node, its in found.items()}
