"""Yin-Yang: points of the plane in three classes that no straight line can tell apart, made afresh from a seed."""

import math

import numpy as np
import torch

from workbench.engine.data.base import Dataset, Split

R_SMALL, R_BIG = 0.1, 0.5  # radius of the two dots, and of the disc


def dataset() -> Dataset:
    """5,000 points to train on (seed 42) and 1,000 held out (seed 40), of 4 values each: x, y, 1 - x, 1 - y.

    The sizes and seeds are those of the authors, who choose settings by 1,000 further points: `split(1000, 41)`.
    """
    return Dataset(
        name="yin_yang",
        title="Yin-Yang, points of a plane",
        sample_shape=(4,),
        image_shape=(1, 4),
        class_names=("yin", "yang", "dot"),
        train=split(5000, 42),
        held_out=split(1000, 40),
        licence="MIT",
        source="Kriener, Göltz & Petrovici 2022, The Yin-Yang dataset, arXiv:2102.08211; generated from its rules",
    )


def split(size: int, seed: int) -> Split:
    """`size` points in the authors' order: a class is drawn, then points of the square until one is of that class."""
    draw = np.random.RandomState(seed)
    points, classes = np.empty((size, 4)), np.empty(size, np.int64)
    for i in range(size):
        goal = draw.randint(3)
        while True:
            x, y = (draw.rand(2) * 2 * R_BIG).tolist()
            if math.sqrt((x - R_BIG) ** 2 + (y - R_BIG) ** 2) <= R_BIG and class_of(x, y) == goal:
                break
        points[i], classes[i] = (x, y, 1 - x, 1 - y), goal
    return Split(torch.from_numpy(points.astype(np.float32)), torch.from_numpy(classes))


def class_of(x: float, y: float) -> int:
    """The class of a point of the disc; 1 is the region that the paper's code calls `is_yin`, though it names 0 yin."""
    right = math.sqrt((x - 1.5 * R_BIG) ** 2 + (y - R_BIG) ** 2)
    left = math.sqrt((x - 0.5 * R_BIG) ** 2 + (y - R_BIG) ** 2)
    if right < R_SMALL or left < R_SMALL:
        return 2
    return int(right <= R_SMALL or R_SMALL < left <= 0.5 * R_BIG or (y > R_BIG and right > 0.5 * R_BIG))
