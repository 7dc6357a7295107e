"""Training as a visitor drives it: run, pause, one batch, new weights; curves, accuracy and measured activity."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

import param

from workbench.design.memory import to_train
from workbench.runner import Runner
from workbench.session.channel import Channel
from workbench.session.curve import Curve, Progress, named
from workbench.session.measured import Measured, Measuring
from workbench.session.shares import SHARES, Share

if TYPE_CHECKING:
    from workbench.design import Design
    from workbench.run import Step, Training
    from workbench.run.weights import Weights

PUBLISH_HZ = 10
TRAINING = "training"  # what memory is taken for
FROM_KEPT = "kept weights · epoch 1 next"


@dataclass(frozen=True)
class Learned:
    """What a stretch of training led to; `said` is its name in the history. No two batches give one `version`."""

    weights: Weights
    design: Design
    said: str
    version: int


class Learning(param.Parameterized):
    """Owns the Training, which only the `train` lane touches.

    `progress` and `measured` arrive on the visitor's loop; what was measured of a design that is no longer the one
    drawn does not arrive. `published(learned)` is called from the lane, at most ten times a second while training;
    `rested(learned)` on the loop, whenever training comes to rest.
    """

    running = param.Boolean(default=False, doc="Whether batches follow one another.")
    stopping = param.Boolean(default=False, doc="Whether a pause was asked for and the batch under way is not done.")
    costed = param.Parameter(doc="What was Measured last with its cost; None before.")

    def __init__(self, runner: Runner, share: Share | None = None, **params: Any) -> None:
        super().__init__(**params)
        self._runner = runner
        self._share = share or SHARES.join()
        self._lane = runner.train
        self._training: Training | None = None
        self._design: Design | None = None
        self._weights: Weights | None = None
        self._halt = False
        self._wanted = self._seen = 0  # single batches asked for; those of them that the lane knows of
        self._single = False  # whether the stretch under way is of single batches
        self._versions = count(1)
        self._place: Progress | None = None  # as told last
        self._curve = Curve()
        self.version = 0
        self.origin = ""  # what a training not yet begun begins from, where that is no fresh start
        self.progress = Channel(runner, "progress")
        self.measured = Channel(runner, "measured")
        self.measuring = Measuring(runner, self._tell)
        self.said = Channel(runner, "said")  # one sentence for the visitor
        self.published: Callable[[Learned], None] = lambda learned: None
        self.rested: Callable[[Learned | None], None] = lambda learned: None

    @property
    def curve(self) -> list[tuple[float, float, float]]:
        """(epochs done, loss, accuracy) of every batch so far; of very many, of every other one."""
        return self._curve.batches

    @property
    def marks(self) -> list[tuple[float, float]]:
        """(epochs done, held-out accuracy) after every epoch so far."""
        return self._curve.epochs

    # What is trained -----------------------------------------------------------------------------------------------

    def load(self, design: Design | None, weights: Weights | None) -> None:
        """Train this from now on, from the first epoch; None: there is nothing to train."""
        self.measuring.drawn = design
        self.origin = FROM_KEPT if weights is not None and not weights.untrained else ""
        self._lane.tell(lambda: self._forget(design, weights))

    def count_only(self, design: Design) -> None:
        """There is nothing to train or to measure, but this design has its exact figures all the same."""
        self.measuring.drawn = design
        self.measuring.count(design)

    def follow(self, design: Design, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """A live parameter, the learning rate or the epochs asked for were turned: it counts from the next batch, be it
        the first."""
        self.measuring.drawn = design

        def order() -> None:
            if self._training is None:
                self._design = None if self._design is None else design
                return
            for node, values in changes.items():
                for name, value in values.items():
                    self._training.set(node, name, value)
            old, new = self._training.design.training, design.training
            if new["lr"] != old["lr"]:
                self._training.set(lr=new["lr"])
            if new["epochs"] != old["epochs"]:
                self._training.set(epochs=new["epochs"])
                if self._place is not None:
                    self._tell_place(replace(self._place, epochs=new["epochs"], seconds_left=0.0))

        self._lane.tell(order)

    def use(self, weights: Weights) -> None:
        """Go on from these weights, where only what was turned is different: epoch, order and momentum stay."""

        def order() -> None:
            if self._training is not None:
                self._training.use(weights)
            elif self._design is not None:
                self._weights = weights

        self._lane.tell(order)

    def renumber(self) -> int:
        """Any thread: the version of weights that nobody had before."""
        self.version = next(self._versions)
        return self.version

    # Going on and stopping -----------------------------------------------------------------------------------------

    def run(self) -> None:
        """Batch after batch until the design's number of epochs is reached."""
        self._start(batches=False)

    def batch(self) -> None:
        """One batch; asked for while one is under way, one more after it."""
        self._wanted += 1
        self._start(batches=True)

    def pause(self) -> None:
        """Say at once that it stops; the batch under way is finished first."""
        if self.running:
            self.stopping = True
            self._halt = True

    def measure(self, design: Design, weights: Weights | None) -> None:
        """Answers and activity on the held-out samples, unless training runs, which measures after each epoch."""
        if not self.running:
            known = bool(self.costed and self.costed.of(design))
            self._lane.play(self.measuring.turns(design, weights, known))

    # On the lane ---------------------------------------------------------------------------------------------------

    def _start(self, batches: bool) -> None:
        if self.running:
            return
        self._wanted = self._seen = 1
        self.running, self.stopping, self._halt, self._single = True, False, False, batches
        self._lane.play(self._turns(batches))

    def _forget(self, design: Design | None, weights: Weights | None) -> None:
        self._training, self._design, self._weights = None, design, weights
        self._share.give_back(TRAINING)
        self._curve = Curve()
        self._tell_place(None)

    def _turns(self, batches: bool) -> Iterator[float]:
        result = None
        try:
            result = yield from self._learn(batches)
        finally:
            self._runner.show("rest", self._rest, result)

    def _learn(self, batches: bool) -> Generator[float, None, Learned | None]:
        from workbench.run import Training

        if self._training is None:
            if self._design is None:
                return None
            self._share.take(TRAINING, to_train(self._design))
            try:
                self._training = Training(self._design, self._weights)
            except Exception:
                self._share.give_back(TRAINING)
                raise
        training, done, begun, told, pace = self._training, 0, time.monotonic(), 0.0, 0.0
        first = last = newest = shown = None
        if training.finished and not batches:
            self.said.show(f"All {training.epochs} epochs are done: ask for more under Train, or press +1 batch.")
        while self._goes_on(done) if batches else not (self._halt or training.finished):
            try:
                step = training.batch()
            except ValueError as error:  # such as a loss that is not finite; what was learned before it counts
                self._runner.report(error)
                break
            done += 1
            first, last = first or step, step
            self._curve.note(step)
            ended = step.batch == step.batches
            pace = (time.monotonic() - begun) / done
            if ended or time.monotonic() - told >= 1 / PUBLISH_HZ:
                told = time.monotonic()
                newest, shown = self._publish(training, step, pace), step
            yield 0.0
            if ended and not self._halt:
                answers = training.evaluate()
                self._curve.mark(step, answers.accuracy)
                self.measuring.tell(Measured(training.design, answers, None, float(step.epoch)))
        if first is None or last is None:
            return None
        if newest is None or shown is not last or newest.design is not training.design:
            # What the history gets is what runs, under one version.
            newest = self._publish(training, last, pace)
        return replace(newest, said=named(first, last, done if batches else None))

    def _goes_on(self, done: int) -> bool:
        """Whether another single batch is asked for; what is asked for after this look, `_rest` finds."""
        self._seen = self._wanted
        return not self._halt and done < self._seen

    def _publish(self, training: Training, step: Step, pace: float) -> Learned:
        left = max(0, (training.epochs - step.epoch + 1) * step.batches - step.batch)
        learned = Learned(training.weights(), training.design, "Train", self.renumber())
        self.published(learned)
        self._tell_place(Progress(step.epoch, training.epochs, step.batch, step.batches, left * pace))
        return learned

    def _tell_place(self, place: Progress | None) -> None:
        self._place = place
        self.progress.show(place)

    # Back on the loop ----------------------------------------------------------------------------------------------

    def _tell(self, measured: Measured) -> None:
        if measured.cost is not None:
            self.costed = measured
        self.measured.send(measured)

    def _rest(self, learned: Learned | None) -> None:
        asked_since = self._wanted - self._seen if self._single and not self._halt else 0
        self.running = self.stopping = False
        self.rested(learned)
        if asked_since and not self.running:  # pressed after the lane had looked for the last time
            self._start(batches=True)
            self._wanted = asked_since
