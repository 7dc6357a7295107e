"""Losses by squared error: of spike counts, and of the membrane at every step."""

import torch
from torch import Tensor

from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.losses.judging import Weight, answers, class_weights, labels, reduced
from workbench.engine.precision import at_least_single


def mse_count(
    spk: Tensor,
    targets: Tensor,
    *,
    correct_rate: float = 1.0,
    incorrect_rate: float = 0.0,
    num_classes: int | None = None,
    reduction: str = "mean",
    weight: Weight = None,
) -> Tensor:
    """(count - wanted)² / T, wanted = ⌊T·rate⌋ spikes: `correct_rate` for the right class, `incorrect_rate` for others
    (after Shrestha & Orchard 2018, arXiv:1810.08646).

    spk (T, B, C), or (T, B, C·n) with `num_classes` (then ⌊T·rate·n⌋ for a population); targets (B,) of whole numbers
    in [0, C). "mean" over batch and classes; "none" gives (B, C). Raises ShapeError and KnobError.
    """
    per_class = 1 if num_classes is None else spk.shape[-1] / max(num_classes, 1)
    spk, targets = answers("mse_count", spk, targets, num_classes)
    kind, spk, wanted = spk.dtype, spk.to(at_least_single(spk.dtype)), []
    for name, rate in (("correct_rate", correct_rate), ("incorrect_rate", incorrect_rate)):
        if not 0 <= rate <= 1:
            raise KnobError(f"mse_count.{name}: must be spikes per step, from 0 to 1, got {str(rate)[:40]}")
        wanted.append(float(int(len(spk) * rate * per_class)))
    error = (spk.sum(0) - chosen(targets, spk.shape[-1], *wanted, like=spk)).square()
    return reduced("mse_count", weighted("mse_count", error, targets, weight) / len(spk), reduction).to(kind)


def mse_membrane(
    mem: Tensor,
    targets: Tensor,
    *,
    time_var_targets: bool = False,
    on_target: float = 1.0,
    off_target: float = 0.0,
    reduction: str = "mean",
    weight: Weight = None,
) -> Tensor:
    """(membrane - wanted)², averaged over steps: `on_target` is wanted of the right class, `off_target` of the others.

    mem (T, B, C), targets (B,) of whole numbers in [0, C). With `time_var_targets` they change over time: classes
    (T, B), or the wanted membrane itself (T, B, C), which takes no class weights. "mean" over batch and classes; "none"
    gives (B, C). Raises ShapeError and KnobError.
    """
    name = "mse_membrane"
    if not time_var_targets:
        mem, targets = answers(name, mem, targets)
    elif mem.ndim != 3 or not mem.numel() or targets.shape not in (mem.shape, mem.shape[:2]):
        got = f"got {tuple(mem.shape)} and {tuple(targets.shape)}"
        raise ShapeError(f"{name}: membranes must be (T, B, classes) and targets over time (T, B) or alike, {got}")
    elif targets.ndim == 3:
        if weight is not None:
            raise KnobError(f"{name}: weight needs classes as targets, got wanted membranes; leave weight out")
        return reduced(name, (mem - targets.to(mem)).square().mean(0), reduction)
    else:
        targets = labels(name, targets, mem.shape[-1])
    error = (mem - chosen(targets, mem.shape[-1], on_target, off_target, like=mem)).square()
    return reduced(name, weighted(name, error, targets, weight).mean(0), reduction)


def chosen(targets: Tensor, classes: int, on: float, off: float, like: Tensor) -> Tensor:
    """`on` at the class of `targets` (…), `off` at all others: (…, C). Any numbers, negative ones included."""
    right = targets.unsqueeze(-1) == torch.arange(classes, device=targets.device)
    return torch.where(right, like.new_tensor(on), like.new_tensor(off))


def weighted(name: str, error: Tensor, targets: Tensor, weight: Weight) -> Tensor:
    """`error` (…, C) of samples of the classes `targets` (…), each times the weight of its class."""
    held = class_weights(name, weight, error, error.shape[-1])
    return error if held is None else error * held[targets].unsqueeze(-1)
