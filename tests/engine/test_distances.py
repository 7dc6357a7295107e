"""Distances of spike trains: closed forms, an integral on a fine grid, all edits tried, and what makes a metric."""

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from workbench.engine.distances import van_rossum, victor_purpura
from workbench.engine.errors import KnobError, ShapeError

WORDS: Any = "far"


def train(*times: int, steps: int = 40) -> Tensor:
    spk = torch.zeros(steps, dtype=torch.float64)
    spk[list(times)] = 1
    return spk


def trains(seed: int, *shape: int) -> Tensor:
    return (torch.rand(shape, generator=torch.Generator().manual_seed(seed)) < 0.25).double()


trains_of_few = st.lists(st.integers(0, 11), max_size=5, unique=True).map(lambda t: train(*t, steps=12))


@pytest.mark.parametrize("tau", [0.5, 3.0, 50.0])
def test_van_rossum_of_one_and_of_two_spikes(tau: float) -> None:
    """van Rossum 2001: one spike more makes ½, two spikes at distance L make 1 - exp(-L/τ)."""
    assert van_rossum(train(4), train(), tau, squared=True).item() == pytest.approx(0.5)
    assert van_rossum(train(), train(39), tau, squared=True).item() == pytest.approx(0.5)
    for lag in (1, 5, 30):
        squared = van_rossum(train(4), train(4 + lag), tau, squared=True).item()
        assert squared == pytest.approx(1 - math.exp(-lag / tau))
        assert van_rossum(train(4), train(4 + lag), tau).item() == pytest.approx(math.sqrt(squared))


def test_van_rossum_is_the_double_sum_over_spikes() -> None:
    """½ΣΣ exp(-|tᵢ-tⱼ|/τ) within each train, less ΣΣ exp(-|tᵢ-uⱼ|/τ) between them."""
    a, b, tau = trains(1, 30, 2, 3), trains(2, 30, 2, 3), 4.0
    got = van_rossum(a, b, tau, squared=True)

    def total(t: np.ndarray, u: np.ndarray) -> float:
        return float(np.exp(-np.abs(t[:, None] - u) / tau).sum())

    for place in np.ndindex(2, 3):
        t, u = (np.flatnonzero(x[:, *place].numpy()) for x in (a, b))
        assert got[place].item() == pytest.approx(total(t, t) / 2 + total(u, u) / 2 - total(t, u))


def test_van_rossum_is_its_integral() -> None:
    a, b, tau, fine = train(2, 3, 17), train(5, 30), 6.0, 200
    t = (np.arange(200 * fine) + 0.5) / fine
    trace = np.zeros_like(t)
    for sign, spikes in ((1, a), (-1, b)):
        for s in np.flatnonzero(spikes):
            trace += sign * np.where(t >= s, np.exp(-(t - s) / tau), 0)
    assert van_rossum(a, b, tau, squared=True).item() == pytest.approx((trace**2).sum() / fine / tau, rel=1e-4)


def test_van_rossum_is_a_loss() -> None:
    spk = trains(3, 10, 2).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: van_rossum(x, trains(4, 10, 2), 3.0, squared=True), spk)


def by_trying_all(a: Tensor, b: Tensor, q: float) -> float:
    """The cheapest of all ways to edit, found by recursion."""
    t, u = (np.flatnonzero(x.numpy()).tolist() for x in (a, b))

    @cache
    def cost(i: int, j: int) -> float:
        if i == 0 or j == 0:
            return i + j
        return min(cost(i - 1, j) + 1, cost(i, j - 1) + 1, cost(i - 1, j - 1) + q * abs(t[i - 1] - u[j - 1]))

    return cost(len(t), len(u))


@settings(max_examples=60, deadline=None)
@given(trains_of_few, trains_of_few, st.sampled_from([0.0, 0.1, 0.37, 1.0, 3.0]))
def test_victor_purpura_is_the_cheapest_way_to_edit(a: Tensor, b: Tensor, q: float) -> None:
    assert victor_purpura(a, b, q).item() == pytest.approx(by_trying_all(a, b, q))


def test_victor_purpura_of_many_trains_at_once() -> None:
    a, b = trains(1, 30, 3, 4), trains(2, 30, 3, 4)
    got = victor_purpura(a, b, 0.3)
    assert got.shape == (3, 4)
    for place in np.ndindex(3, 4):
        assert got[place].item() == pytest.approx(by_trying_all(a[:, *place], b[:, *place], 0.3))


def test_victor_purpura_between_its_limits() -> None:
    a, b = trains(5, 50), trains(6, 50)
    n, m, both = a.sum().item(), b.sum().item(), (a * b).sum().item()
    assert victor_purpura(a, b, 0).item() == abs(n - m)
    assert victor_purpura(a, b, 2).item() == victor_purpura(a, b, 1e9).item() == n + m - 2 * both
    assert victor_purpura(train(10, 20, 30), train(12, 24, 30), 0.1).item() == pytest.approx(0.6)
    assert victor_purpura(train(), train(1, 2), 1).item() == 2 and victor_purpura(train(), train(), 1).item() == 0


@settings(max_examples=30, deadline=None)
@given(trains_of_few, trains_of_few, trains_of_few)
def test_both_are_metrics(a: Tensor, b: Tensor, c: Tensor) -> None:
    for far in (lambda x, y: van_rossum(x, y, 3.0).item(), lambda x, y: victor_purpura(x, y, 0.4).item()):
        assert far(a, a) == 0 and far(a, b) == pytest.approx(far(b, a))
        assert far(a, b) > 0 or torch.equal(a, b)
        assert far(a, c) <= far(a, b) + far(b, c) + 1e-9


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: van_rossum(train(), train(steps=3), 1), r"van_rossum: both trains must be of one shape \(T, …\), got"),
        (lambda: victor_purpura(train(steps=0), train(steps=0), 1), r"victor_purpura: there are no steps in trains of"),
        (lambda: van_rossum(train(), train(), 0), r"van_rossum\.tau: must be above 0 steps, got 0$"),
        (lambda: van_rossum(train(), train(), math.nan), r"van_rossum\.tau: must be above 0 steps, got nan$"),
        (lambda: victor_purpura(train(), train(), -1), r"victor_purpura\.q: must be 0 or more per step, got -1$"),
        (lambda: victor_purpura(train(), train(), WORDS), r"victor_purpura\.q: must be 0 or more per step, got far$"),
    ],
)
def test_refusals_are_sentences(call, sentence: str) -> None:
    with pytest.raises((KnobError, ShapeError), match=f"^{sentence}"):
        call()


def test_van_rossum_of_equal_trains_poisons_no_gradient() -> None:
    spk = torch.ones(5, 2, requires_grad=True)
    other = spk.detach().clone()
    other[2, 1] = 0
    distance = van_rossum(spk, other, tau=3.0)
    distance.sum().backward()
    assert distance[0] == 0 < distance[1] and spk.grad is not None
    assert not spk.grad[:, 0].any() and spk.grad[:, 1].isfinite().all() and spk.grad[2, 1] > 0
    assert van_rossum(spk.detach() * torch.nan, other, tau=3.0).isnan().all()


def test_half_precision_holds_long_trains() -> None:
    ones, nothing = torch.ones(3000, 1), torch.zeros(3000, 1)
    want = van_rossum(ones, nothing, tau=20.0)
    assert torch.allclose(van_rossum(ones.half(), nothing.half(), tau=20.0).float(), want, rtol=1e-3)
