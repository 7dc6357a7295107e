"""Yin-Yang: the very points that its authors published."""

import math

import pytest
import torch

from workbench.engine.data import load
from workbench.engine.data.yin_yang import class_of, split


def test_the_published_points_come_out() -> None:
    data = load("yin_yang")
    assert data.train.y.bincount().tolist() == [1681, 1702, 1617]
    assert split(1000, 41).y.bincount().tolist() == [316, 336, 348], "the authors' validation part"
    assert data.held_out.y.bincount().tolist() == [350, 316, 334]
    first = [[round(value, 6) for value in row[:2]] for row in data.train.x[:2].tolist()]
    assert first == [[0.680308, 0.450499], [0.097672, 0.684233]]
    assert data.train.y[:2].tolist() == [2, 1] and data.held_out.y[:5].tolist() == [2, 2, 1, 1, 1]


def test_shapes_and_ranges() -> None:
    data = load("yin_yang")
    assert (data.sample_shape, data.image_shape, data.classes) == ((4,), (1, 4), 3)
    for part, size in ((data.train, 5000), (data.held_out, 1000)):
        assert part.x.shape == (size, 4) and part.x.dtype == torch.float32 and part.y.dtype == torch.int64
        assert part.x.min() >= 0 and part.x.max() <= 1
        assert torch.allclose(part.x[:, :2] + part.x[:, 2:], torch.ones(size, 2))
        assert ((part.x[:, 0] - 0.5) ** 2 + (part.x[:, 1] - 0.5) ** 2).max() <= 0.25 + 1e-6
    assert not set(map(tuple, data.train.x.tolist())) & set(map(tuple, data.held_out.x.tolist()))


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (0.75, 0.5, 2),  # the middle of the right dot
        (0.25, 0.59, 2),  # in the left dot
        (0.25, 0.7, 1),  # around the left dot, in the left half-disc
        (0.25, 0.2, 0),  # around the left dot as seen from below, outside its half-disc
        (0.5, 0.9, 1),  # the upper half, away from the right half-disc
        (0.5, 0.1, 0),  # the lower half
        (0.75, 0.7, 0),  # in the right half-disc
    ],
)
def test_regions(x: float, y: float, expected: int) -> None:
    assert class_of(x, y) == expected


def test_the_picture_is_its_own_opposite_turned_half_round() -> None:
    """Turned by 180° the two halves change places and the dots stay."""
    for part in range(1, 200):
        angle, radius = part * 2.4, 0.49 * math.sqrt(part / 200)
        x, y = 0.5 + radius * math.cos(angle), 0.5 + radius * math.sin(angle)
        here, there = class_of(x, y), class_of(1 - x, 1 - y)
        assert (here, there) in ((0, 1), (1, 0), (2, 2))
