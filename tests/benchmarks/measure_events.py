"""Products that follow the events, beside the dense ReLU network of the same shape over T·B rows, in turns."""

from collections.abc import Iterator

import torch
from row import Effort, Row, interleaved
from torch import nn
from workloads import (
    BATCH,
    ONM_BATCH,
    ONM_SIZE,
    ONM_STEPS,
    STEPS,
    dense,
    dense_training,
    inference,
    linears,
    onm,
    onm_input,
    ours,
    spikes,
    training,
)

import workbench as wb

THREADS = 2


def rows(effort: Effort) -> Iterator[Row]:
    repeats = 5 if effort.quick else 15
    before = torch.get_num_threads()
    for threads in (THREADS, 1):
        torch.set_num_threads(threads)
        yield from beside_dense(repeats, f"{threads} thread{'s' if threads > 1 else ''}", threads == THREADS)
    torch.set_num_threads(before)


def beside_dense(repeats: int, threads: str, promised: bool) -> Iterator[Row]:
    """What is promised is promised of two threads; one thread is there to be compared with itself."""
    how = f"T {STEPS}, batch {BATCH}, {threads}, medians of {repeats} in turns"
    network, twin = ours(), dense()
    snn, ann = interleaved([training(network, 0.05, lambda x: network(x)[0]), dense_training(twin, 0.05)], repeats)
    what = "training step 784-1000-10, 5 % fire"
    yield Row(what, snn / ann, "× dense", 0.5 if promised else None, f"{how}; dense {1000 * ann:.1f} ms")
    x = spikes(0.02)
    flat = x.flatten(0, 1)
    snn, ann = interleaved([inference(network, x), inference(twin, flat)], repeats)
    what = "inference 784-1000-10, 2 % fire"
    yield Row(what, snn / ann, "× dense", 0.25 if promised else None, f"{how}; dense {1000 * ann:.1f} ms")
    x, lif = onm_input(), wb.Leaky(beta=0.95)
    (one,), (other,) = linears((ONM_SIZE, ONM_SIZE)), linears((ONM_SIZE, ONM_SIZE))
    snn, ann = interleaved([onm(one, lambda x: lif(x)[0], x), onm(other, nn.ReLU(), x)], max(5, repeats // 2))
    what = f"Open Neuromorphic workload, n {ONM_SIZE}"
    how = f"T {ONM_STEPS}, batch {ONM_BATCH}, {threads}, dense normal input; dense {1000 * ann:.0f} ms"
    yield Row(what, snn / ann, "× dense", 1.15 if promised else None, how)
