"""What all losses share: the check of shapes and labels, class weights and the way to one number."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.population import population_sums

REDUCTIONS = ("mean", "sum", "none")

Weight = Tensor | Sequence[float] | None
"""One weight for each class, or None: all count alike."""


def answers(name: str, out: Tensor, targets: Tensor, num_classes: int | None = None) -> tuple[Tensor, Tensor]:
    """(out, targets) made fit to be compared: out (T, B, C), populations added up, and targets (B,) as int64.

    Raises ShapeError, beginning with `name`.
    """
    if not isinstance(out, Tensor) or not isinstance(targets, Tensor):
        raise ShapeError(
            f"{name}: spikes and targets must be tensors, got {type(out).__name__}, {type(targets).__name__}"
        )
    if out.ndim != 3 or targets.shape != out.shape[1:2]:
        got = f"got {tuple(out.shape)} and {tuple(targets.shape)}"
        raise ShapeError(f"{name}: spikes must be (T, B, classes) and targets (B,), {got}")
    if not out.numel():
        raise ShapeError(f"{name}: there is nothing to judge in spikes of shape {tuple(out.shape)}")
    if not out.is_floating_point():
        out = out.to(torch.get_default_dtype())
    out = out if num_classes is None else population_sums(out, num_classes)
    return out, labels(name, targets, out.shape[-1])


def labels(name: str, targets: Tensor, classes: int) -> Tensor:
    """Class numbers of any shape as int64. Raises ShapeError for what is no class number below `classes`."""
    if targets.is_floating_point() or targets.dtype == torch.bool:
        raise ShapeError(f"{name}: targets must be class numbers, whole, from 0 to {classes - 1}; call targets.long()")
    if targets.numel() and not (int(targets.min()) >= 0 and int(targets.max()) < classes):
        found = int(targets.min()) if int(targets.min()) < 0 else int(targets.max())
        raise ShapeError(f"{name}: targets must be class numbers from 0 to {classes - 1}, got {found}")
    return targets.long()


def class_weights(name: str, weight: Weight, like: Tensor, classes: int) -> Tensor | None:
    """`weight` as a tensor (C,) of like's dtype. Raises ShapeError."""
    if weight is None:
        return None
    held = torch.as_tensor(weight, dtype=like.dtype, device=like.device).detach()
    if held.shape != (classes,):
        raise ShapeError(f"{name}: weight must hold one number for each of {classes} classes, got {tuple(held.shape)}")
    return held


def reduced(name: str, loss: Tensor, reduction: str) -> Tensor:
    """`loss` as it is ("none"), its "sum", or its "mean". Raises KnobError."""
    if reduction not in REDUCTIONS:
        raise KnobError(f"{name}: reduction must be one of {', '.join(REDUCTIONS)}, got {str(reduction)[:40]}")
    return loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss
