"""Spikes on their way from a layer to the next one, as bits: numbers are made of them for whoever wants to see them.

A layer of a thousand neurons writes 4 kB of numbers in a step of a sample, nearly all of them 0, and the product behind
it would look through them for the few that are not. As bits they are 32 times smaller, and looked through as fast.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from workbench.engine.equations.buffers import empty


@dataclass(frozen=True)
class Spikes:
    """What fired in neurons (T, B, …, O). `shown` is a tensor of that shape through which a gradient comes back, and
    whose numbers mean nothing; neuron o fired in row r of T·B·… where bit o % 8 of bits[r, o // 8] is set."""

    shown: Tensor
    bits: np.ndarray

    @classmethod
    def room(cls, rows: int, columns: int) -> np.ndarray:
        """For the bits of so many rows, which are read 64 at a time. A kernel writes `columns` of them, those of its
        blocks; there are none behind."""
        bits = empty((rows, -(-columns // 64) * 8), torch.uint8).numpy()
        bits[:, columns // 8 :] = 0
        return bits

    def sample(self, apart: int) -> int:
        """How many fired in every row that is a multiple of `apart`."""
        return int(np.unpackbits(self.bits[::apart]).sum(dtype=np.int64))

    def seen(self) -> Tensor:
        """As numbers (T, B, …, O), 1 where a neuron fired."""
        columns = self.shown.shape[-1]
        fired = np.unpackbits(self.bits, axis=1, count=columns, bitorder="little")
        made = _Seen.apply(self.shown, torch.from_numpy(fired).to(self.shown.dtype).view(self.shown.shape))
        assert isinstance(made, Tensor)
        return made


class _Seen(torch.autograd.Function):
    """The numbers, in the place of a tensor that has none."""

    @staticmethod
    def forward(ctx: Any, shown: Tensor, made: Tensor) -> Tensor:  # type: ignore[override]
        return made.view_as(made)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # type: ignore[override]
        return gradient, None
