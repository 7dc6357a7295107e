"""Which neurons are drawn as traces: the scope has room for so many, and a probe comes or goes one neuron at a time."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.design import limits
from workbench.design.document import Design
from workbench.design.elements import Probe
from workbench.design.parts import part

MOST_TRACES = limits.TRACES
FULL = f"At most {MOST_TRACES} traces are drawn; take one away first."


def merged(probes: Iterable[Probe]) -> dict[tuple[str, str], list[int]]:
    """{(node, state): neurons} as a frame's traces hold them: one probe of a state after the other, a column each."""
    found: dict[tuple[str, str], list[int]] = {}
    for probe in probes:
        found.setdefault((probe.node, probe.state), []).extend(probe.neurons)
    return found


def drawn(design: Design, probes: Iterable[Probe]) -> int:
    """How many traces these probes ask for: of layers that spike and of neurons, which are those the scope shows."""
    kinds = {node: part(design.node(node).kind) for node, _ in merged(probes)}
    shown = {node for node, kind in kinds.items() if kind.spikes or kind.group == "neurons"}
    return sum(len(set(row)) for (node, _), row in merged(probes).items() if node in shown)


def toggled(probes: Iterable[Probe], node: str, state: str, neuron: int) -> list[Probe]:
    """The probes, one for each (node, state), with this neuron added, or taken away where it was there."""
    found = merged(probes)
    found[node, state] = sorted({*found.get((node, state), ())} ^ {neuron})
    return [Probe(node, state, tuple(dict.fromkeys(row))) for (node, state), row in found.items() if row]
