"""One processor core for every sum of a run, whatever machine, page or command it runs on.

A sum that is split over cores is added up in another order, which changes the last bit of the weights that are learned
from it; as the split follows the number of threads, so do the weights. One thread is also the fastest beside a page: on
two busy cores torch's threads wait for each other, and a batch of 64-32-10 or of 784-1000-10 takes three to twenty
times longer on two threads than on one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def on_one_core() -> Iterator[None]:
    """Within it, and for this thread, torch adds up on one core; afterwards on as many as before. Also a decorator.

    torch keeps the number for each thread, but a thread that has not used torch yet begins with the number that was
    set last anywhere. So no thread can rely on having set it once: who needs equal sums asks for them here. Not to be
    held across a `yield`, where the caller would find its own number changed.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
