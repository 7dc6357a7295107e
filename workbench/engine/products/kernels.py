"""The loops of the event-driven products, plain Python that numba compiles when they are first needed.

A fired entry is a row of a table to be added to a row of the result. Four rows are added in one pass, because what they
are added to is then read and written once instead of four times. `values` None stands for ones, which numba compiles as
a case of its own.
Every row of a result is computed by one thread in one order: the number of threads changes nothing.
"""

from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

COLUMNS = 256  # of a table of weights at a time: with some thousand rows they stay in a core's own cache
CHUNK_BYTES = 1 << 20  # of the table of gradients at a time, for the same reason

add_rows: Any = None  # _add_rows, once it is compiled: the loops look for it here


@cache
def compiled() -> SimpleNamespace:
    """The loops `note`, `join`, `forward` and `backward`, compiled or read from numba's cache as they are called.

    Raises ImportError without numba, RuntimeError where no folder can keep what is compiled.
    """
    global add_rows
    from numba import njit  # only here: importing it takes a third of a second

    settings: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy"}
    add_rows = njit(forceinline=True, **settings)(_add_rows)
    loops = {"note": _note, "join": _join, "forward": _forward, "backward": _backward}
    return SimpleNamespace(**{name: njit(**settings)(loop) for name, loop in loops.items()})


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


def _forward(starts, places, values, tables, bias, y, first, last):
    """y (R, O) = x · Wᵀ + bias (O) for rows first … last of x; Wᵀ in `tables` (blocks, I, columns of a block)."""
    blocks, _, columns = tables.shape
    for block in range(blocks):
        table, low = tables[block], block * columns
        for r in range(first, last):
            out = y[r, low : low + columns]
            out[:] = bias[low : low + columns]
            add_rows(out, table, places, values, starts[r], starts[r + 1])


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
