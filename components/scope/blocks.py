"""Stretches of a run as arrays: joined, cut, renumbered when the bands change, and put into bytes for the page."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

RESET, REWIND, WIDE = 1, 2, 4
"""Flags of a frame: forget everything; forget what was from its first step on; neuron numbers have 32 bits."""


@dataclass(frozen=True)
class Block:
    """Some steps in a row.

    ``first`` is the number of the first step, ``counts`` (steps,) the spikes of each, ``ids`` (spikes,) the numbers of
    the neurons that spiked, in time order, ``traces`` (traces, steps) values in the order of the scope's traces.
    """

    first: int
    counts: np.ndarray
    ids: np.ndarray
    traces: np.ndarray

    @property
    def end(self) -> int:
        """The step after the last one."""
        return self.first + len(self.counts)

    def until(self, step: int) -> Block:
        """What lies before ``step``."""
        kept = max(0, step - self.first)
        counts = self.counts[:kept]
        return Block(self.first, counts, self.ids[: int(counts.sum())], self.traces[:, :kept])


def joined(blocks: Sequence[Block], first: int, traces: int) -> Block:
    """Blocks in time order as one; a gap between them is silence without values. Nothing: no steps, at ``first``."""
    counts: list[np.ndarray] = [np.empty(0, np.uint32)]
    ids: list[np.ndarray] = [np.empty(0, np.uint32)]
    values: list[np.ndarray] = [np.empty((traces, 0), np.float32)]
    start = blocks[0].first if blocks else first
    at = start
    for block in blocks:
        if block.first > at:
            counts.append(np.zeros(block.first - at, np.uint32))
            values.append(np.full((traces, block.first - at), np.nan, np.float32))
        counts.append(block.counts)
        ids.append(block.ids)
        values.append(block.traces)
        at = block.end
    return Block(start, np.concatenate(counts), np.concatenate(ids), np.concatenate(values, axis=1))


def neurons(bands: Iterable[Mapping[str, Any]]) -> int:
    """How many neurons the bands hold; they are numbered through all of them, from the top."""
    return sum(int(band["n"]) for band in bands)


@dataclass(frozen=True)
class Layout:
    """What the numbers of a block mean: the bands and traces at that time (see `Scope.arrange`)."""

    bands: Sequence[Mapping[str, Any]]
    traces: Sequence[Mapping[str, Any]]

    def counts_as(self, new: Layout) -> bool:
        """Whether every number means the same in ``new``, which may look otherwise: a colour, a threshold."""
        bands, traces = (("id", "n"), ("id", "name"))
        return _named(self.bands, bands) == _named(new.bands, bands) and _named(self.traces, traces) == _named(
            new.traces, traces
        )

    def renumbering(self, new: Layout) -> np.ndarray:
        """The number in ``new`` of every neuron here; -1 where its band is gone or has another size."""
        starts, start = {}, 0
        for band in new.bands:
            starts[band["id"]] = (start, band["n"])
            start += band["n"]
        numbers = [np.empty(0, np.int64)]
        for band in self.bands:
            start, size = starts.get(band["id"], (0, None))
            same = size == band["n"]
            numbers.append(np.arange(start, start + band["n"]) if same else np.full(band["n"], -1))
        return np.concatenate(numbers)

    def moved(self, block: Block, new: Layout) -> Block:
        """``block`` as ``new`` numbers it: what is gone is left out, a trace that was not recorded has no values."""
        numbers = self.renumbering(new)
        ids = numbers[block.ids]
        steps = np.repeat(np.arange(len(block.counts)), block.counts)
        counts = np.bincount(steps[ids >= 0], minlength=len(block.counts)).astype(np.uint32)
        rows = {(int(numbers[trace["id"]]), trace["name"]): block.traces[k] for k, trace in enumerate(self.traces)}
        unknown = np.full(len(block.counts), np.nan, np.float32)
        traces = [rows.get((trace["id"], trace["name"]), unknown) for trace in new.traces]
        values = np.stack(traces) if traces else np.empty((0, len(block.counts)), np.float32)
        return Block(block.first, counts, ids[ids >= 0].astype(np.uint32), values)


def _named(entries: Sequence[Mapping[str, Any]], keys: tuple[str, str]) -> list[tuple[Any, ...]]:
    return [tuple(entry[key] for key in keys) for entry in entries]


def encode(seq: int, block: Block, *, wide: bool, reset: bool = False, rewind: bool = False) -> bytes:
    """A frame, little endian: f64 clock in ms since 1970; u32 number of the frame, first step, steps, spikes, traces,
    flags; u32 spikes per step; u16 (``wide``: u32) neuron numbers, padded to 4 bytes; f32 values, trace by trace.
    """
    flags = RESET * reset | REWIND * rewind | WIDE * wide
    head = [seq, block.first, len(block.counts), len(block.ids), len(block.traces), flags]
    ids = block.ids.astype("<u4" if wide else "<u2").tobytes()
    parts = [
        np.float64(time.time() * 1e3).tobytes(),
        np.array(head, "<u4").tobytes(),
        block.counts.astype("<u4").tobytes(),
        ids + bytes(-len(ids) % 4),
        block.traces.astype("<f4").tobytes(),
    ]
    return b"".join(parts)
