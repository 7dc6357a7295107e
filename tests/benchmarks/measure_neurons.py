"""A layer of neurons alone, forward and backward, beside the copies that its numbers need at least; and compiling."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from row import Effort, Row, interleaved

import workbench as wb
from workbench.engine.equations.pool import share_out
from workbench.engine.neurons import neurons
from workbench.engine.neurons.base import Neuron
from workbench.engine.neurons.weighing import Projecting

T, B, N = 100, 32, 1000
LIMITS = {"Leaky": 2.0, "Synaptic": 2.5}

FIRST_USE = """
import sys, time, torch, workbench as wb
layer, x = wb.{name}(backend="fused"), torch.rand(5, 4, 100, requires_grad=True)
begun, worked = time.perf_counter(), time.process_time()
layer(x)[0].sum().backward()
print(time.perf_counter() - begun, time.process_time() - worked)
assert "numba" not in sys.modules
"""
PEAK = """
import pathlib, torch, workbench as wb
torch.set_num_threads(1)
def memory(which):
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(which))
first, _ = wb.Leaky(0.9, backend="{backend}")(torch.rand(4, 2, 300, requires_grad=True))
first.backward(torch.ones_like(first))  # what torch and the compiler load is not counted
x, g = torch.rand({T}, {B}, {N}, requires_grad=True), torch.rand({T}, {B}, {N})
pathlib.Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten
before = memory("VmRSS")
spk, state = wb.Leaky(0.9, backend="{backend}")(x)
spk.backward(g)
print((memory("VmHWM") - before) / (x.numel() * 4))
"""


def rows(effort: Effort) -> Iterator[Row]:
    repeats = 5 if effort.quick else 15
    yield from layers(repeats)
    yield from first_uses()
    yield from memory()


def layers(repeats: int) -> Iterator[Row]:
    """All in turns within one run, on as many threads as torch has."""
    x, gradient = torch.rand(T, B, N, requires_grad=True), torch.rand(T, B, N)

    def there_and_back(layer: Neuron) -> Callable[[], None]:
        def work() -> None:
            x.grad = None
            layer(x)[0].backward(gradient)

        return work

    def forward() -> None:
        with torch.no_grad():
            wb.Leaky(0.9)(x)

    # Those that weigh their input are products first of all, and those fed back have no kernel.
    single = {name: model(backend="fused") for name, model in neurons().items() if not issubclass(model, Projecting)}
    found = {name: layer for name, layer in single.items() if not layer.fed_back}
    learned = wb.Leaky(0.9, learn_beta=True, learn_threshold=True)
    works = [copies(), forward, *(there_and_back(layer) for layer in (*found.values(), learned))]
    floor, ahead, *each = interleaved(works, repeats)
    how = f"T {T}, batch {B}, {N} neurons, {torch.get_num_threads()} threads, medians of {repeats} in turns"
    yield Row("the floor: 3 copies of a layer's numbers, by our threads", 1000 * floor, "ms", how=how)
    yield Row("Leaky, forward alone", ahead / floor, "× floor")
    yield Row("Leaky with beta and threshold learned", each[-1] / floor, "× floor")
    leaky = each[list(found).index("Leaky")]
    for (name, layer), seconds in zip(found.items(), each, strict=False):
        yield Row(f"{name}, forward and backward", seconds / floor, "× floor", LIMITS.get(name))
        if name not in LIMITS:
            states = max(1, len(layer.states))
            yield Row(f"{name}, for each of {states} states", seconds / leaky / states, "× Leaky", 3.0)


def copies() -> Callable[[], None]:
    """b[:] = a three times, in warm memory, cut up and driven as the kernels are."""
    a, b = np.ones(T * B * N, np.float32), np.zeros(T * B * N, np.float32)

    def copy(steps: int, first: int, last: int) -> None:
        for _ in range(steps):
            b[first:last] = a[first:last]

    return lambda: share_out(copy, [], 3, a.size)


def first_uses() -> Iterator[Row]:
    """A fresh process with an empty cache, then another with that cache."""
    for name in ("Leaky", "Synaptic", "Izhikevich"):
        with tempfile.TemporaryDirectory() as folder:
            for what, limit in (("first use, nothing cached", 2.0), ("first use, its kernels cached", 0.3)):
                taken, worked = fresh(FIRST_USE.format(name=name), folder)
                how = f"forward and backward, the compiler's start among it; {worked:.3f} s of processor time"
                yield Row(f"{name}: {what}", taken, "s", limit, how)


def memory() -> Iterator[Row]:
    """The most memory at once, over what was there before, in multiples of the input's; Linux only."""
    if not Path("/proc/self/clear_refs").exists():
        return
    for backend in ("fused", "eager"):
        with tempfile.TemporaryDirectory() as folder:
            (peak,) = fresh(PEAK.format(T=T, B=B, N=N, backend=backend), folder)
        yield Row(f"Leaky {backend}: memory, forward and backward", peak, "× input", how="output and gradient among it")


def fresh(program: str, cache: str) -> list[float]:
    """The numbers that a new process prints."""
    env = {**os.environ, "WORKBENCH_CACHE": cache}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
    return [float(number) for number in done.stdout.split()]
