"""Accuracies: the share of samples whose answer is the target, by spike counts or by the first spike."""

from torch import Tensor

from workbench.engine.losses.judging import answers
from workbench.engine.losses.temporal import spike_times


def accuracy_rate(spk: Tensor, targets: Tensor, *, num_classes: int | None = None) -> float:
    """Share of samples whose most active output is the target; of equal counts the first wins.

    spk (T, B, C), or (T, B, C·n) with `num_classes` (population coding); targets (B,). Raises ShapeError.
    """
    spk, targets = answers("accuracy_rate", spk, targets, num_classes)
    return (spk.sum(0).argmax(-1) == targets).float().mean().item()


def accuracy_temporal(spk: Tensor, targets: Tensor) -> float:
    """Share of samples whose output that fires first is the target; of equal times the first output wins, and one that
    stays silent counts as firing at the last step.

    spk (T, B, C), targets (B,). Raises ShapeError.
    """
    spk, targets = answers("accuracy_temporal", spk, targets)
    return (spike_times(spk)[0].argmin(-1) == targets).float().mean().item()
