"""Penalties on how much a layer fires, to be added to a loss: penalty = regulariser(spk), spk (T, B, *F), a scalar.

A rate is spikes per step, the mean over the T steps, of each neuron in each sample unless said otherwise.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from workbench.engine.encoders.encoder import number
from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.precision import at_least_single

__all__ = ["l1_rate_sparsity", "lower_rate_bound", "rate_target", "upper_rate_bound"]

Regulariser = Callable[[Tensor], Tensor]


def l1_rate_sparsity(Lambda: float = 1e-5) -> Regulariser:
    """Λ · (number of spikes), over everything. Name and value are snnTorch 1.0.0's."""
    strength = number("l1_rate_sparsity.Lambda", Lambda)
    return lambda spk: (strength * spk.sum(dtype=at_least_single(spk.dtype))).to(spk.dtype)


def lower_rate_bound(rate: float, strength: float = 1.0) -> Regulariser:
    """strength · mean max(0, rate - r)²: no neuron should fall silent (Zenke & Vogels 2021,
    doi:10.1162/neco_a_01367). The mean is over neurons and samples.

    >>> import torch
    >>> lower_rate_bound(0.5)(torch.zeros(4, 1, 2)).item()
    0.25
    """
    bound, weight = _rate("lower_rate_bound", rate), number("lower_rate_bound.strength", strength)
    return lambda spk: weight * (bound - _rates("lower_rate_bound", spk)).clamp(min=0).square().mean()


def upper_rate_bound(rate: float, strength: float = 1.0, *, population: bool = False) -> Regulariser:
    """strength · mean max(0, r - rate)²: no neuron should fire too much (Zenke & Vogels 2021).

    With `population` r is the mean over the neurons of a layer, so that single neurons may fire more.
    """
    bound, weight = _rate("upper_rate_bound", rate), number("upper_rate_bound.strength", strength)

    def penalty(spk: Tensor) -> Tensor:
        rates = _rates("upper_rate_bound", spk).flatten(1)
        rates = rates.mean(1) if population else rates
        return weight * (rates - bound).clamp(min=0).square().mean()

    return penalty


def rate_target(rate: float, strength: float = 1.0) -> Regulariser:
    """strength/2 · Σ (r - rate)² over neurons, r the mean over the batch too (Bellec et al. 2020,
    doi:10.1038/s41467-020-17236-y)."""
    aim, weight = _rate("rate_target", rate), number("rate_target.strength", strength)
    return lambda spk: weight / 2 * (_rates("rate_target", spk).mean(0) - aim).square().sum()


def _rate(where: str, rate: float) -> float:
    if not 0 <= number(f"{where}.rate", rate) <= 1:
        raise KnobError(f"{where}.rate: must be spikes per step, from 0 to 1, got {rate}")
    return float(rate)


def _rates(where: str, spk: Tensor) -> Tensor:
    """Spikes per step (B, *F)."""
    if spk.ndim < 2 or not spk.numel():
        raise ShapeError(f"{where}: spikes must be (T, B, …) and not empty, got {tuple(spk.shape)}")
    return spk.mean(0, dtype=None if spk.is_floating_point() else torch.get_default_dtype())
