"""`Training`: a design learning, one batch at a time.

The network that learns belongs to its Training alone; others get frozen copies (`weights`). Every draw, of first
weights, of the order of samples, of the encoders and of dropout, comes from generators of its own, and every sum is
added up on one core (cores.py), so equal seeds give equal weights, whoever else is training meanwhile.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from workbench.design.build import build
from workbench.design.learnable import NOTHING_LEARNS
from workbench.design.memory import untrainable
from workbench.design.plan import plan
from workbench.engine.data import load
from workbench.run.cores import on_one_core
from workbench.run.evaluate import evaluate, names_classes, places, repeated, takes_samples
from workbench.run.judging import Judge, Penalties
from workbench.run.playable import put
from workbench.run.results import Evaluation, Step
from workbench.run.seeds import generator
from workbench.run.turning import turn
from workbench.run.votes import Votes, named
from workbench.run.weights import Weights

if TYPE_CHECKING:
    from workbench.design import Design

OPTIMISERS = {"Adam": torch.optim.Adam, "SGD": torch.optim.SGD}


class Training:
    """Backpropagation through time with the design's surrogate gradients. One thread at a time may use it.

    `weights` None: those the design starts from. `indices`: learn from these training samples only, which leaves others
    to choose settings by (`evaluate(…, "train", indices)`). Each epoch sees every sample once, in an order of its own;
    the last batch of an epoch is smaller where the numbers do not divide. It may go on beyond `epochs`: that is where
    `finished` becomes true. Raises `DesignError` when the design cannot run, ValueError when it has nothing to
    learn or needs more memory than it may use.
    """

    def __init__(self, design: Design, weights: Weights | None = None, *, indices: Sequence[int] | None = None) -> None:
        if wrong := untrainable(design):
            raise ValueError(wrong)
        self.design = design
        self._network = build(design, weights)
        if not any(True for _ in self._network.parameters()):
            raise ValueError(NOTHING_LEARNS)
        self._plan = plan(design)
        takes_samples(design, self._plan)
        names_classes(design, self._plan)
        self._judge, self._penalties = Judge(design), Penalties(design)
        self._votes = Votes(design, math.prod(self._plan.shapes[self._network.output]))
        self._data = load(design.training["data"]).train
        self._places = torch.from_numpy(places(design, "train", indices))
        self._optimiser = self._fresh_optimiser()
        self._order_draws = generator(design.seed, "order of samples")
        self._encoder_draws = generator(design.seed, "encoders in training")
        self._order = torch.empty(0, dtype=torch.int64)
        self._done = 0

    @property
    def epochs(self) -> int:
        """How many epochs the design asks for."""
        return self.design.training["epochs"]

    @property
    def batches(self) -> int:
        """Batches in one epoch."""
        return math.ceil(len(self._places) / self.design.training["batch"])

    @property
    def weights_version(self) -> int:
        """Counts the batches learned from."""
        return self._done

    @property
    def finished(self) -> bool:
        """Whether the epochs the design asks for are done."""
        return self._done >= self.epochs * self.batches

    @on_one_core()
    def batch(self) -> Step:
        """Learn from the next batch. Raises ValueError, the weights left as they are, when the loss is not finite."""
        settings, place = self.design.training, self._done % self.batches
        if place == 0:
            self._order = self._places[torch.randperm(len(self._places), generator=self._order_draws)]
        chosen = self._order[place * settings["batch"] : (place + 1) * settings["batch"]]
        values, labels = self._data.x[chosen], self._data.y[chosen]
        gathered = self._gathered()
        before = [value.clone() for value in gathered]
        shown = repeated(values, self._plan, settings["steps"])
        out, _, seen = self._network(shown, generator=self._encoder_draws, record=self._judge.record)
        loss = self._judge.loss(out, seen, labels)
        if (more := self._penalties(seen)) is not None:
            loss = loss + more
        if not torch.isfinite(loss):
            for statistic, value in zip(gathered, before, strict=True):
                statistic.copy_(value)
            raise ValueError(f"training: the loss is {loss.item()} at lr {settings['lr']:g}; lower lr and start again")
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()
        self._done += 1
        votes = self._votes.of(out.detach(), settings["steps"])
        return Step(
            epoch=(self._done - 1) // self.batches + 1,
            batch=place + 1,
            batches=self.batches,
            loss=loss.item(),
            accuracy=float((named(votes) == labels.numpy()).mean()),
            weights_version=self._done,
        )

    def evaluate(self, split: str = "held_out") -> Evaluation:
        """How the weights as they are now do on a split."""
        return evaluate(self.design, self.weights(), split)

    def weights(self) -> Weights:
        """A frozen copy of the weights as they are now."""
        return Weights.of(self._network)

    def set(
        self,
        node: str = "",
        param: str = "",
        value: Any = None,
        *,
        lr: float | None = None,
        epochs: int | None = None,
    ) -> None:
        """Turn a live parameter of a node, the learning rate or the epochs asked for, from the next batch on.

        Raises `DesignError` for a value out of bounds, ValueError for a parameter that changes what is built.
        """
        if epochs is not None:
            self.design = self.design.with_(training={"epochs": epochs})
        if lr is not None:
            self.design = self.design.with_(training={"lr": lr})
            for group in self._optimiser.param_groups:
                group["lr"] = lr
        if node:
            design = self.design.set(node, **{param: value})
            before = [value.shape for value in self._network.parameters()]
            turn(self._network, design, node, param)
            self.design = design
            if before != [value.shape for value in self._network.parameters()]:
                self._optimiser = self._fresh_optimiser()  # a learned value got another shape: its momentum is void

    def use(self, weights: Weights) -> None:
        """Go on from other weights with the next batch; place, order and momentum stay. Raises `WeightsError`."""
        put(weights, self._network)

    def state(self) -> dict[str, Any]:
        """Everything to go on from here bit for bit, as plain data of its own: weights, optimiser, order, draws."""
        return {
            "done": self._done,
            "order": self._order.clone(),
            "order_draws": self._order_draws.get_state(),
            "encoder_draws": self._encoder_draws.get_state(),
            "network": {name: value.clone() for name, value in self._network.state_dict().items()},
            "optimiser": copy.deepcopy(self._optimiser.state_dict()),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from where `state` was taken, in this training or an equal one. ValueError for another network."""
        mine = {name: value.shape for name, value in self._network.state_dict().items()}
        if mine != {name: value.shape for name, value in state["network"].items()}:
            raise ValueError("this state belongs to another network; restore it in a training of the same design")
        self._network.load_state_dict(state["network"])
        self._optimiser.load_state_dict(copy.deepcopy(state["optimiser"]))
        self._order = state["order"].clone()
        self._order_draws.set_state(state["order_draws"])
        self._encoder_draws.set_state(state["encoder_draws"])
        self._done = state["done"]

    def _gathered(self) -> list[Tensor]:
        """The running statistics of the network, which a forward pass in training moves."""
        modules = self._network.modules()
        return [getattr(module, name) for module in modules for name in getattr(module, "statistics", ())]

    def _fresh_optimiser(self) -> torch.optim.Optimizer:
        settings = self.design.training
        return OPTIMISERS[settings["optimiser"]](self._network.parameters(), lr=settings["lr"])
