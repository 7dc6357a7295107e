"""How far two spike trains are apart: spk and other (T, *F), one train for each place in *F; distances have shape *F.

Times are in steps; whatever is not 0 is a spike (van Rossum: with its size).
"""

import math

import numpy as np
import torch
from torch import Tensor

from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.precision import at_least_single

__all__ = ["van_rossum", "victor_purpura"]


def van_rossum(spk: Tensor, other: Tensor, tau: float, *, squared: bool = False) -> Tensor:
    """√ of 1/τ ∫ (f - g)² dt, where f and g are the trains, each spike followed by exp(-t/τ) (van Rossum 2001,
    doi:10.1162/089976601300014321, equation 2.3).

    One spike more makes D² ½; two spikes L steps apart make it 1 - exp(-L/τ). The integral is exact, in continuous time
    and to infinity. D² has a gradient (`squared`), which makes it a loss; that of D is taken as 0 where D is 0. τ in
    steps.

    >>> a, b = torch.tensor([1.0, 0.0, 0.0]), torch.tensor([0.0, 0.0, 1.0])
    >>> round(van_rossum(a, b, tau=2, squared=True).item(), 6) == round(1 - math.exp(-1), 6)
    True
    """
    _check("van_rossum", spk, other)
    if isinstance(tau, bool) or not isinstance(tau, int | float) or not 0 < tau < math.inf:
        raise KnobError(f"van_rossum.tau: must be above 0 steps, got {str(tau)[:40]}")
    # Half precision neither counts far nor squares much.
    decay, difference = math.exp(-1 / tau), spk.to(at_least_single(spk.dtype)) - other.to(at_least_single(other.dtype))
    trace, total = torch.zeros_like(difference[0]), torch.zeros_like(difference[0])
    for t, row in enumerate(difference):
        trace = decay * trace + row
        # From one step to the next the difference decays, and after the last for ever.
        total = total + trace.square() * ((1 - decay**2) if t < len(difference) - 1 else 1.0)
    if not squared:
        apart = total != 0
        total = torch.where(apart, (torch.where(apart, total, 1) / 2).sqrt(), 0 * total)
        return total.to(spk.dtype)
    return (total / 2).to(spk.dtype)


def victor_purpura(spk: Tensor, other: Tensor, q: float) -> Tensor:
    """The least cost of turning one train into the other: 1 to add or remove a spike, q to move one by a step
    (Victor & Purpura 1996, doi:10.1152/jn.1996.76.2.1310, the metric of spike times).

    q = 0 counts the difference in number, q ≥ 2 only spikes that coincide. No gradient. Memory O(trains · spikes).

    >>> a, b = torch.zeros(40), torch.zeros(40)
    >>> a[[10, 20, 30]], b[[12, 24, 30]] = 1, 1
    >>> round(victor_purpura(a, b, q=0.1).item(), 6)
    0.6
    """
    _check("victor_purpura", spk, other)
    if isinstance(q, bool) or not isinstance(q, int | float) or not 0 <= q < math.inf:
        raise KnobError(f"victor_purpura.q: must be 0 or more per step, got {str(q)[:40]}")
    (one, count), (two, counts) = _times(spk), _times(other)
    trains, columns = np.arange(len(one)), np.arange(two.shape[1] + 1.0)
    row = np.broadcast_to(columns, (len(one), len(columns))).copy()  # nothing of `one` yet: add every spike of `two`
    found = row[trains, counts].copy()
    for i in range(one.shape[1]):
        best = row + 1.0
        best[:, 1:] = np.minimum(best[:, 1:], row[:, :-1] + q * np.abs(one[:, i : i + 1] - two))
        # Adding spikes from the left costs 1 each: min over k ≤ j of best[k] + (j - k).
        row = np.minimum.accumulate(best - columns, axis=1) + columns
        found = np.where(count > i, row[trains, counts], found)
    return torch.from_numpy(found).view(spk.shape[1:]).to(spk.device)


def _times(spk: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """The steps of the spikes of each train, (trains, most spikes), zeros behind the last; and how many there are."""
    fired = spk.detach().reshape(len(spk), -1).cpu().numpy() != 0
    count = fired.sum(0)
    times = np.zeros((fired.shape[1], int(count.max(initial=0))))
    train, step = np.nonzero(fired.T)
    times[train, np.arange(len(train)) - np.repeat(count.cumsum() - count, count)] = step
    return times, count


def _check(name: str, spk: Tensor, other: Tensor) -> None:
    if spk.shape != other.shape or not spk.ndim:
        got = f"got {tuple(spk.shape)} and {tuple(other.shape)}"
        raise ShapeError(f"{name}: both trains must be of one shape (T, …), {got}")
    if not len(spk):
        raise ShapeError(f"{name}: there are no steps in trains of shape {tuple(spk.shape)}")
