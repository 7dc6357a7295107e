"""A layer of neurons alone, forward and backward, beside the copies that its numbers need at least; and compiling."""

import tempfile
from collections.abc import Callable, Iterator

import torch
from fresh_process import can_tell_peaks, fresh, peak
from row import Effort, Row, interleaved

import workbench as wb
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


def rows(effort: Effort) -> Iterator[Row]:
    repeats = 5 if effort.quick else 15
    yield from layers(repeats)
    yield from first_uses(1 if effort.quick else 3)
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
    yield Row("the floor: 3 copies of a layer's numbers", 1000 * floor, "ms", how=how)
    yield Row("Leaky, forward alone", ahead / floor, "× floor")
    yield Row("Leaky with beta and threshold learned", each[-1] / floor, "× floor")
    leaky = each[list(found).index("Leaky")]
    for (name, layer), seconds in zip(found.items(), each, strict=False):
        yield Row(f"{name}, forward and backward", seconds / floor, "× floor", LIMITS.get(name))
        if name not in LIMITS:
            states = max(1, len(layer.states))
            yield Row(f"{name}, for each of {states} states", seconds / leaky / states, "× Leaky", 3.0)


def copies() -> Callable[[], None]:
    """b.copy_(a) three times, in warm memory, by torch's threads, which are those of the kernels too."""
    a, b = torch.ones(T, B, N), torch.zeros(T, B, N)

    def work() -> None:
        for _ in range(3):
            b.copy_(a)

    return work


def first_uses(repeats: int) -> Iterator[Row]:
    """A fresh process with an empty cache, then another with that cache; the fastest of several such pairs."""
    for name in ("Leaky", "Synaptic", "Izhikevich"):
        taken = []
        for _ in range(repeats):
            with tempfile.TemporaryDirectory() as folder:
                taken.append([fresh(FIRST_USE.format(name=name), folder) for _ in range(2)])
        for which, what, limit in ((0, "nothing cached", 2.0), (1, "its kernels cached", 0.3)):
            seconds, worked = min(pair[which] for pair in taken)
            how = f"forward and backward, from the compiler's import on; {worked:.3f} s of the processor"
            yield Row(f"{name}: first use in a process, {what}", seconds, "s", limit, how)


def memory() -> Iterator[Row]:
    """The most memory at once, over what was there before, in multiples of the input's; Linux only."""
    for backend in ("fused", "eager") if can_tell_peaks() else ():
        setting = f"import workbench as wb\nlayer = wb.Leaky(0.9, backend={backend!r})\nrun = lambda x: layer(x)[0]"
        found = peak(setting, (T, B, N))
        yield Row(
            f"Leaky {backend}: memory, forward and backward", found, "× input", how="output and gradient among it"
        )
