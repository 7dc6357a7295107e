"""How well a network does: every sample of a split presented once, each encoded by draws of its own.

A sample's spikes depend on the design's seed, the encoder, the split and the sample alone, not on the batch or the
order: the very presentation that a `Simulation` shows. Nothing here is learned from.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor

from workbench.design.memory import passes, unmeasurable
from workbench.design.plan import Plan, plan
from workbench.engine.data import load
from workbench.engine.graph_network import Network
from workbench.engine.record import Record
from workbench.run.cores import on_one_core
from workbench.run.judging import Judge, judged_states
from workbench.run.playable import drawing, playable, spiking
from workbench.run.results import Evaluation, frozen
from workbench.run.showing import sample_draws
from workbench.run.votes import Votes, named
from workbench.run.weights import Weights

if TYPE_CHECKING:
    from workbench.design import Design

AT_ONCE = 128  # samples in one pass at most; fewer where the records of so many would take much memory


class Shown(NamedTuple):
    """Some samples, presented: their places and classes, output spikes (T, B, C) and what every node sent."""

    indices: np.ndarray
    labels: Tensor
    out: Tensor
    record: Record


def evaluate(
    design: Design, weights: Weights | None = None, split: str = "held_out", indices: Sequence[int] | None = None
) -> Evaluation:
    """Present samples of `split` (all, or those at `indices`) and compare the answers with their classes.

    `weights` None: those the design starts from. A sample without any output spike counts as wrong. The class that
    fires most is the answer, all its neurons together; under a loss of first spikes it is the one that fires first.
    Raises `DesignError` when the design cannot run, ValueError for a split or an index that is not there.
    """
    network = playable(design, weights)
    answers = Answers(design, network)
    for shown in presented(design, network, split, places(design, split, indices)):
        answers.add(shown)
    return answers.evaluation()


class Answers:
    """What a network answers to the samples it is presented, batch by batch. ValueError where it names no classes."""

    def __init__(self, design: Design, network: Network) -> None:
        planned = plan(design)
        names_classes(design, planned)
        self._judge, self._emits = Judge(design), spiking(network)
        self._votes, self._steps = Votes(design, math.prod(planned.shapes[network.output])), design.training["steps"]
        self._loss, self._shown = 0.0, list[tuple[np.ndarray, np.ndarray, np.ndarray]]()
        self._spikes: dict[str, list[np.ndarray]] = {node: [] for node in self._emits}

    @on_one_core()
    def add(self, shown: Shown) -> None:
        """One more batch."""
        self._loss += self._judge.loss(shown.out, shown.record, shown.labels).item() * len(shown.labels)
        self._shown.append((shown.indices, shown.labels.numpy(), self._votes.of(shown.out, self._steps)))
        for node, name in self._emits.items():
            self._spikes[node].append((shown.record[node][name].flatten(2) != 0).sum((0, 2)).numpy())

    def evaluation(self) -> Evaluation:
        """All batches so far, one or more, together."""
        indices, classes, votes = (np.concatenate(column) for column in zip(*self._shown, strict=True))
        answers = named(votes)
        return Evaluation(
            accuracy=float((answers == classes).mean()),
            size=len(classes),
            loss=self._loss / len(classes),
            indices=frozen(indices),
            labels=frozen(classes),
            answers=frozen(answers),
            votes=frozen(votes),
            spikes={node: frozen(np.concatenate(counts)) for node, counts in self._spikes.items()},
        )


def presented(design: Design, network: Network, split: str, chosen: np.ndarray) -> Iterator[Shown]:
    """Present the samples at `chosen` of the training data, a batch at a time; `network` is a playable one.

    ValueError where not even one sample at a time fits into memory.
    """
    planned = plan(design)
    takes_samples(design, planned)
    if wrong := unmeasurable(design):
        raise ValueError(wrong)
    at_once = passes(design, AT_ONCE, design.training["steps"])
    for first in range(0, len(chosen), at_once):
        yield _present(design, network, planned, split, chosen[first : first + at_once])


@on_one_core()
@torch.no_grad()
def _present(design: Design, network: Network, planned: Plan, split: str, batch: np.ndarray) -> Shown:
    part, encoders = getattr(load(design.training["data"]), split), drawing(network)
    draws = [sample_draws(design.seed, encoders, (split, int(index))) for index in batch]
    out, _, seen = network(
        repeated(part.x[torch.from_numpy(batch)], planned, design.training["steps"]),
        generator={node: [draw[node] for draw in draws] for node in encoders},
        record=judged_states(design),
    )
    return Shown(batch, part.y[torch.from_numpy(batch)], out.flatten(2), seen)


def repeated(values: Tensor, planned: Plan, steps: int) -> dict[str, Tensor]:
    """Samples (B, *sample shape) as every input takes them, the same at each step: {input: (steps, B, *shape)}."""
    shapes = {node: (len(values), *planned.shapes[node]) for node in planned.inputs}
    return {node: values.reshape(shape).expand(steps, *shape) for node, shape in shapes.items()}


def takes_samples(design: Design, planned: Plan) -> None:
    """Raise ValueError where the network cannot take the samples of its training data."""
    data = load(design.training["data"])
    needed = math.prod(data.sample_shape)
    for node in planned.inputs:
        size = math.prod(planned.shapes[node])
        if size != needed:
            raise ValueError(f"{data.name} gives {needed} values, {node} takes {size}; set its shape to [{needed}]")


def names_classes(design: Design, planned: Plan) -> None:
    """Raise ValueError where the network's answer does not name the classes of its training data."""
    data = load(design.training["data"])
    if planned.output is None:
        raise ValueError(f"nothing in {design.name[:60]} fires, so there is no answer; add a neuron")
    answer = planned.output.partition(".")[0]
    size, each = math.prod(planned.shapes[answer]), design.training["population"]
    if size != data.classes * each:
        has = f"{data.name} has {data.classes} classes" + (f" of {each} neurons" if each > 1 else "")
        raise ValueError(f"{has}, {answer} gives {size} values; make them equal")


def places(design: Design, split: str, indices: Sequence[int] | None) -> np.ndarray:
    """The samples meant: all of a split, or those at `indices`."""
    if split not in ("held_out", "train"):
        raise ValueError(f"split: {str(split)[:40]!r} is not a part of the data; choose held_out or train")
    size = len(getattr(load(design.training["data"]), split))
    if indices is None:
        return np.arange(size)
    chosen = np.array(indices, dtype=np.int64)
    if not chosen.size or chosen.min() < 0 or chosen.max() >= size:
        raise ValueError(f"indices: must be one or more sample numbers from 0 to {size - 1} of {split}")
    return chosen
