"""Ours beside snnTorch 1.0.0, SpikingJelly 2.0.0 and Norse 1.1.0, and beside dense ReLU, all in turns in one process.

The peers are no dependencies: `make peers` makes an environment of its own for them and prints this table; elsewhere
each that is absent is passed over with a sentence. Everybody has the same weights, inputs and loss. Neurons are as the
Open Neuromorphic benchmark sets them: leaky with beta 0.95 (SpikingJelly: tau 5, many steps at once; Norse: its own
defaults, a neuron with a synaptic current). Everybody forgets its state before each run. Rows of one group are
taken in turns.
"""

from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import torch
from fresh_process import can_tell_peaks, peak
from row import Effort, Row, interleaved
from torch import Tensor, nn
from workloads import (
    Work,
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
PATIENCE_S = 5.0  # what takes longer is measured once
PEERS = {"snntorch": "1.0.0", "spikingjelly": "2.0.0", "norse": "1.1.0"}
LAYER = (100, 32, 1000)  # T, batch, neurons of a layer measured alone
Run = Callable[[Tensor], Tensor]

OURS_ALONE = """
import workbench as wb
lif = wb.Leaky(beta=0.95)
run = lambda x: lif(x)[0]
"""
SNNTORCH_ALONE = """
import snntorch
lif = snntorch.Leaky(beta=0.95)
def run(x):
    mem, out = lif.init_leaky(), []
    for row in x:
        spk, mem = lif(row, mem)
        out.append(spk)
    return torch.stack(out)
"""


def rows(effort: Effort) -> Iterator[Row | str]:
    repeats = 3 if effort.quick else 9
    found = dict[str, Callable[[], Run]]()
    for name, wanted in PEERS.items():
        try:
            if version(name) != wanted:
                yield f"{name} is here as {version(name)}, not {wanted}: its rows are left out; make peers has that one"
                continue
        except PackageNotFoundError:
            yield f"{name} is not installed here: its rows are left out; make peers has an environment with it"
            continue
        found[name] = MAKERS[name]
    before = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    for title, works in (("a layer alone", layers(found)), ("ONM workload, n 512", onms(found)), *networks(found)):
        taken = interleaved(list(works.values()), repeats, PATIENCE_S)
        base = taken[0]
        for name, seconds in zip(works, taken, strict=True):
            how = f"{1000 * seconds:.1f} ms, {THREADS} threads, median of {repeats} in turns"
            yield Row(f"{title}: {name}", seconds / base, f"× {next(iter(works))}", how=how)
    torch.set_num_threads(before)
    if "snntorch" in found and can_tell_peaks():
        mine, theirs = peak(OURS_ALONE, LAYER), peak(SNNTORCH_ALONE, LAYER)
        how = f"{mine:.1f} and {theirs:.1f} times the input's, forward and backward, T {LAYER[0]}"
        yield Row("memory of a leaky layer: ours", mine / theirs, "× snntorch", 0.5, how)


def layers(found: dict[str, Callable[[], Run]]) -> dict[str, Work]:
    """Neurons alone, forward and backward, beside three copies of their numbers."""
    draw = torch.Generator().manual_seed(0)
    x = torch.rand(LAYER, generator=draw).requires_grad_()
    gradient, source, target = torch.rand(LAYER, generator=draw), torch.rand(LAYER), torch.empty(LAYER)

    def there_and_back(run: Run) -> Work:
        def work() -> None:
            x.grad = None
            run(x).backward(gradient)

        return work

    works: dict[str, Work] = {"3 copies": lambda: [target.copy_(source) for _ in range(3)]}
    lif = wb.Leaky(beta=0.95)
    works["ours"] = there_and_back(lambda x: lif(x)[0])
    return works | {name: there_and_back(make()) for name, make in found.items()}


def onms(found: dict[str, Callable[[], Run]]) -> dict[str, Work]:
    """One Linear and one layer of neurons over dense normal values."""
    x, lif = onm_input(), wb.Leaky(beta=0.95)
    runs: dict[str, Run] = {"dense ReLU": nn.ReLU(), "ours": lambda x: lif(x)[0]}
    runs |= {name: make() for name, make in found.items()}
    return {name: onm(linears((512, 512))[0], run, x) for name, run in runs.items()}


def networks(found: dict[str, Callable[[], Run]]) -> Iterator[tuple[str, dict[str, Work]]]:
    """784–1000–10: a training step at 5 %, inference at 2 %."""
    net, twin = ours(), dense()
    learn = {"dense ReLU": dense_training(twin, 0.05), "ours": training(net, 0.05, lambda x: net(x)[0])}
    few = spikes(0.02)
    infer = {"dense ReLU": inference(twin, few.flatten(0, 1)), "ours": inference(lambda x: net(x)[0], few)}
    for name, make in found.items():
        first, last = linears()
        run = stacked(first, make(), last, make())
        learn[name] = training(nn.ModuleList([first, last]), 0.05, run)
        infer[name] = inference(run, few)
    yield "training step, 5 % fire", learn
    yield "inference, 2 % fire", infer


def stacked(*parts: Run) -> Run:
    def run(x: Tensor) -> Tensor:
        for part in parts:
            x = part(x)
        return x

    return run


# The peers, each as its documents tell to run it over many steps; imported only when measured.


def _snntorch() -> Run:
    import snntorch  # pyright: ignore[reportMissingImports]

    lif = snntorch.Leaky(beta=0.95)

    def run(x: Tensor) -> Tensor:
        mem, out = lif.init_leaky(), []
        for row in x:
            spk, mem = lif(row, mem)
            out.append(spk)
        return torch.stack(out)

    return run


def _spikingjelly() -> Run:
    from spikingjelly.activation_based import functional, neuron, surrogate  # pyright: ignore[reportMissingImports]

    lif = neuron.LIFNode(tau=5.0, surrogate_function=surrogate.ATan(), step_mode="m")

    def run(x: Tensor) -> Tensor:
        functional.reset_net(lif)
        return lif(x)

    return run


def _norse() -> Run:
    import norse.torch as norse  # pyright: ignore[reportMissingImports]

    lif: Any = norse.LIF()
    return lambda x: lif(x)[0]


MAKERS: dict[str, Callable[[], Run]] = {"snntorch": _snntorch, "spikingjelly": _spikingjelly, "norse": _norse}
