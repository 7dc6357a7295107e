"""What a design is drawn with: nodes, wires and probes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workbench.design.values import EMPTY, Values


@dataclass(frozen=True)
class Node:
    """One part on the canvas: what it is, what is said about it (defaults stay unsaid), where it lies (pixels)."""

    id: str
    kind: str
    params: Values = EMPTY
    position: tuple[float, float] = (0, 0)


@dataclass(frozen=True)
class Wire:
    """From an output port to an input port, "node.port" both, `delay` in steps."""

    source: str
    target: str
    delay: int = 0

    @property
    def ends(self) -> tuple[str, str]:
        """What makes two wires the same: (source, target)."""
        return self.source, self.target

    @property
    def source_node(self) -> str:
        """The id of the node it comes from."""
        return self.source.partition(".")[0]

    @property
    def target_node(self) -> str:
        """The id of the node it leads to."""
        return self.target.partition(".")[0]

    @property
    def words(self) -> str:
        """The wire for a person: "fc1 → hidden"."""
        return f"{self.source_node} → {self.target_node}"


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
