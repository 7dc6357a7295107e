"""The two loops that notebooks and commands write again and again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workbench.run.results import Frame, Step
from workbench.run.simulation import Simulation
from workbench.run.training import Training
from workbench.run.weights import Weights

if TYPE_CHECKING:
    from workbench.design import Design


def simulate(design: Design, weights: Weights | None = None, *, steps: int, chunk: int = 100) -> Iterator[Frame]:
    """Frames of `chunk` steps (the last one shorter) until `steps` steps are made, with every spike in them."""
    simulation = Simulation(design, weights)
    while simulation.t < steps:
        yield simulation.step(min(chunk, steps - simulation.t))


def train(design: Design, weights: Weights | None = None, *, epochs: int | None = None) -> Iterator[Step]:
    """One Step a batch, for the design's epochs or as many as asked for.

    It hands out the steps only; who wants the weights makes a `Training` and calls `batch` in a loop like this one.
    """
    training = Training(design if epochs is None else design.with_(training={"epochs": epochs}), weights)
    while not training.finished:
        yield training.batch()
