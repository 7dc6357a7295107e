"""Losses against their definitions written out in numpy."""

import numpy as np
import pytest
import torch

from workbench.engine.errors import ShapeError
from workbench.engine.losses import LOSSES, accuracy_rate, ce_count, ce_rate

SPK = (torch.rand(7, 5, 4, generator=torch.Generator().manual_seed(0)) < 0.4).float()
TARGETS = torch.tensor([0, 3, 1, 1, 2])


def cross_entropy(scores: np.ndarray) -> np.ndarray:
    """-log softmax(scores)[target], for scores (B, C)."""
    chances = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    return -np.log(chances[np.arange(5), TARGETS.numpy()])


def test_ce_rate_is_the_mean_over_steps_and_batch() -> None:
    want = np.mean([cross_entropy(step).mean() for step in SPK.numpy().astype(float)])
    assert ce_rate(SPK, TARGETS).item() == pytest.approx(want, rel=1e-6)


def test_ce_count_judges_the_sums() -> None:
    assert ce_count(SPK, TARGETS).item() == pytest.approx(cross_entropy(SPK.numpy().sum(0)).mean(), rel=1e-6)


def test_accuracy_counts_and_lets_the_first_win_a_tie() -> None:
    spk = torch.zeros(3, 4, 2)
    spk[:, 1, 1] = 1
    spk[0, 2] = 1
    assert accuracy_rate(spk, torch.tensor([0, 1, 0, 1])) == 0.75


@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_scalars_with_gradients(name: str) -> None:
    spk = SPK.clone().requires_grad_()
    loss = LOSSES[name](spk, TARGETS)
    loss.backward()
    assert loss.shape == () and spk.grad is not None and spk.grad.abs().sum() > 0


@pytest.mark.parametrize("judge", [ce_rate, ce_count, accuracy_rate])
def test_what_does_not_fit_is_refused(judge) -> None:
    with pytest.raises(
        ShapeError, match=rf"^{judge.__name__}: spikes must be \(T, B, classes\) and targets \(B,\), got"
    ):
        judge(SPK, TARGETS[:4])
    with pytest.raises(ShapeError, match="spikes must be"):
        judge(SPK[0], TARGETS)
    with pytest.raises(ShapeError, match="nothing to judge"):
        judge(SPK[:0], TARGETS)
