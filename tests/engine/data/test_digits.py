"""The digits: complete, scaled, split once and for all."""

import hashlib

import pytest
import torch

from workbench.engine.data import datasets, load


def test_digits_is_found_and_loaded_once() -> None:
    assert "digits" in datasets() and load("digits") is load("digits")


def test_shapes_ranges_and_facts() -> None:
    digits = load("digits")
    assert (digits.sample_shape, digits.image_shape, digits.classes) == ((64,), (8, 8), 10)
    assert digits.licence == "CC BY 4.0" and "doi:" in digits.source
    for split, size in ((digits.train, 1437), (digits.held_out, 360)):
        assert len(split) == size and split.x.shape == (size, 64) and split.y.shape == (size,)
        assert split.x.dtype == torch.float32 and split.y.dtype == torch.int64
        assert split.x.min() == 0 and split.x.max() == 1
        assert torch.equal(split.x * 16, (split.x * 16).round())
        assert split.y.bincount().min() > 0.07 * size


def test_no_sample_is_on_both_sides() -> None:
    digits = load("digits")
    train = {tuple(row) for row in digits.train.x.tolist()}
    assert len(train) == 1437 and not train & {tuple(row) for row in digits.held_out.x.tolist()}


def test_the_split_is_the_documented_one_for_ever() -> None:
    digits = load("digits")
    seen = hashlib.sha256()
    for split in (digits.train, digits.held_out):
        seen.update((split.x * 16).to(torch.uint8).numpy().tobytes() + split.y.to(torch.uint8).numpy().tobytes())
    assert seen.hexdigest() == "25bb209edf45b4003a539309c103e25e19c4f663e9b7887c34213131060a2cfc"


def test_it_is_scikit_learns_copy_where_that_is_installed() -> None:
    original = pytest.importorskip("sklearn.datasets").load_digits()
    digits = load("digits")
    ours = sorted(map(tuple, torch.cat((digits.train.x, digits.held_out.x)).mul(16).int().tolist()))
    assert ours == sorted(map(tuple, original.data.astype(int).tolist()))


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^data: letters is not one of digits, mnist_5k, yin_yang$"):
        load("letters")
