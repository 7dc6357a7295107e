"""The 5,000 digits of MNIST: complete, scaled, split once and for all, and apart from MNIST's own test images."""

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest
import torch

from workbench.engine.data import idx, load


def test_shapes_ranges_and_facts() -> None:
    digits = load("mnist_5k")
    assert (digits.sample_shape, digits.image_shape, digits.classes) == ((784,), (28, 28), 10)
    for split, size in ((digits.train, 4000), (digits.held_out, 1000)):
        assert len(split) == size and split.x.shape == (size, 784) and split.y.shape == (size,)
        assert split.x.dtype == torch.float32 and split.y.dtype == torch.int64
        assert split.x.min() == 0 and split.x.max() == 1
        assert split.y.bincount().min() > 0.08 * size
    assert torch.cat((digits.train.y, digits.held_out.y)).bincount().tolist() == [500] * 10


def test_no_sample_is_on_both_sides() -> None:
    digits = load("mnist_5k")
    train, held_out = ({row.tobytes() for row in part.x.numpy()} for part in (digits.train, digits.held_out))
    assert len(train) == 4000 and len(held_out) == 1000 and not train & held_out


def test_the_split_is_the_documented_one_for_ever() -> None:
    digits = load("mnist_5k")
    seen = hashlib.sha256()
    for split in (digits.train, digits.held_out):
        pixels, classes = (split.x * 255).round().to(torch.uint8), split.y.to(torch.uint8)
        assert torch.equal(pixels.float() / 255, split.x)
        seen.update(pixels.numpy().tobytes() + classes.numpy().tobytes())
    assert seen.hexdigest() == "e36e226537a181ef93842fc64e065ddb8ca3e983873878fba23b83e7b55b5f4f"


@pytest.mark.skipif("MNIST_FILES" not in os.environ, reason="MNIST_FILES names no folder with the files of full MNIST")
def test_they_are_the_first_of_mnist_and_none_is_of_its_test_part() -> None:
    full, digits = idx.from_folder(Path(os.environ["MNIST_FILES"])), load("mnist_5k")
    places = {row.tobytes(): place for place, row in enumerate(full.train.x.numpy())}
    ours, classes = torch.cat((digits.train.x, digits.held_out.x)), torch.cat((digits.train.y, digits.held_out.y))
    found = np.array([places[row.tobytes()] for row in ours.numpy()])
    assert found.max() == 5847 and torch.equal(full.train.y[torch.from_numpy(found)], classes)
    assert not {row.tobytes() for row in full.held_out.x.numpy()} & {row.tobytes() for row in ours.numpy()}
