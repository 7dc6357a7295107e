"""The loops of the event-driven products, plain Python that numba compiles when they are first needed.

A fired entry is a row of a table to be added to a row of the result. Forwards the registers hold a width of columns of
the result (row_sums.py); backwards four rows are added in one pass, because what they are added to is then read and
written once instead of four times. `values` None stands for ones, which numba compiles as a case of its own.
Every row of a result is computed by one thread in one order: the number of threads changes nothing.
"""

from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

CHUNK_BYTES = 1 << 20  # of the gradients at a time: they stay in a core's own cache

sum_rows: Any = None  # what row_sums.py offers, _add_rows and _aligned, once they are compiled:
add_rows: Any = None  # the loops look for them here
aligned: Any = None


@cache
def compiled() -> SimpleNamespace:
    """The loops `note`, `join`, `forward`, `backward`, compiled or read from a cache as called, and their `width`.

    Raises ImportError without numba, RuntimeError where no folder can keep what is compiled.
    """
    global sum_rows, add_rows, aligned
    from numba import njit  # only here: importing it takes a third of a second

    from workbench.engine.products import row_sums

    settings: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy"}
    inlined = njit(forceinline=True, **settings)
    sum_rows, add_rows, aligned = row_sums.summing(), inlined(_add_rows), inlined(_aligned)
    loops = {"note": _note, "join": _join, "forward": _forward, "backward": _backward}
    return SimpleNamespace(width=row_sums.WIDTH, **{name: njit(**settings)(loop) for name, loop in loops.items()})


def _note(x, fired, sizes, odd, first, last):
    """Write down in fired[r] where row r of x (R, I) is not 0 (NaN counts), how often, and how many are not 1."""
    for r in range(first, last):
        row, places = x[r], fired[r]
        at = 0
        for i in range(row.shape[0]):
            places[at] = i  # written first and kept if it fired: a branch would be guessed wrongly at every spike
            at += row[i] != 0
        strange = 0
        for k in range(at):
            strange += row[places[k]] != 1
        sizes[r], odd[r] = at, strange


def _join(x, fired, starts, places, values, first, last):
    """The lists of `note` in one row, and the values if they are wanted."""
    for r in range(first, last):
        start = starts[r]
        for k in range(starts[r + 1] - start):
            places[start + k] = fired[r, k]
            if values is not None:
                values[start + k] = x[r, fired[r, k]]


def _aligned(size, like):
    """`size` numbers of the dtype of `like` from a multiple of 64 bytes on: no row lies across two cache lines."""
    memory = np.empty(size + 64 // like.itemsize, like.dtype)
    start = -memory.ctypes.data % 64 // like.itemsize
    return memory[start : start + size]


def _forward(starts, places, values, tables, bias, y, first, last):
    """y (R, O) = x · Wᵀ + bias for rows first … last of x; Wᵀ in `tables` (blocks, I, width), bias as long as those."""
    blocks, _, width = tables.shape
    total = aligned(width, y)
    for block in range(blocks):
        low = block * width
        high = min(low + width, y.shape[1])
        for r in range(first, last):
            sum_rows(total, bias[low : low + width], tables[block], places, values, starts[r], starts[r + 1])
            y[r, low:high] = total[: high - low]


def _add_rows(out, table, places, values, k, end):
    """out += the sum of values[k:end] times the rows places[k:end] of a table."""
    n = out.shape[0]
    while k + 4 <= end:
        a, b, c, d = table[places[k]], table[places[k + 1]], table[places[k + 2]], table[places[k + 3]]
        if values is None:
            for j in range(n):
                out[j] += (a[j] + b[j]) + (c[j] + d[j])
        else:
            p, q, r, s = values[k], values[k + 1], values[k + 2], values[k + 3]
            for j in range(n):
                out[j] += (p * a[j] + q * b[j]) + (r * c[j] + s * d[j])
        k += 4
    while k < end:
        a = table[places[k]]
        if values is None:
            for j in range(n):
                out[j] += a[j]
        else:
            p = values[k]
            for j in range(n):
                out[j] += p * a[j]
        k += 1


def _backward(starts, places, values, g, gw, first, last):
    """gw (I, O) = xᵀ · g (R, O) for inputs first … last, a chunk of the rows of g at a time."""
    rows, wide = g.shape
    chunk = max(16, CHUNK_BYTES // (wide * g.itemsize))
    begin = np.empty(last - first + 1, np.int64)
    most = 0
    for c in range(0, rows, chunk):
        most = max(most, starts[min(rows, c + chunk)] - starts[c])
    fired_in = np.empty(most, np.int32)
    turned = None if values is None else np.empty(most, g.dtype)
    gw[first:last] = 0
    for c in range(0, rows, chunk):
        end = min(rows, c + chunk)
        # For each input, in order, the rows of this chunk in which it fired.
        begin[:] = 0
        for k in range(starts[c], starts[end]):
            if first <= places[k] < last:
                begin[places[k] - first + 1] += 1
        for i in range(last - first):
            begin[i + 1] += begin[i]
        for r in range(c, end):
            for k in range(starts[r], starts[r + 1]):
                if first <= places[k] < last:
                    i = places[k] - first
                    fired_in[begin[i]] = r
                    if turned is not None and values is not None:
                        turned[begin[i]] = values[k]
                    begin[i] += 1  # ends as the end of the list of i, which is where that of i + 1 began
        k = 0
        for i in range(last - first):
            add_rows(gw[first + i], g, fired_in, turned, k, begin[i])
            k = begin[i]
