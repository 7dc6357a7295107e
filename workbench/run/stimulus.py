"""What arrives at the inputs: samples of a data set one after the other, or a current through time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from workbench.engine.data import load
from workbench.run.results import frozen


@dataclass(frozen=True, eq=False)
class Sample:
    """One thing to present: its values (*sample shape) and what is known about it; `name` tells its encoder's draws."""

    values: Tensor
    name: tuple[object, ...]
    index: int | None = None
    label: int | None = None
    image: np.ndarray | None = None


def sample(data: str, split: str, number: int) -> Sample:
    """Sample `number` of a split; beyond its end the split begins again."""
    dataset = load(data)
    part = getattr(dataset, split)
    index = number % len(part.y)
    values = torch.as_tensor(part.x[index])
    image = None
    if dataset.image_shape is not None:
        image = frozen(values.reshape(dataset.image_shape).numpy().copy())
    return Sample(values, (split, index), index, int(part.y[index]), image)


def own_sample(values: Any, shape: tuple[int, ...], number: int) -> Sample:
    """A sample of the user's own: an image or a row with as many values, 0 to 1, as the network takes."""
    given = np.asarray(values, dtype=np.float32)
    count = int(np.prod(shape))
    if given.size != count:
        raise ValueError(f"the sample has {given.size} values, the network takes {count}; draw it on that many")
    if not np.isfinite(given).all() or given.min() < 0 or given.max() > 1:
        raise ValueError("the sample holds values outside 0 to 1; scale it into these bounds")
    image = frozen(given.copy()) if given.ndim == 2 else None
    return Sample(torch.tensor(given).reshape(shape), ("own", number), image=image)


def current(
    stimulus: Mapping[str, Any], shape: tuple[int, ...], start: int, steps: int, dt_ms: float, draws: torch.Generator
) -> Tensor:
    """Values (steps, 1, *shape) from model step `start` on, for the kinds "current", "pulse" and "poisson"."""
    if stimulus["kind"] == "poisson":
        chance = stimulus["rate_hz"] * dt_ms / 1000
        return (torch.rand(steps, 1, *shape, generator=draws) < chance) * float(stimulus["amplitude"])
    values = torch.full((steps, 1, *shape), float(stimulus["amplitude"]))
    if stimulus["kind"] == "pulse":
        since = torch.arange(start, start + steps) - stimulus["start"]
        on = (since >= 0) & (since % stimulus["period"] < stimulus["length"])
        values *= on.view(-1, *[1] * (values.ndim - 1))
    return values
