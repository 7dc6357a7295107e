"""The recurrence mem = a·mem + x beside a scan in blocks of time, which AssociativeLeaky might use instead.

The scan cuts T steps into √T blocks, runs all blocks at once as if they were further neurons, each from 0 and with the
product of its factors, joins the blocks one after the other, and adds what each owes to the state it began with. It
divides by nothing, so it is as sound as the recurrence. What it costs more is processor time, which is measured:
several processors would have to make that good, and they can share out the neurons of the recurrence as well.
"""

import math
import time
from collections.abc import Callable, Iterator

import torch
from row import Effort, Row
from torch import Tensor

from workbench.engine.equations.program import declare

SHAPES = ((1024, 16), (1024, 512), (16384, 16), (1024, 32768))
STEP = declare("mem = a*mem + x", (), ("mem",), ("a", "x"), ("mem",)).fused("1", ())
BLOCKS = declare("mem = a*mem + x; product = a*product", (), ("mem", "product"), ("a", "x"), ("mem", "product"))


def rows(effort: Effort) -> Iterator[Row]:
    repeats = 3 if effort.quick else 9
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    for steps, neurons in SHAPES:
        draw = torch.Generator().manual_seed(0)
        a, x = (torch.rand(steps, neurons, generator=draw) for _ in range(2))
        assert torch.allclose(recurrence(a, x), in_blocks(a, x), rtol=1e-5)
        one, other = processor_seconds([lambda a=a, x=x: recurrence(a, x), lambda a=a, x=x: in_blocks(a, x)], repeats)
        how = f"{1000 * one:.2f} ms of one processor for the recurrence, least of {repeats} in turns"
        yield Row(f"a scan in blocks, T {steps}, {neurons} neurons", other / one, "× recurrence", how=how)
    torch.set_num_threads(before)


def recurrence(a: Tensor, x: Tensor) -> Tensor:
    """mem over time (T, N), step by step, by our kernel."""
    (mem,), _, _ = STEP.run([a.unsqueeze(1), x.unsqueeze(1)], [x.new_zeros(1, x.shape[1])], [], ("1", ()), False)
    return mem.squeeze(1)


def in_blocks(a: Tensor, x: Tensor) -> Tensor:
    """The same by blocks, whose steps are taken by our kernel too."""
    steps, neurons = x.shape
    length = 2 ** round(math.log2(steps) / 2)
    blocks = steps // length

    def turned(v: Tensor) -> Tensor:
        return v.view(blocks, length, neurons).transpose(0, 1).reshape(length, 1, blocks * neurons)

    start = [x.new_zeros(1, blocks * neurons), x.new_ones(1, blocks * neurons)]
    (mem, product), _, _ = BLOCKS.fused("1", ()).run([turned(a), turned(x)], start, [], ("1", ()), False)
    mem, product = (v.view(length, blocks, neurons) for v in (mem, product))
    state, begun = x.new_zeros(neurons), []
    for block in range(blocks):
        begun.append(state)
        state = product[-1, block] * state + mem[-1, block]
    return (mem + product * torch.stack(begun)).transpose(0, 1).reshape(steps, neurons)


def processor_seconds(works: list[Callable[[], object]], repeats: int) -> list[float]:
    """The least processor time of each, in turns: what neighbours do is not counted."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(repeats):
        for mine, work in zip(taken, works, strict=True):
            start = time.thread_time()
            work()
            mine.append(time.thread_time() - start)
    return [min(mine) for mine in taken]
