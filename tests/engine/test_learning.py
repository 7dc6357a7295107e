"""The networks of the published learning results learn here too: briefly in every run of the tests, whole when slow."""

import os
from itertools import pairwise

import pytest
import torch

from tests.benchmarks.learning import mnist, yin_yang
from workbench.engine.data import idx, load


@pytest.fixture(autouse=True)
def one_core():
    """Sums added up in one order, whatever ran before."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_yin_yang_is_better_than_any_straight_line_after_three_epochs_and_twice_the_same():
    first, second = (list(yin_yang(load("yin_yang"), 3, samples=3000)) for _ in range(2))
    assert first == second
    assert first[-1] > 0.68, "a linear classifier reaches 0.64"
    assert any(after > before for before, after in pairwise(first))


def test_mnist_is_learned_from_a_few_hundred_digits_and_twice_the_same():
    first, second = (list(mnist(load("mnist_5k"), 1, samples=640)) for _ in range(2))
    assert first == second and first[-1] > 0.5


@pytest.mark.slow
def test_yin_yang_reaches_its_reference_within_a_point():
    """95.6 % is the reference: leaky neurons, 5-120-3, latency in 40 steps, SuperSpike, 60 epochs; ours: 96.6 %."""
    *_, last = yin_yang(load("yin_yang"), 60)
    assert last >= 0.946


@pytest.mark.slow
def test_mnist_reaches_snntorchs_tutorial_on_the_full_files_and_its_own_measure_on_the_5000():
    """snnTorch's tutorial 5 prints 93.87 % after its one epoch; run again, 93.1 %. MNIST_FILES names a folder."""
    if "MNIST_FILES" in os.environ:
        *_, last = mnist(idx.from_folder(os.environ["MNIST_FILES"]), 1)
        assert last >= 0.93
    else:
        *_, last = mnist(load("mnist_5k"), 4)
        assert last >= 0.84
