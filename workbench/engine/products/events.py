"""Which inputs fired: rows of values as lists of those that are not 0."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from workbench.engine.equations.buffers import empty
from workbench.engine.equations.pool import in_parts
from workbench.engine.products.arguments import Loop
from workbench.engine.products.kernels import adding, gathering, width
from workbench.engine.products.listing import counting, turning
from workbench.engine.products.noting import BITS, ROOM, noting
from workbench.engine.products.transposing import GROUP, transposing

CHUNK_BYTES = 1 << 20  # of a gradient at a time: it stays in a core's own cache
Entry = np.ndarray | int | None  # what lies somewhere, a number, or nothing
LEAST = 64  # rows below which a share is not worth waking a thread for
KINDS = {torch.float32: "float32", torch.float64: "float64"}


@dataclass(frozen=True)
class Fired:
    """The entries of x (R, I) that are not 0: row r has places[starts[r]:starts[r + 1]]; `values` None: all are 1."""

    inputs: int
    starts: np.ndarray
    places: np.ndarray
    values: np.ndarray | None

    @classmethod
    def of(cls, x: Tensor, most: float) -> "Fired | None":
        """The lists of x (R, I), contiguous; None where more than a share `most` of all its values fired."""
        values = x.detach().numpy()
        if (found := _noted(KINDS[x.dtype], values, x.shape[1], most)) is None:
            return None
        starts, places, odd = found
        return cls(x.shape[1], starts, places, values[_rows(starts), places] if odd else None)

    @classmethod
    def of_bits(cls, bits: np.ndarray, inputs: int, most: float) -> "Fired | None":
        """The same of rows of bits (R, bytes), input i of `inputs` in bit i % 8 of byte i // 8, and no bit behind."""
        found = _noted(BITS, bits, inputs, most)
        return None if found is None else cls(inputs, found[0], found[1], None)

    def times(self, weight: Tensor, bias: Tensor | None) -> Tensor:
        """x · weightᵀ + bias for weight (O, I): (R, O)."""
        rows, wide = len(self.starts) - 1, len(weight)
        y, (found, start) = empty((rows, wide), weight.dtype), tables(weight, bias)
        entries: list[Entry] = [self.starts, self.places, self.values, start, y.numpy(), wide]
        columns = found.shape[2]
        for i, table in enumerate(found):
            entries += [table, i * columns, min(columns, wide - i * columns)]
        call(adding(KINDS[y.dtype], columns * y.itemsize, self.values is not None), entries, len(found), cuts(rows))
        return y

    def transposed_times(self, g: Tensor) -> Tensor:
        """gᵀ · x for g (R, O): the gradient (O, I) of a weight."""
        wide = g.shape[1]
        chunk = max(16, CHUNK_BYTES // (wide * g.itemsize))
        starts, fired, was = self._by_input(chunk)
        values = None if self.values is None else self.values[was]
        gw = empty((self.inputs, wide), g.dtype).zero_()
        entries: list[Entry] = [starts, fired, values, g.contiguous().numpy(), gw.numpy(), self.inputs, wide, chunk]
        loop = gathering(KINDS[g.dtype], values is not None)
        call(loop, entries, (len(starts) - 1) // self.inputs, cuts(self.inputs))
        return transpose(gw)

    def dense(self, dtype: torch.dtype) -> Tensor:
        """x (R, I) again."""
        x = torch.zeros(len(self.starts) - 1, self.inputs, dtype=dtype)
        x.numpy()[_rows(self.starts), self.places] = 1 if self.values is None else self.values
        return x

    def _by_input(self, chunk: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For every `chunk` of rows, and every input, the rows of that chunk in which it fired: starts (chunks · I + 1)
        and rows; and which entry each of them was."""
        rows = len(self.starts) - 1
        chunks = -(-rows // chunk)
        following, starts = np.zeros(chunks * self.inputs, np.int64), np.zeros(chunks * self.inputs + 1, np.int64)
        turned, was = np.empty_like(self.places), np.empty(len(self.places), np.int64)
        entries: list[Entry] = [self.starts, self.places, following, turned, was, chunk, rows]
        shares = cuts(chunks, 1)
        call(counting(), entries, self.inputs, shares)
        np.cumsum(following, out=starts[1:])
        following[:] = starts[:-1]
        call(turning(), entries, self.inputs, shares)
        return starts, turned, was


def tables(weight: Tensor, bias: Tensor | None) -> tuple[np.ndarray, np.ndarray]:
    """weightᵀ (I, O) as tables (blocks, I, width), and the bias as long as those; 0 where neither has a column."""
    columns, wide = width(len(weight) * weight.itemsize) // weight.itemsize, len(weight)
    blocks = -(-wide // columns)
    found = empty((blocks, weight.shape[1], columns), weight.dtype)
    found[-1, :, wide - (blocks - 1) * columns :] = 0
    _transpose(weight.detach(), found, columns)
    start = weight.new_zeros(blocks * columns)
    if bias is not None:
        start[:wide] = bias.detach()
    return found.numpy(), start.numpy()


def transpose(x: Tensor) -> Tensor:
    """xᵀ, contiguous."""
    y = empty((x.shape[1], x.shape[0]), x.dtype)
    _transpose(x, y, len(x))
    return y


def _transpose(x: Tensor, y: Tensor, columns: int) -> None:
    """Write xᵀ into y (blocks, I, width), of each row so many `columns` to a block; one block may have any width."""
    if x.stride(1) != 1 or x.is_neg():
        x = x.contiguous().resolve_neg()
    group = GROUP[KINDS[x.dtype]]
    entries: list[Entry] = [x.numpy(), y.numpy(), x.shape[1], x.stride(0), y.stride(-2), columns, y[0].numel()]
    call(transposing(KINDS[x.dtype]), entries, len(x), cuts(-(-x.shape[1] // group), -(-LEAST // group)))


def cuts(size: int, least: int = LEAST) -> list[int]:
    """Where `size` rows are cut into a share, of `least` rows or more, for each of torch's threads."""
    parts = min(torch.get_num_threads(), max(1, size // least))
    return [size * part // parts for part in range(parts + 1)]


def _noted(kind: str, rows: np.ndarray, inputs: int, most: float) -> tuple[np.ndarray, np.ndarray, bool] | None:
    """Starts, places, and whether some value is not 1; None where more than a share `most` fired."""
    count = len(rows)
    starts, odd = np.zeros(count + 1, np.int64), np.empty(count, np.int64)
    room = inputs + ROOM
    noted, shares = empty((count * room,), torch.int32).numpy(), cuts(count)
    call(noting(kind), [rows, rows.strides[0], noted, starts[1:], odd], inputs, shares)
    np.cumsum(starts, out=starts)
    if starts[-1] > most * count * inputs:
        return None
    parts = [noted[a * room : a * room + starts[b] - starts[a]] for a, b in pairwise(shares)]
    return starts, np.concatenate(parts), bool(odd.any())


def call(loop: Loop, entries: Sequence[Entry], size: int, shares: list[int]) -> None:
    """Call a loop with a table of what lies where, and numbers."""
    told = [entry.ctypes.data if isinstance(entry, np.ndarray) else entry or 0 for entry in entries]
    table = np.array(told, np.int64)
    in_parts(loop, [table.ctypes.data, size], shares)


def _rows(starts: np.ndarray) -> np.ndarray:
    """The row of each entry."""
    return np.repeat(np.arange(len(starts) - 1), np.diff(starts))
