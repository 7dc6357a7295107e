"""Handwritten digits, 8×8 grey values: the smallest real images there are to learn from."""

from pathlib import Path

import numpy as np
import torch

from workbench.engine.data.base import Dataset, Split

_TRAIN = 1437


def dataset() -> Dataset:
    """1,797 digits of 64 values in [0, 1]: 1,437 to train on, 360 held out.

    The split is the first 1,437 and the last 360 of numpy's `RandomState(0).permutation(1797)`, a stream that
    numpy keeps for ever. Pixels are stored as the counts 0 … 16 of the original and divided by 16.
    """
    with np.load(Path(__file__).with_name("digits.npz"), allow_pickle=False) as stored:
        x = torch.from_numpy(stored["images"].astype(np.float32).reshape(-1, 64) / 16)
        y = torch.from_numpy(stored["labels"].astype(np.int64))
    order = torch.from_numpy(np.random.RandomState(0).permutation(len(y)))
    train, held_out = order[:_TRAIN], order[_TRAIN:]
    return Dataset(
        name="digits",
        title="Handwritten digits, 8×8",
        sample_shape=(64,),
        image_shape=(8, 8),
        class_names=tuple("0123456789"),
        train=Split(x[train], y[train]),
        held_out=Split(x[held_out], y[held_out]),
        licence="CC BY 4.0",
        source="Alpaydin & Kaynak 1998, Optical Recognition of Handwritten Digits (test part), doi:10.24432/C50P49",
    )
