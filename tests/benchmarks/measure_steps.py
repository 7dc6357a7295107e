"""How long the starters take: one step of a simulation, and the training that their files write down."""

import time
from collections.abc import Callable, Iterator
from statistics import mean

import torch
from row import Effort, Row

from workbench.design.starters import templates
from workbench.run import Simulation, Training

WARM_UP = 100


def rows(effort: Effort) -> Iterator[Row]:
    simulation = Simulation(templates()["digits"])
    simulation.step(WARM_UP)
    taken = [seconds_of(lambda: simulation.step(1)) for _ in range(50 if effort.quick else 500)]
    yield Row("one step of the simulation", 1000 * mean(taken), "ms", 5, f"digits 64-32-10, mean of {len(taken)}")
    for name in ("digits", "digits_latency"):
        trainings = [Training(templates()[name].with_(seed=seed)) for seed in range(1 if effort.quick else 5)]
        slowest = max(seconds_of(lambda training=training: learn(training)) for training in trainings)
        how = f"the slowest of {len(trainings)} seeds, {trainings[0].epochs} epochs, {torch.get_num_threads()} threads"
        yield Row(f"training {name} to its end", slowest, "s", 60, how)


def learn(training: Training) -> None:
    """All the epochs of the design's own settings."""
    while not training.finished:
        training.batch()


def seconds_of(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
