"""Products with few outputs: a row of the result is a register or two, and no lists are made of what fired.

Lists are worth their making where a row of the table is long. Here a fired input costs one addition, so each row is
looked through where it lies, be it numbers or bits, and what fired is added as it is found. In what order depends on
neither the kind nor the number of threads: the same bits.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from workbench.engine.products.events import KINDS, Entry, call, cuts, tables, transpose
from workbench.engine.products.looking import SPAN, adding_found, scattering_found
from workbench.engine.products.spikes import Spikes


@dataclass(frozen=True)
class Seen:
    """Rows (R, I) as they lie: numbers, or bits as in Spikes."""

    inputs: int
    rows: np.ndarray
    bits: bool

    @classmethod
    def of(cls, x: Tensor, spikes: Spikes | None) -> "Seen":
        """What x (R, I), contiguous, holds; with `spikes`, x only says the shape."""
        return cls(x.shape[1], x.detach().numpy() if spikes is None else spikes.bits, spikes is not None)

    def times(self, weight: Tensor, bias: Tensor | None) -> Tensor:
        """x · weightᵀ + bias for weight (O, I): (R, O)."""
        wide, (table, start) = len(weight), tables(weight, bias)
        y = torch.empty(len(self.rows), wide, dtype=weight.dtype)
        loop = adding_found(KINDS[y.dtype], self.bits, start.nbytes)
        call(loop, self._entries(table, start, y.numpy(), wide), self.inputs, cuts(len(self.rows)))
        return y

    def transposed_times(self, g: Tensor) -> Tensor:
        """gᵀ · x for g (R, O): the gradient (O, I) of a weight."""
        wide, g = g.shape[1], g.contiguous()
        (_, start) = tables(g.new_zeros(wide, 1), None)
        gw = torch.zeros(self.inputs, len(start), dtype=g.dtype)
        loop = scattering_found(KINDS[g.dtype], self.bits, start.nbytes)
        words = -(-self.inputs // SPAN)
        shares = [min(SPAN * cut, self.inputs) for cut in cuts(words, 1)]
        call(loop, self._entries(gw.numpy(), start, g.numpy(), wide), self.inputs, shares)
        return transpose(gw[:, :wide])

    def dense(self, dtype: torch.dtype) -> Tensor:
        """x (R, I) again."""
        if not self.bits:
            return torch.from_numpy(self.rows)
        return torch.from_numpy(np.unpackbits(self.rows, axis=1, count=self.inputs, bitorder="little")).to(dtype)

    def _entries(self, table: np.ndarray, start: np.ndarray, y: np.ndarray, wide: int) -> list[Entry]:
        return [self.rows, self.rows.strides[0], table, start, y, wide, len(self.rows)]
