"""Losses and accuracy on output spikes (T, B, C) against class numbers (B,); the values are snnTorch 1.0.0's."""

from collections.abc import Callable

from torch import Tensor
from torch.nn import functional

from workbench.engine.errors import ShapeError

Loss = Callable[[Tensor, Tensor], Tensor]


def ce_rate(spk: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy of the spikes at every step, averaged over steps and batch: the right neuron should fire always.

    spk (T, B, C), targets (B,) of whole numbers in [0, C); a scalar. Raises ShapeError.
    """
    _check("ce_rate", spk, targets)
    return functional.cross_entropy(spk.flatten(0, 1), targets.repeat(len(spk)))


def ce_count(spk: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy of the spike counts, averaged over the batch: the right neuron should fire most.

    spk (T, B, C), targets (B,) of whole numbers in [0, C); a scalar. Raises ShapeError.
    """
    _check("ce_count", spk, targets)
    return functional.cross_entropy(spk.sum(0), targets)


def accuracy_rate(spk: Tensor, targets: Tensor) -> float:
    """Share of samples whose most active output is the target; of equal counts the first wins.

    spk (T, B, C), targets (B,). Raises ShapeError.
    """
    _check("accuracy_rate", spk, targets)
    return (spk.sum(0).argmax(-1) == targets).float().mean().item()


LOSSES: dict[str, Loss] = {"ce_rate": ce_rate, "ce_count": ce_count}


def _check(name: str, spk: Tensor, targets: Tensor) -> None:
    if spk.ndim != 3 or targets.shape != spk.shape[1:2]:
        got = f"got {tuple(spk.shape)} and {tuple(targets.shape)}"
        raise ShapeError(f"{name}: spikes must be (T, B, classes) and targets (B,), {got}")
    if not spk.numel():
        raise ShapeError(f"{name}: there is nothing to judge in spikes of shape {tuple(spk.shape)}")
