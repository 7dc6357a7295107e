"""What a training judges of a network's run: its answer, or the membranes of the layer whose spikes are the answer, and
how much the hidden layers fire."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from workbench.design.answering import NO_MEMBRANE, answers, hidden, membrane
from workbench.design.learnable import unbounded, unjudged
from workbench.design.settings import BOUNDED, TAKES
from workbench.engine import regularisers
from workbench.engine.losses import LOSSES, OF_POPULATIONS, ON_MEMBRANES
from workbench.engine.record import Record
from workbench.engine.regularisers import Regulariser

if TYPE_CHECKING:
    from workbench.design import Design


class Judge:
    """The loss of a design; `record` is what a run must keep for it.

    ValueError where it cannot judge what answers: no membrane, no spikes, populations that it does not count.
    """

    def __init__(self, design: Design) -> None:
        if wrong := unjudged(design):
            raise ValueError(wrong)
        settings = design.training
        name, each = settings["loss"], settings["population"]
        said = {argument: settings[setting] for argument, setting in TAKES.get(name, {}).items()}
        self._each = each if name in OF_POPULATIONS and each > 1 else 0
        self._loss = partial(LOSSES[name], **said)
        self.record = judged_states(design)
        if name in ON_MEMBRANES and not self.record:  # where no classes are named, no rule has said so
            raise ValueError(NO_MEMBRANE.format(loss=name, node=answers(design) or design.name[:60]))

    def loss(self, out: Tensor, record: Record, labels: Tensor) -> Tensor:
        """The loss of what a run gave (T, B, *F) and recorded, for classes (B,)."""
        for node, (state,) in self.record.items():
            out = record[node][state]
        out = out.flatten(2)
        return self._loss(out, labels, **({"num_classes": out.shape[2] // self._each} if self._each else {}))


class Penalties:
    """What a design adds to its loss for the rates of its hidden layers: each penalty of each layer, added up.

    ValueError for a rate that no step can hold.
    """

    def __init__(self, design: Design) -> None:
        if wrong := unbounded(design):
            raise ValueError(wrong)
        settings = design.training
        self._of = tuple(
            _regulariser(name, settings[name], settings[rate] * design.dt_ms / 1000 if rate else None)
            for name, rate in BOUNDED.items()
            if settings[name]
        )
        self._layers = hidden(design) if self._of else []

    def __call__(self, record: Record) -> Tensor | None:
        """The sum for what a run recorded, None where the design asks for none."""
        each = [penalty(record[layer]["spk"]) for layer in self._layers for penalty in self._of]
        return torch.stack(each).sum() if each else None


def judged_states(design: Design) -> dict[str, list[str]]:
    """{node: [state]} that the loss needs besides the answer, empty where it needs nothing or nothing has it."""
    node = answers(design) if design.training["loss"] in ON_MEMBRANES else None
    state = membrane(design, node) if node else None
    return {node: [state]} if node and state else {}


def _regulariser(name: str, strength: float, rate: float | None) -> Regulariser:
    """The penalty of that name on spikes (T, B, *F); rates are spikes per step."""
    make: Any = getattr(regularisers, name)
    said: Mapping[str, float] = {"Lambda": strength} if rate is None else {"rate": rate, "strength": strength}
    return make(**said)
