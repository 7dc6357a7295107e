"""The engine beside what bounds it: the copies that a layer's numbers need at least, and a network without time."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import torch
from row import Effort, Row, interleaved
from torch import nn

import workbench as wb

T, B, N = 25, 128, 1000
SHAPES = ([64, 32, 10], [784, 1000, 10])


def rows(effort: Effort) -> Iterator[Row]:
    repeats = 5 if effort.quick else 15
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield from one_layer(repeats)
    for sizes in SHAPES:
        yield from one_step(sizes, repeats)
    torch.set_num_threads(before)


def one_layer(repeats: int) -> Iterator[Row]:
    """A layer of neurons: it has to read its input and write spikes, and read a gradient and write another."""
    x = torch.rand(T, B, N, requires_grad=True)
    gradient, lif, dense = torch.rand(T, B, N), wb.Leaky(beta=0.9), nn.Linear(N, N)
    source, target = torch.rand(T, B, N), torch.empty(T, B, N)

    def forward() -> None:
        with torch.no_grad():
            lif(x)

    def there_and_back(module: Callable[[torch.Tensor], Any]) -> None:
        x.grad = None
        out = module(x)
        (out[0] if isinstance(out, tuple) else out).backward(gradient)

    works = [
        lambda: [target.copy_(source) for _ in range(3)],
        forward,
        lambda: there_and_back(lif),
        lambda: there_and_back(dense),
    ]
    floor, ahead, both, linear = interleaved(works, repeats)
    how = f"T {T}, batch {B}, {N} neurons, one thread, medians of {repeats} in turns"
    yield Row("the floor: 3 copies of a layer's numbers", 1000 * floor, "ms", how=how)
    yield Row("Leaky, forward", ahead / floor, "× floor", how=how)
    yield Row("Leaky, forward and backward", both / floor, "× floor", how=how)
    yield Row("Leaky, forward and backward, beside its Linear", both / linear, "× Linear", how=how)


def one_step(sizes: Sequence[int], repeats: int) -> Iterator[Row]:
    """A training step of T time steps beside one of a dense ReLU network of the same shape, which has no time."""
    labels, images = torch.randint(sizes[-1], (B,)), torch.rand(B, sizes[0])
    spikes = (torch.rand(T, B, sizes[0]) < images).float()
    linears = [nn.Linear(a, b) for a, b in pairwise(sizes)]
    spiking = wb.Sequential(*(part for linear in linears for part in (linear, wb.Leaky(beta=0.9))))
    dense = nn.Sequential(*(part for a, b in pairwise(sizes) for part in (nn.Linear(a, b), nn.ReLU())))

    def step(network: nn.Module, x: torch.Tensor) -> Callable[[], None]:
        adam, loss = torch.optim.Adam(network.parameters()), nn.CrossEntropyLoss()

        def learn() -> None:
            out = network(x)
            adam.zero_grad()
            loss(out[0].sum(0) if isinstance(out, tuple) else out, labels).backward()
            adam.step()

        return learn

    snn, ann = interleaved([step(spiking, spikes), step(dense, images)], repeats)
    name = "-".join(map(str, sizes))
    how = f"batch {B}, Adam, one thread, medians of {repeats} in turns; dense: {1000 * ann:.2f} ms without time"
    yield Row(f"training step {name}, T {T}", snn / ann, "× dense", how=how)
    yield Row(f"training step {name}, a time step of {T}", snn / ann / T, "× dense", how="the same, divided by T")
