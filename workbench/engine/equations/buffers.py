"""Large tensors whose memory is used again once nobody holds them, because fresh pages cost more than the arithmetic.

A tensor made here is like any other: its memory goes to another one only after the last tensor, view or array that
shows it is gone. (Measured: filling fresh memory is two to three times slower than filling memory used before.)
"""

import weakref
from collections import deque

import numpy as np
import torch
from torch import Tensor

SMALLEST = 1 << 18  # bytes below which the allocator of torch is as good
MOST = 1 << 28  # bytes kept for later use

_free: deque[np.ndarray] = deque()  # appending and taking are atomic: a tensor may die in any thread, at any moment


def empty(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """An uninitialised tensor in memory."""
    size = dtype.itemsize
    for length in shape:
        size *= length
    if size < SMALLEST:
        return torch.empty(shape, dtype=dtype)
    memory = _taken(size)
    shown = memory[:]  # its own object: that it is gone tells that nobody looks at the memory any more
    weakref.finalize(shown, _give_back, memory).atexit = False
    return torch.from_numpy(shown).view(dtype).view(shape)


def _taken(size: int) -> np.ndarray:
    """Memory of exactly `size` bytes, from the kept ones if there is such."""
    for _ in range(len(_free)):
        try:
            memory = _free.pop()
        except IndexError:
            break
        if memory.nbytes == size:
            return memory
        _free.appendleft(memory)
    return torch.empty(size, dtype=torch.uint8).numpy()  # which begins at a cache line, as vectors want it


def _give_back(memory: np.ndarray) -> None:
    _free.append(memory)
    while sum(kept.nbytes for kept in tuple(_free)) > MOST:
        try:
            _free.popleft()  # the one that was longest out of use
        except IndexError:
            break
