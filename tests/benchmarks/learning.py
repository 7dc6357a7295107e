"""Two published learning results, in plain Python with the engine: Yin-Yang by first spikes, MNIST by its membranes.

Every draw comes from a generator of the seed, and sums are added up on one core: equal seeds give equal weights.
"""

import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

import workbench as wb
from workbench.engine.data.base import Dataset, Split

# Yin-Yang: 5-120-3, one spike an input in 40 steps of 1 ms; membranes of 10 ms, synapses of 5 ms.
STEPS, EARLIEST, LATEST, BIAS = 40, 2, 27, 12
BETA, ALPHA = math.exp(-1 / 10), math.exp(-1 / 5)


def yin_yang(
    data: Dataset, epochs: int, seed: int = 0, samples: int | None = None, lr: float = 0.01
) -> Iterator[float]:
    """Held-out accuracy after each epoch of Adam (`lr`, in the last third lr/5; batch 150), SuperSpike's gradient.

    choose_yin_yang_rate.py says how the learning rate was chosen.

    A value v in [0, 1] is a spike at step EARLIEST + v·(LATEST - EARLIEST), the fifth input a spike at BIAS. The answer
    is the class whose readout membrane was highest; its cross-entropy is minimised. Shape of one round: (40, B, 5).
    """
    draw = torch.Generator().manual_seed(seed)
    first, last = _linear(5, 120, 0.6, draw), _linear(120, 3, 0.1, draw)
    hidden = wb.Synaptic(ALPHA, BETA, spike_grad=wb.surrogates.fast_sigmoid(10.0))
    net = wb.Sequential(first, hidden, last, wb.LeakyIntegrator(BETA))
    adam = torch.optim.Adam(net.parameters(), lr=lr)
    train = Split(data.train.x[:samples], data.train.y[:samples])
    for epoch in range(epochs):
        adam.param_groups[0]["lr"] = lr if epoch < 2 * epochs / 3 else lr / 5
        for x, y in _batches(train, 150, draw):
            adam.zero_grad()
            functional.cross_entropy(net(_spike_times(x))[0].amax(0), y).backward()
            adam.step()
        with torch.no_grad():
            answers = net(_spike_times(data.held_out.x))[0].amax(0).argmax(1)
        yield (answers == data.held_out.y).float().mean().item()


def _spike_times(x: Tensor) -> Tensor:
    """(B, 4) values as spikes (40, B, 5)."""
    at = (EARLIEST + x * (LATEST - EARLIEST)).round().long()
    at = torch.cat((at, torch.full((len(x), 1), BIAS)), 1)
    return functional.one_hot(at, STEPS).permute(2, 0, 1).float()


def mnist(data: Dataset, epochs: int, seed: int = 0, samples: int | None = None) -> Iterator[float]:
    """Held-out accuracy after each epoch of snnTorch's tutorial 5: 784-1000-10, beta 0.95, 25 steps of a still image.

    The cross-entropy of the output membrane is summed over steps; Adam 5e-4, batch 128; the most active output answers.
    """
    draw = torch.Generator().manual_seed(seed)
    first, last = (_linear(a, b, None, draw) for a, b in ((784, 1000), (1000, 10)))
    hidden, out = wb.Leaky(0.95), wb.Leaky(0.95)
    stack = wb.Sequential(first, hidden, last)
    adam = torch.optim.Adam(stack.parameters(), lr=5e-4, betas=(0.9, 0.999))
    train = Split(data.train.x[:samples], data.train.y[:samples])
    for _ in range(epochs):
        for x, y in _batches(train, 128, draw):
            adam.zero_grad()
            _, trace = out.trace(stack(x.expand(25, *x.shape))[0])
            (functional.cross_entropy(trace["mem"].flatten(0, 1), y.repeat(25)) * 25).backward()
            adam.step()
        right = 0
        with torch.no_grad():
            for x, y in zip(data.held_out.x.split(500), data.held_out.y.split(500), strict=True):
                right += int((out(stack(x.expand(25, *x.shape))[0])[0].sum(0).argmax(1) == y).sum())
        yield right / len(data.held_out)


def _linear(inputs: int, outputs: int, spread: float | None, draw: torch.Generator) -> nn.Linear:
    """Weights of normal spread around 0 and no bias, or torch's own uniform start where `spread` is None."""
    made = nn.Linear(inputs, outputs, bias=spread is None, device="meta").to_empty(device="cpu")
    for parameter in made.parameters():
        if spread is None:
            nn.init.uniform_(parameter, -(inputs**-0.5), inputs**-0.5, generator=draw)
        else:
            nn.init.normal_(parameter, 0.0, spread, generator=draw)
    return made


def _batches(split: Split, size: int, draw: torch.Generator) -> Iterator[tuple[Tensor, Tensor]]:
    for chosen in torch.randperm(len(split), generator=draw).split(size):
        yield split.x[chosen], split.y[chosen]
