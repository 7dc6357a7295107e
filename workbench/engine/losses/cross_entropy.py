"""Losses by cross-entropy: the right output against all others.

With `weight`, the "mean" is Σ w·loss / B as in snnTorch, not divided by the sum of weights as in torch.
With `num_classes` the outputs are populations (engine/population.py), added up before they are judged.
"""

from torch import Tensor
from torch.nn import functional

from workbench.engine.losses.judging import Weight, answers, class_weights, reduced


def ce_rate(
    spk: Tensor, targets: Tensor, *, num_classes: int | None = None, reduction: str = "mean", weight: Weight = None
) -> Tensor:
    """Cross-entropy of the spikes at every step, averaged over steps: the right neuron should fire always.

    spk (T, B, C) or (T, B, C·n) with `num_classes`, targets (B,) of whole numbers in [0, C). A scalar, or (B,) with
    reduction "none". Raises ShapeError and KnobError.
    """
    spk, targets = answers("ce_rate", spk, targets, num_classes)
    weight = class_weights("ce_rate", weight, spk, spk.shape[-1])
    each = functional.cross_entropy(spk.flatten(0, 1), targets.repeat(len(spk)), weight, reduction="none")
    return reduced("ce_rate", each.view(len(spk), -1).mean(0), reduction)


def ce_count(
    spk: Tensor, targets: Tensor, *, num_classes: int | None = None, reduction: str = "mean", weight: Weight = None
) -> Tensor:
    """Cross-entropy of the spike counts: the right neuron should fire most.

    spk (T, B, C) or (T, B, C·n) with `num_classes`, targets (B,) of whole numbers in [0, C). A scalar, or (B,) with
    reduction "none". Raises ShapeError and KnobError.
    """
    spk, targets = answers("ce_count", spk, targets, num_classes)
    weight = class_weights("ce_count", weight, spk, spk.shape[-1])
    return reduced("ce_count", functional.cross_entropy(spk.sum(0), targets, weight, reduction="none"), reduction)


def ce_max_membrane(mem: Tensor, targets: Tensor, *, reduction: str = "mean", weight: Weight = None) -> Tensor:
    """Cross-entropy of the highest membrane over time: the right neuron should rise highest (Cramer et al. 2020,
    doi:10.1109/TNNLS.2020.3044364).

    mem (T, B, C), targets (B,) of whole numbers in [0, C). A scalar, or (B,) with reduction "none". The gradient
    reaches the step of the maximum. Raises ShapeError and KnobError.
    """
    mem, targets = answers("ce_max_membrane", mem, targets)
    weight = class_weights("ce_max_membrane", weight, mem, mem.shape[-1])
    highest = mem.max(0).values
    return reduced("ce_max_membrane", functional.cross_entropy(highest, targets, weight, reduction="none"), reduction)
