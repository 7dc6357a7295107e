"""The networks that are measured beside others: one for each of our rows, and the dense ReLU network of the same shape.

Every work is a function of no arguments that does one round. A spiking round and its dense twin see the same T·B rows,
have the same optimiser, and give no gradient to their input; encoding is done before.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

import workbench as wb

Work = Callable[[], object]

STEPS, BATCH, SIZES = 25, 128, (784, 1000, 10)
ONM_STEPS, ONM_BATCH, ONM_SIZE = 500, 16, 512


def spikes(rate: float) -> Tensor:
    """Random spikes (T, B, 784) of a rate, the same for everybody."""
    draw = torch.Generator().manual_seed(0)
    return (torch.rand(STEPS, BATCH, SIZES[0], generator=draw) < rate).float()


def labels() -> Tensor:
    return torch.randint(SIZES[-1], (BATCH,), generator=torch.Generator().manual_seed(1))


def linears(sizes: tuple[int, ...] = SIZES) -> list[nn.Linear]:
    """Layers whose weights are drawn alike for everybody."""
    draw, made = torch.Generator().manual_seed(2), []
    for before, after in pairwise(sizes):
        layer = nn.Linear(before, after, device="meta").to_empty(device="cpu")
        for parameter in layer.parameters():
            nn.init.uniform_(parameter, -(before**-0.5), before**-0.5, generator=draw)
        made.append(layer)
    return made


def ours() -> nn.Module:
    """784–1000–10 with our leaky neurons."""
    return wb.Sequential(*(part for linear in linears() for part in (linear, wb.Leaky(beta=0.9))))


def dense() -> nn.Module:
    """784–1000–10 with ReLU and without time."""
    first, last = linears()
    return nn.Sequential(first, nn.ReLU(), last)


def training(network: nn.Module, rate: float, run: Callable[[Tensor], Tensor]) -> Work:
    """One step of Adam on the counts of spikes; `run` maps (T, B, 784) to spikes (T, B, 10)."""
    x, y = spikes(rate), labels()
    adam, loss = torch.optim.Adam(network.parameters()), nn.CrossEntropyLoss()

    def step() -> None:
        adam.zero_grad()
        loss(run(x).sum(0), y).backward()
        adam.step()

    return step


def dense_training(network: nn.Module, rate: float) -> Work:
    """One step of Adam on all T·B rows."""
    x, y = spikes(rate).flatten(0, 1), labels().repeat(STEPS)
    adam, loss = torch.optim.Adam(network.parameters()), nn.CrossEntropyLoss()

    def step() -> None:
        adam.zero_grad()
        loss(network(x), y).backward()
        adam.step()

    return step


def inference(run: Callable[[Tensor], object], x: Tensor) -> Work:
    """One run without gradient."""

    def step() -> None:
        with torch.no_grad():
            run(x)

    return step


def onm_input() -> Tensor:
    """The Open Neuromorphic benchmark's input: dense normal values (T, B, n)."""
    return torch.randn(ONM_STEPS, ONM_BATCH, ONM_SIZE, generator=torch.Generator().manual_seed(3))


def onm(linear: nn.Linear, after: Callable[[Tensor], Any], x: Tensor) -> Work:
    """Forward and backward of one Linear n→n and what comes `after` it; the loss is the sum of what that gives."""

    def step() -> None:
        linear.zero_grad()
        after(linear(x)).sum().backward()

    return step
