"""Threads for kernels: as many as torch was told to use, the caller among them; torch's own where they can be had.

A kernel is serial over its share, and many threads may be in it at once. Every neuron is computed by itself, so the
result is the same however many threads take part.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import torch

from workbench.engine.equations.team import team

LEAST = 4096  # neurons below which a share is not worth waking a thread for
MOST = 64  # threads of our own; each is started when it is first needed
_LOCK = threading.Lock()
_pool: ThreadPoolExecutor | None = None
_forked = False


def share_out(kernel: Callable[..., None], arguments: list[int], steps: int, neurons: int) -> None:
    """Call `kernel(*arguments, steps, first, last)` over all neurons, in torch.get_num_threads() parts."""
    parts = min(torch.get_num_threads(), max(1, neurons // LEAST))
    # No cache line is shared.
    in_parts(kernel, [*arguments, steps], [neurons * part // parts // 16 * 16 for part in range(parts)] + [neurons])


def in_parts(kernel: Callable[..., None], arguments: list[int], cuts: list[int]) -> None:
    """Call `kernel(*arguments, first, last)` for each two cuts that follow one another, each in its own thread."""
    if len(cuts) > 2 and not _forked and (share := team()):
        share(kernel, arguments, cuts)
    else:
        by_own_threads(kernel, arguments, cuts)


def by_own_threads(kernel: Callable[..., None], arguments: list[int], cuts: list[int]) -> None:
    """The same with threads that torch knows nothing of. They wait without turning in circles."""
    others = [_threads().submit(kernel, *arguments, *ends) for ends in pairwise(cuts[1:])]
    try:
        kernel(*arguments, cuts[0], cuts[1])
    finally:
        for other in others:
            other.result()


def _threads() -> ThreadPoolExecutor:
    global _pool
    with _LOCK:
        if _pool is None:
            _pool = ThreadPoolExecutor(MOST, "workbench-kernel")
        return _pool


def _forget() -> None:
    """A forked child has none of its parent's threads, and OpenMP there would wait for them."""
    global _pool, _LOCK, _forked
    _pool, _LOCK, _forked = None, threading.Lock(), True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
