"""Penalties on firing, by their formulas and by what their gradients ask for."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch

from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.regularisers import l1_rate_sparsity, lower_rate_bound, rate_target, upper_rate_bound

GOLDEN = Path(__file__).parents[1] / "golden" / "functional-snntorch-1.0.0.json"
RECORDED = json.loads(GOLDEN.read_text(encoding="utf-8"))
SPK = torch.tensor(RECORDED["outputs"]["spk"])
RATES = SPK.numpy().mean(0)
WORDS: Any = "much"


def test_l1_is_that_recorded() -> None:
    assert l1_rate_sparsity(Lambda=0.01)(SPK).item() == pytest.approx(RECORDED["accuracies"]["l1_rate_sparsity"])
    assert l1_rate_sparsity()(SPK).item() == pytest.approx(1e-5 * SPK.sum().item())


def test_bounds_are_squared_and_one_sided() -> None:
    below = [max(0.0, 0.3 - r) ** 2 for r in RATES.flatten()]
    above = [max(0.0, r - 0.3) ** 2 for r in RATES.flatten()]
    assert lower_rate_bound(0.3, 2)(SPK).item() == pytest.approx(2 * sum(below) / 12)
    assert upper_rate_bound(0.3, 2)(SPK).item() == pytest.approx(2 * sum(above) / 12)
    crowd = [max(0.0, r - 0.2) ** 2 for r in RATES.mean(1)]
    assert upper_rate_bound(0.2, population=True)(SPK).item() == pytest.approx(sum(crowd) / 3)


def test_a_rate_to_aim_at() -> None:
    want = 1.5 * ((RATES.mean(0) - 0.1) ** 2).sum()
    assert rate_target(0.1, 3)(SPK).item() == pytest.approx(want)


@pytest.mark.parametrize(
    ("penalty", "sign"),
    [(l1_rate_sparsity(1), 1), (lower_rate_bound(1), -1), (upper_rate_bound(0), 1), (rate_target(0), 1)],
)
def test_gradients_push_the_right_way(penalty, sign: int) -> None:
    spk = torch.rand(5, 2, 3, 2, generator=torch.Generator().manual_seed(0)).requires_grad_()
    value = penalty(spk)
    value.backward()
    assert value.shape == () and spk.grad is not None and (spk.grad * sign > 0).all()


def test_within_bounds_nothing_is_asked() -> None:
    spk = torch.full((4, 2, 3), 0.5)
    assert lower_rate_bound(0.4)(spk) == upper_rate_bound(0.6)(spk) == 0


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: l1_rate_sparsity(WORDS), r"l1_rate_sparsity\.Lambda: must be a number of size below 1e6, got much"),
        (lambda: lower_rate_bound(1.5), r"lower_rate_bound\.rate: must be spikes per step, from 0 to 1, got 1\.5"),
        (lambda: upper_rate_bound(math.nan), r"upper_rate_bound\.rate: must be a number of size below 1e6, got nan"),
        (lambda: rate_target(0.1)(SPK[:0]), r"rate_target: spikes must be \(T, B, …\) and not empty, got \(0, 3, 4\)"),
    ],
)
def test_refusals_are_sentences(call, sentence: str) -> None:
    with pytest.raises((KnobError, ShapeError), match=f"^{sentence}$"):
        call()


def test_half_precision_counts_every_spike() -> None:
    assert l1_rate_sparsity()(torch.ones(300, 64, 64).half()).item() == pytest.approx(12.288, rel=1e-3)


def test_whole_numbers_are_spikes_too() -> None:
    for penalty in (rate_target(0.1), lower_rate_bound(0.9), upper_rate_bound(0.1)):
        assert penalty(SPK.long()) == penalty(SPK)
