"""Random numbers over time, drawn from owned generators row by row: a run cut in pieces draws the same ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from workbench.engine.encoders import Generators
from workbench.engine.encoders.encoder import owned


@dataclass(frozen=True)
class Draw:
    """An input of a neuron, drawn afresh at every step: `uniform` in [0, 1), or `normal` with mean 0 and variance 1."""

    name: str
    kind: Literal["uniform", "normal"]
    meaning: str


def drawn(where: str, draws: Sequence[Draw], like: Tensor, generator: Generators | None) -> list[Tensor]:
    """For each of `draws` numbers shaped like `like` (T, B, *F). Raises ShapeError without a fitting generator."""
    if not draws:
        return []
    generator = owned(where, generator, like.shape[1])
    streams = [torch.empty_like(like) for _ in draws]
    for t in range(len(like)):
        for draw, stream in zip(draws, streams, strict=True):
            if isinstance(generator, torch.Generator):
                stream[t] = _row(draw, like[t], generator)
            else:
                for i, own in enumerate(generator):
                    stream[t, i] = _row(draw, like[t, i], own)
    return streams


def _row(draw: Draw, like: Tensor, generator: torch.Generator) -> Tensor:
    make = torch.rand if draw.kind == "uniform" else torch.randn
    return make(like.shape, generator=generator, dtype=like.dtype, device=generator.device)
