"""Accuracies as recorded from snnTorch, ties, populations, and refusals; populations added up."""

import json
from pathlib import Path

import pytest
import torch

from workbench.engine.accuracies import accuracy_rate, accuracy_temporal
from workbench.engine.errors import ShapeError
from workbench.engine.population import population_sums

GOLDEN = Path(__file__).parents[1] / "golden" / "functional-snntorch-1.0.0.json"
RECORDED = json.loads(GOLDEN.read_text(encoding="utf-8"))
GIVEN = {key: torch.tensor(value) for key, value in RECORDED["outputs"].items()}


def test_accuracies_are_those_recorded() -> None:
    found = RECORDED["accuracies"]
    spk, targets = GIVEN["spk"], GIVEN["targets"]
    assert accuracy_rate(spk, targets) == pytest.approx(found["accuracy_rate"])
    assert accuracy_temporal(spk, targets) == pytest.approx(found["accuracy_temporal"])
    crowd = accuracy_rate(GIVEN["population"], GIVEN["population_targets"], num_classes=3)
    assert crowd == pytest.approx(found["accuracy_rate of populations"])


def test_the_first_wins_a_tie() -> None:
    spk = torch.zeros(3, 4, 2)
    spk[:, 1, 1] = 1
    spk[0, 2] = 1
    assert accuracy_rate(spk, torch.tensor([0, 1, 0, 1])) == 0.75
    assert accuracy_temporal(spk, torch.tensor([0, 1, 0, 0])) == 1.0


def test_who_fires_first_answers_however_often_others_fire() -> None:
    spk = torch.zeros(5, 1, 3)
    spk[1, 0, 2] = 1
    spk[2:, 0, 1] = 1
    assert accuracy_temporal(spk, torch.tensor([2])) == 1 and accuracy_rate(spk, torch.tensor([1])) == 1


def test_populations_are_blocks_that_follow_one_another() -> None:
    spk = torch.arange(12.0).view(1, 2, 6)
    assert population_sums(spk, 3).tolist() == [[[1, 5, 9], [13, 17, 21]]]
    assert population_sums(spk, 6).equal(spk)
    for classes in (4, 0, -1, 2.0, True):
        with pytest.raises(ShapeError, match=r"^num_classes: must divide the number of output neurons, got 6 neurons"):
            population_sums(spk, classes)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("judge", [accuracy_rate, accuracy_temporal], ids=lambda judge: judge.__name__)
def test_what_does_not_fit_is_refused(judge) -> None:
    spk = GIVEN["spk"]
    for bad in ((spk, GIVEN["targets"][:2]), (spk[0], GIVEN["targets"]), (spk[:0], GIVEN["targets"])):
        with pytest.raises(ShapeError, match=f"^{judge.__name__}: "):
            judge(*bad)
