"""The digits starters learn what they promise, with the epochs written in their files and nothing chosen on the way."""

import pytest

from workbench.design.starters import templates
from workbench.run.training import Training


def trained(name, seed):
    """Held-out accuracy after the design's own epochs, and the weights' hash."""
    training = Training(templates()[name].with_(seed=seed))
    while not training.finished:
        training.batch()
    return training.evaluate().accuracy, training.weights().hash


@pytest.mark.slow
def test_five_seeds_of_digits():
    found = [trained("digits", seed) for seed in range(5)]
    accuracies = [accuracy for accuracy, _ in found]
    assert sum(accuracies) / 5 >= 0.95, accuracies
    assert min(accuracies) >= 0.935, accuracies
    assert len({name for _, name in found}) == 5


@pytest.mark.slow
def test_digits_by_latency():
    accuracy, _ = trained("digits_latency", 0)
    assert accuracy >= 0.88


@pytest.mark.slow
def test_digits_by_convolution():
    accuracies = [trained("digits_convolution", seed)[0] for seed in range(3)]
    assert sum(accuracies) / 3 >= 0.95, accuracies
