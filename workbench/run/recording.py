"""From what a network recorded to what a Frame holds: spikes as times and neurons, traces as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import torch

from workbench.engine.record import Record
from workbench.run.results import frozen

if TYPE_CHECKING:
    from workbench.design import Probe

Spikes = dict[str, tuple[np.ndarray, np.ndarray]]
Traces = dict[str, dict[str, np.ndarray]]


class Recording:
    """What is wanted of a run, and the pieces of it so far.

    `emits` {layer: name of its spikes in a record}; `probes` decide the traces, in their order.
    """

    def __init__(self, emits: Mapping[str, str], probes: Sequence[Probe]) -> None:
        self._emits = dict(emits)
        self._columns: dict[tuple[str, str], list[int]] = {}
        for probe in probes:
            self._columns.setdefault((probe.node, probe.state), []).extend(probe.neurons)
        self.wanted: dict[str, list[str]] = {node: [name] for node, name in emits.items()}
        for node, state in self._columns:
            names = self.wanted.setdefault(node, [])
            names += [name] if (name := self._name(node, state)) not in names else []
        self.begin()

    def begin(self) -> None:
        """Forget the pieces so far."""
        self._spikes: list[Spikes] = []
        self._traces: list[Traces] = []

    def _name(self, node: str, state: str) -> str:
        return self._emits.get(node, state) if state == "spk" else state

    def add(self, record: Record, start: int) -> dict[str, np.ndarray]:
        """One more piece, whose first step is `start`; gives the spikes of each layer in each step, {node: (T,)}."""
        spikes, counts = {}, {}
        for node, name in self._emits.items():
            fired = record[node][name].flatten(1) != 0
            when, which = fired.nonzero(as_tuple=True)
            spikes[node] = ((when + start).numpy(), which.numpy())
            counts[node] = np.bincount(when.numpy(), minlength=len(fired))
        self._spikes.append(spikes)
        traces: Traces = {}
        for (node, state), neurons in self._columns.items():
            values = record[node][self._name(node, state)].flatten(1)[:, neurons]
            traces.setdefault(node, {})[state] = values.to(torch.float32).numpy()
        self._traces.append(traces)
        return counts

    def take(self) -> tuple[Mapping[str, tuple[np.ndarray, np.ndarray]], Mapping[str, Mapping[str, np.ndarray]]]:
        """The spikes and the traces of all pieces, each joined and frozen."""
        spikes = {}
        for node in self._emits:
            times, indices = zip(*(piece[node] for piece in self._spikes), strict=True)
            spikes[node] = (frozen(np.concatenate(times)), frozen(np.concatenate(indices)))
        traces: dict[str, Mapping[str, np.ndarray]] = {}
        for node, state in self._columns:
            joined = frozen(np.concatenate([piece[node][state] for piece in self._traces]))
            traces[node] = MappingProxyType({**traces.get(node, {}), state: joined})
        return MappingProxyType(spikes), MappingProxyType(traces)
