"""Losses: value and gradient as recorded from snnTorch, its faults absent, by formulas written out here."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from workbench.engine import losses
from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.losses import (
    LOSSES,
    ce_count,
    ce_max_membrane,
    ce_rate,
    ce_rate_loss,
    ce_temporal,
    mse_count,
    mse_membrane,
    mse_temporal,
    spike_times,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "functional-snntorch-1.0.0.json"
RECORDED = json.loads(GOLDEN.read_text(encoding="utf-8"))
GIVEN = {key: torch.tensor(value) for key, value in RECORDED["outputs"].items()}
SPK, TARGETS, WEIGHT = GIVEN["spk"], GIVEN["targets"], GIVEN["weight"]
ON_SPIKES = [ce_rate, ce_count, mse_count, mse_temporal, ce_temporal]
ALL = [*ON_SPIKES, ce_max_membrane, mse_membrane]
each = pytest.mark.parametrize("loss", ALL, ids=lambda loss: loss.__name__)


def one_hot(targets: Tensor, classes: int = 4) -> Tensor:
    return torch.eye(classes)[targets]


def times_by_hand(spk: Tensor, count: int) -> np.ndarray:
    """Steps of the first spikes, one neuron after the other."""
    found = np.full((count, *spk.shape[1:]), len(spk) - 1.0)
    for place in np.ndindex(*spk.shape[1:]):
        fired = np.flatnonzero(spk.numpy()[:, *place])[:count]
        found[: len(fired), *place] = fired
    return found


@pytest.mark.parametrize("case", RECORDED["losses"].values(), ids=RECORDED["losses"].keys())
def test_values_and_gradients_are_those_recorded(case: dict[str, Any]) -> None:
    settings = {key: WEIGHT if key == "weight" else value for key, value in case["settings"].items()}
    out = GIVEN[case["out"]].clone().requires_grad_()
    value = getattr(losses, case["name"])(**settings)(out, GIVEN[case["targets"]])
    value.sum().backward()
    assert out.grad is not None
    torch.testing.assert_close(value, torch.tensor(case["value"]), rtol=1e-6, atol=1e-7)
    torch.testing.assert_close(out.grad, torch.tensor(case["gradient"]), rtol=1e-5, atol=1e-7)


def test_every_loss_of_snntorch_is_recorded() -> None:
    assert {case["name"] for case in RECORDED["losses"].values()} == {f"{loss.__name__}_loss" for loss in ALL}


@each
def test_losses_are_scalars_with_gradients(loss) -> None:
    """snnTorch gives (1,) for ce_rate and mse_membrane."""
    out = SPK.clone().requires_grad_()
    value = loss(out, TARGETS)
    value.backward()
    assert value.shape == () and out.grad is not None and out.grad.abs().sum() > 0


@each
@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_reductions_agree(loss, weight: Tensor | None) -> None:
    """With weights, snnTorch leaves "sum" undone."""
    each_sample = loss(SPK, TARGETS, reduction="none", weight=weight)
    assert each_sample.shape in ((3,), (3, 4))
    assert loss(SPK, TARGETS, reduction="sum", weight=weight).item() == pytest.approx(each_sample.sum().item())
    if not (loss is ce_temporal and weight is not None):  # which torch's own cross-entropy divides by the weights' sum
        assert loss(SPK, TARGETS, weight=weight).item() == pytest.approx(each_sample.mean().item())


@pytest.mark.parametrize("loss", [mse_count, mse_membrane, mse_temporal], ids=lambda loss: loss.__name__)
def test_class_weights_of_squared_errors_scale_whole_samples(loss) -> None:
    """snnTorch multiplies (B, C) by (B,): an error, or, where B = C, the wrong axis."""
    plain = loss(SPK, TARGETS, reduction="none")
    assert torch.equal(loss(SPK, TARGETS, reduction="none", weight=WEIGHT), plain * WEIGHT[TARGETS].unsqueeze(1))
    square = torch.cat((SPK, SPK[:, :1]), 1)  # B = C = 4
    targets = torch.tensor([3, 2, 0, 1])
    plain = loss(square, targets, reduction="none")
    weighted = loss(square, targets, reduction="none", weight=WEIGHT.tolist())
    assert torch.equal(weighted, plain * WEIGHT[targets].unsqueeze(1))


def test_populations_are_added_up_in_ce_rate() -> None:
    """snnTorch looks at its blocks and never adds them up; without weights it fails."""
    spk, targets = GIVEN["population"], GIVEN["population_targets"]
    summed = torch.stack([spk[..., 2 * i : 2 * i + 2].sum(-1) for i in range(3)], -1)
    assert ce_rate(spk, targets, num_classes=3).item() == pytest.approx(ce_rate(summed, targets).item())
    weight = torch.tensor([1.0, 2.0, 3.0])
    weighted = ce_rate_loss(population_code=True, num_classes=3, weight=weight)(spk, targets)
    assert weighted.item() == pytest.approx(ce_rate(summed, targets, weight=weight).item())


@pytest.mark.parametrize("loss", [ce_rate, ce_count, mse_count], ids=lambda loss: loss.__name__)
def test_one_neuron_a_class_is_no_population(loss) -> None:
    assert torch.equal(loss(SPK, TARGETS, num_classes=4), loss(SPK, TARGETS))


def test_default_targets_of_mse_temporal_are_the_first_and_the_last_step() -> None:
    """snnTorch clamps its default away, so that all classes aim at step 0."""
    wanted = (1 - one_hot(TARGETS)) * (len(SPK) - 1)
    by_hand = ((torch.from_numpy(times_by_hand(SPK, 1)[0]) - wanted) / len(SPK)).square().mean()
    assert mse_temporal(SPK, TARGETS).item() == pytest.approx(by_hand.item(), rel=1e-6)
    perfect = torch.zeros(5, 1, 2)
    perfect[0, 0, 1] = 1
    assert mse_temporal(perfect, torch.tensor([1])) == 0


def test_a_negative_off_target_is_kept() -> None:
    """snnTorch clamps it to 0."""
    wanted = one_hot(TARGETS) * 1.5 - 0.5
    by_hand = (GIVEN["mem"] - wanted).square().mean()
    assert mse_membrane(GIVEN["mem"], TARGETS, off_target=-0.5).item() == pytest.approx(by_hand.item())


def test_targets_that_change_over_time() -> None:
    mem, over_time = GIVEN["mem"], torch.randint(4, (7, 3), generator=torch.Generator().manual_seed(0))
    by_hand = (mem - one_hot(over_time)).square().mean()
    assert mse_membrane(mem, over_time, time_var_targets=True).item() == pytest.approx(by_hand.item())
    wanted = torch.linspace(0, 1, mem.numel()).view_as(mem)
    value = mse_membrane(mem, wanted, time_var_targets=True, reduction="none")
    torch.testing.assert_close(value, (mem - wanted).square().mean(0))
    weighted = mse_membrane(mem, over_time, time_var_targets=True, weight=WEIGHT)
    by_hand = ((mem - one_hot(over_time)).square() * WEIGHT[over_time].unsqueeze(-1)).mean()
    assert weighted.item() == pytest.approx(by_hand.item())


@pytest.mark.parametrize("count", [1, 2, 3, 9])
def test_spike_times_are_those_found_one_neuron_after_the_other(count: int) -> None:
    """With several spikes and several neurons, snnTorch erases whole time slices."""
    assert np.array_equal(spike_times(SPK, count).numpy(), times_by_hand(SPK, count))


def test_spike_times_pass_minus_one_to_each_spike() -> None:
    spk = torch.tensor([0.0, 1.0, 0.0, 1.0, 0.0]).view(5, 1, 1).requires_grad_()
    spike_times(spk, 3).backward(torch.tensor([1.0, 10.0, 100.0]).view(3, 1, 1))
    assert spk.grad is not None and spk.grad.flatten().tolist() == [0, -1, 0, -10, -100]
    silent = torch.zeros(4, 1, 1, requires_grad=True)
    spike_times(silent)[0].sum().backward()
    assert silent.grad is not None and silent.grad.flatten().tolist() == [0, 0, 0, -1]


def test_several_spikes_of_each_neuron_are_judged() -> None:
    on, off = [0, 2], [4, -1]
    value = mse_temporal(SPK, TARGETS, on_target=on, off_target=torch.tensor(off), multi_spike=True, reduction="none")
    times, hot = times_by_hand(SPK, 2), one_hot(TARGETS).numpy()
    wanted = np.stack([hot * on[i] + (1 - hot) * (off[i] % 7) for i in range(2)])
    assert value.shape == (2, 3, 4) and np.allclose(value.numpy(), ((times - wanted) / 7) ** 2, rtol=1e-6)
    same = mse_temporal(SPK, torch.tensor(wanted), target_is_time=True, multi_spike=True, reduction="none")
    assert torch.equal(same, value)


def test_graded_spikes_count_as_spikes_in_time() -> None:
    assert torch.equal(spike_times(SPK * 0.3), spike_times(SPK))


def test_targets_are_never_written_to() -> None:
    """snnTorch turns negative steps into positive ones in place."""
    times = torch.tensor([0.0, -1.0, 2.0, -2.0])
    kept = times.clone()
    value = mse_temporal(SPK, times, target_is_time=True)
    assert torch.equal(times, kept)
    assert value == mse_temporal(SPK, torch.tensor([0.0, 6.0, 2.0, 5.0]), target_is_time=True)
    spk = SPK.clone()
    for loss in ALL:
        loss(spk, TARGETS)
    assert torch.equal(spk, SPK)


@each
def test_precision_is_kept(loss) -> None:
    """snnTorch sums in float32 whatever comes in."""
    for dtype in (torch.float16, torch.float64):
        assert loss(SPK.to(dtype), TARGETS).dtype == dtype


@each
def test_kinds_of_labels(loss) -> None:
    for kind in (torch.uint8, torch.int16, torch.int32):
        assert torch.equal(loss(SPK, TARGETS.to(kind)), loss(SPK, TARGETS))
    with pytest.raises(ShapeError, match=rf"^{loss.__name__}: targets must be class numbers, whole, from 0 to 3; "):
        loss(SPK, TARGETS.float())
    with pytest.raises(ShapeError, match=rf"^{loss.__name__}: targets must be class numbers from 0 to 3, got 4$"):
        loss(SPK, TARGETS + 1)
    with pytest.raises(ShapeError, match=rf"^{loss.__name__}: targets must be class numbers from 0 to 3, got -1$"):
        loss(SPK, TARGETS - 1)


@each
def test_what_does_not_fit_is_refused(loss) -> None:
    name = loss.__name__
    with pytest.raises(ShapeError, match=rf"^{name}: spikes must be \(T, B, classes\) and targets \(B,\), got"):
        loss(SPK, TARGETS[:2])
    with pytest.raises(ShapeError, match="spikes must be"):
        loss(SPK[0], TARGETS)
    with pytest.raises(ShapeError, match="nothing to judge"):
        loss(SPK[:0], TARGETS)
    with pytest.raises(KnobError, match=f"^{name}: reduction must be one of mean, sum, none, got average$"):
        loss(SPK, TARGETS, reduction="average")
    with pytest.raises(ShapeError, match=rf"^{name}: weight must hold one number for each of 4 classes, got \(2,\)$"):
        loss(SPK, TARGETS, weight=[1.0, 2.0])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: ce_count(SPK, TARGETS, num_classes=3), "num_classes: must divide the number of output neurons, got 4"),
        (lambda: ce_rate_loss(population_code=True), "ce_rate_loss: with population_code, num_classes must say"),
        (lambda: mse_count(SPK, TARGETS, correct_rate=1.5), r"mse_count\.correct_rate: must be spikes per step.*1\.5"),
        (lambda: mse_count(SPK, TARGETS, incorrect_rate=math.nan), r"mse_count\.incorrect_rate: must be .*, got nan"),
        (lambda: mse_temporal(SPK, TARGETS, on_target=[1, 2]), "mse_temporal: on_target has 2 steps; give one, or"),
        (
            lambda: mse_temporal(SPK, TARGETS, on_target=[1, 2], multi_spike=True),
            "mse_temporal: on_target has 2 steps, off_target has 1; give as many to both",
        ),
        (lambda: mse_temporal(SPK, TARGETS, target_is_time=True), r"mse_temporal: targets in time must be \(B, C\) or"),
        (
            lambda: mse_temporal(SPK, GIVEN["times"], target_is_time=True, weight=WEIGHT),
            "mse_temporal: weight needs classes as targets, got times; leave weight out",
        ),
        (lambda: ce_temporal(SPK, TARGETS, inverse="flip"), "ce_temporal: inverse must be negate or reciprocal, got f"),
        (
            lambda: mse_membrane(SPK, SPK, time_var_targets=True, weight=WEIGHT),
            "mse_membrane: weight needs classes as targets, got wanted membranes; leave weight out",
        ),
        (
            lambda: mse_membrane(SPK, TARGETS, time_var_targets=True),
            r"mse_membrane: membranes must be \(T, B, classes\)",
        ),
        (lambda: spike_times(SPK[:0]), r"spike_times: there are no steps in spikes of shape \(0, 3, 4\)"),
    ],
)
def test_refusals_are_sentences(call, sentence: str) -> None:
    with pytest.raises((KnobError, ShapeError), match=f"^{sentence}") as refused:
        call()
    assert len(str(refused.value)) <= 200


def test_those_a_drawn_network_is_offered_are_losses_of_its_answer() -> None:
    assert {"ce_rate", "ce_count"} <= LOSSES.keys()
    for name, loss in LOSSES.items():
        assert loss(SPK, TARGETS).shape == () and getattr(losses, name) is loss


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_half_precision_counts_long_runs(kind: torch.dtype) -> None:
    y = torch.tensor([0])
    assert losses.mse_count(torch.ones(300, 1, 2, dtype=kind), y).item() == pytest.approx(150, rel=0.01)
    spk = torch.zeros(4000, 1, 2, dtype=kind)
    spk[3001, 0, 0], spk[3000, 0, 1] = 1, 1
    assert spike_times(spk).flatten().tolist() == [3001, 3000]
    for loss in (losses.ce_temporal, losses.mse_temporal):
        assert loss(spk, y).dtype is kind
        assert loss(spk, y).item() == pytest.approx(loss(spk.float(), y).item(), rel=0.01)
    given = spk.clone().requires_grad_()
    losses.ce_temporal(given, y).backward()
    assert given.grad is not None and given.grad.dtype is kind and given.grad[3001, 0, 0] < 0


def test_nan_is_no_spike_at_the_start() -> None:
    spk, y = torch.zeros(5, 2, 3), torch.tensor([0, 1])
    spk[2, 1, 1] = torch.nan
    for loss in (losses.ce_temporal, losses.mse_temporal):
        assert loss(spk, y, reduction="none")[1].isnan().any() and not loss(spk, y, reduction="none")[0].isnan().any()
