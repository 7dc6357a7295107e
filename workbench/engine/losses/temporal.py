"""Losses by the time of the first spikes. Times are in steps; a neuron that stays silent counts as firing last, T - 1.

A spike's time has no derivative; it is taken to be -1 at the step of the spike, as in snnTorch: more membrane there,
an earlier spike. Everything is vectorised: memory O(T·B·C), no loop over neurons.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.losses.judging import Weight, answers, class_weights, reduced
from workbench.engine.losses.squared import chosen, weighted
from workbench.engine.precision import at_least_single

INVERSES = ("negate", "reciprocal")


def spike_times(spk: Tensor, count: int = 1) -> Tensor:
    """The steps of the first `count` spikes: spk (T, B, *F) gives (count, B, *F), T - 1 where missing.

    In spk's dtype, or float32 where that cannot count steps. Whatever is not 0 is a spike; NaN makes all
    times NaN. Gradient: -1 at the step of each spike (T - 1 where it is missing), 0 elsewhere.

    >>> spike_times(torch.tensor([0.0, 1.0, 0.0, 1.0]).view(4, 1, 1), 3).flatten().tolist()
    [1.0, 3.0, 3.0]
    """
    if not len(spk):
        raise ShapeError(f"spike_times: there are no steps in spikes of shape {tuple(spk.shape)}")
    return _Times.apply(spk, count)  # type: ignore[no-any-return]


def mse_temporal(
    spk: Tensor,
    targets: Tensor,
    *,
    target_is_time: bool = False,
    on_target: float | Sequence[float] | Tensor = 0,
    off_target: float | Sequence[float] | Tensor = -1,
    tolerance: float = 0,
    multi_spike: bool = False,
    reduction: str = "mean",
    weight: Weight = None,
) -> Tensor:
    """((time - wanted)/T)² of first spikes: the right class should fire at step `on_target`, others at `off_target`.

    spk (T, B, C), targets (B,) of whole numbers in [0, C), or with `target_is_time` the wanted steps, (B, C) or (C,).
    Negative steps count from the end: -1 is the last. A time nearer than `tolerance` to the wanted one is right.
    With `multi_spike` the first F spikes are judged: `on_target` and `off_target` hold F steps each, targets in time
    are (F, B, C). "mean" over all; "none" gives (B, C) or (F, B, C). Raises ShapeError and KnobError.
    """
    name = "mse_temporal"
    if target_is_time:
        wanted = _wanted_times(name, spk, targets, multi_spike)
        if weight is not None:
            raise KnobError(f"{name}: weight needs classes as targets, got times; leave weight out")
    else:
        spk, targets = answers(name, spk, targets)
        on, off = (_steps(name, key, value, multi_spike) for key, value in (("on", on_target), ("off", off_target)))
        if len(on) != len(off):
            raise KnobError(f"{name}: on_target has {len(on)} steps, off_target has {len(off)}; give as many to both")
        like = spk.new_empty(0, dtype=at_least_single(spk.dtype))
        wanted = torch.stack([chosen(targets, spk.shape[-1], *pair, like=like) for pair in zip(on, off, strict=True)])
    wanted = torch.where(wanted < 0, wanted + len(spk), wanted)
    times = spike_times(spk, len(wanted))
    away = times - wanted
    away = torch.where(away.abs() < tolerance, torch.zeros_like(away), away)
    error = (away / len(spk)).square()
    if not target_is_time:
        error = weighted(name, error, targets.expand(len(error), -1), weight)
    return reduced(name, error if multi_spike else error[0], reduction).to(spk.dtype)


def ce_temporal(
    spk: Tensor, targets: Tensor, *, inverse: str = "negate", reduction: str = "mean", weight: Weight = None
) -> Tensor:
    """Cross-entropy of first spike times: the right class should fire first (after Mostafa 2018,
    doi:10.1109/TNNLS.2017.2726060).

    The scores are -time (`inverse="negate"`) or 1/(time + 1) ("reciprocal"). spk (T, B, C), targets (B,) of whole
    numbers in [0, C). With `weight` the "mean" is divided by the weights' sum. A scalar, or (B,) with reduction "none".
    Raises ShapeError and KnobError.
    """
    if inverse not in INVERSES:
        raise KnobError(f"ce_temporal: inverse must be {' or '.join(INVERSES)}, got {str(inverse)[:40]}")
    spk, targets = answers("ce_temporal", spk, targets)
    times = spike_times(spk)[0]
    scores = -times if inverse == "negate" else 1 / (times + 1)
    held = class_weights("ce_temporal", weight, scores, spk.shape[-1])
    loss = functional.cross_entropy(scores, targets, held, reduction="none")
    if held is not None and reduction == "mean":
        return (loss.sum() / held[targets].sum()).to(spk.dtype)
    return reduced("ce_temporal", loss, reduction).to(spk.dtype)


class _Times(torch.autograd.Function):
    """`spike_times`, whose gradient is -1 at each spike."""

    @staticmethod
    def forward(ctx: Any, spk: Tensor, count: int) -> Tensor:  # type: ignore[override]
        fired = (spk != 0).cumsum(0)
        # The k-th spike comes after as many steps as have fewer than k spikes up to them.
        times = torch.stack([(fired < k).sum(0) for k in range(1, count + 1)]).clamp(max=len(spk) - 1)
        ctx.save_for_backward(times)
        ctx.shape, ctx.kind = spk.shape, spk.dtype
        broken = spk.isnan().any(0) if spk.is_floating_point() else torch.zeros_like(spk[0], dtype=torch.bool)
        return times.to(at_least_single(spk.dtype)).masked_fill(broken, torch.nan)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:  # type: ignore[override]
        (times,) = ctx.saved_tensors
        return grad.new_zeros(ctx.shape).scatter_add_(0, times, -grad).to(ctx.kind), None


def _wanted_times(name: str, spk: Tensor, targets: Tensor, multi_spike: bool) -> Tensor:
    """Wanted steps as (F, B, C), a copy. Raises ShapeError."""
    if spk.ndim != 3 or not spk.numel():
        raise ShapeError(f"{name}: spikes must be (T, B, classes) and not empty, got {tuple(spk.shape)}")
    allowed = (spk.shape[1:], (1, *spk.shape[2:]), spk.shape[2:])
    fits = targets.ndim == 3 and targets.shape[1:] in allowed[:2] if multi_spike else targets.shape in allowed
    if not fits:
        form = "(F, B, C)" if multi_spike else "(B, C) or (C,)"
        got = f"got {tuple(targets.shape)} for spikes {tuple(spk.shape)}"
        raise ShapeError(f"{name}: targets in time must be {form}, {got}")
    wanted = targets.detach().to(spk.device, at_least_single(spk.dtype))
    return (wanted if multi_spike else wanted.unsqueeze(0)).expand(-1 if multi_spike else 1, *spk.shape[1:])


def _steps(name: str, key: str, value: float | Sequence[float] | Tensor, multi_spike: bool) -> list[float]:
    """One step, or with `multi_spike` a row of them, as plain numbers. Raises KnobError."""
    row = torch.as_tensor(value, dtype=torch.float64).flatten().tolist()
    if (len(row) != 1 and not multi_spike) or not row:
        raise KnobError(f"{name}: {key}_target has {len(row)} steps; give one, or multi_spike=True for several")
    return row
