"""Which inputs fired: rows of values as lists of those that are not 0."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from workbench.engine.equations.buffers import empty
from workbench.engine.equations.pool import in_parts
from workbench.engine.products.kernels import compiled

LEAST = 64  # rows below which a share is not worth waking a thread for


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
        rows, inputs = x.shape
        values = x.detach().numpy()
        starts, odd = np.zeros(rows + 1, np.int64), np.empty(rows, np.int64)
        fired = empty((rows, inputs), torch.int32).numpy()
        in_parts(compiled().note, [values, fired, starts[1:], odd], cuts(rows))
        np.cumsum(starts, out=starts)
        if starts[-1] > most * x.numel():
            return None
        places = np.empty(starts[-1], np.int32)
        sizes = np.empty(len(places), values.dtype) if odd.any() else None
        in_parts(compiled().join, [values, fired, starts, places, sizes], cuts(rows))
        return cls(inputs, starts, places, sizes)

    def times(self, weight: Tensor, bias: Tensor | None) -> Tensor:
        """x · weightᵀ + bias for weight (O, I): (R, O)."""
        rows = len(self.starts) - 1
        y = empty((rows, len(weight)), weight.dtype)
        self._each(compiled().forward, [*tables(weight, bias), y.numpy()], rows)
        return y

    def transposed_times(self, g: Tensor) -> Tensor:
        """gᵀ · x for g (R, O): the gradient (O, I) of a weight."""
        gw = empty((self.inputs, g.shape[1]), g.dtype)
        self._each(compiled().backward, [g.contiguous().numpy(), gw.numpy()], self.inputs)
        return gw.t()

    def dense(self, dtype: torch.dtype) -> Tensor:
        """x (R, I) again."""
        x = torch.zeros(len(self.starts) - 1, self.inputs, dtype=dtype)
        x.numpy()[_rows(self.starts), self.places] = 1 if self.values is None else self.values
        return x

    def _each(self, kernel: Any, arrays: list[Any], size: int) -> None:
        in_parts(kernel, [self.starts, self.places, self.values, *arrays], cuts(size))


def tables(weight: Tensor, bias: Tensor | None) -> tuple[np.ndarray, np.ndarray]:
    """weightᵀ (I, O) as tables (blocks, I, width), and the bias as long as those; 0 where neither has a column."""
    width, wide = compiled().width // weight.itemsize, len(weight)
    blocks = -(-wide // width)
    found = empty((blocks, weight.shape[1], width), weight.dtype)
    for table, part in zip(found, weight.detach().split(width), strict=True):
        table[:, : len(part)] = part.t()
        table[:, len(part) :] = 0
    start = weight.new_zeros(blocks * width)
    if bias is not None:
        start[:wide] = bias.detach()
    return found.numpy(), start.numpy()


def _rows(starts: np.ndarray) -> np.ndarray:
    """The row of each entry."""
    return np.repeat(np.arange(len(starts) - 1), np.diff(starts))


def cuts(size: int) -> list[int]:
    """Where `size` rows are cut into a share for each of torch's threads."""
    parts = min(torch.get_num_threads(), max(1, size // LEAST))
    return [size * part // parts for part in range(parts + 1)]
