"""The curve of a training: what every batch and every epoch of it came to, and how far it has got."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.run import Step

LONGEST = 20_000  # batches


@dataclass(frozen=True)
class Progress:
    """Where training stands after a batch; in its place None says that it has not begun."""

    epoch: int
    epochs: int
    batch: int
    batches: int
    seconds_left: float


class Curve:
    """Written by the train lane, which may replace either list but never takes a point out of one that others read."""

    def __init__(self) -> None:
        self.batches: list[tuple[float, float, float]] = []  # (epochs done, loss, accuracy) of every batch
        self.epochs: list[tuple[float, float]] = []  # (epochs done, held-out accuracy) after every epoch

    def note(self, step: Step) -> None:
        """One more batch; of very many every other one is enough to draw them."""
        self.batches.append((step.epoch - 1 + step.batch / step.batches, step.loss, step.accuracy))
        if len(self.batches) > LONGEST:
            self.batches = [*self.batches[::2]]

    def mark(self, step: Step, accuracy: float) -> None:
        """The held-out accuracy at the end of an epoch."""
        self.epochs.append((float(step.epoch), accuracy))


def named(first: Step, last: Step, batches: int | None) -> str:
    """What the history calls a stretch of training; `batches` where they were asked for one by one."""
    if batches is not None and batches > 1:
        return f"Train {batches} batches, epoch {last.epoch}"
    if first is last:
        return f"Train one batch, epoch {last.epoch}"
    return f"Train, epoch {first.epoch}" + (f" to {last.epoch}" if last.epoch > first.epoch else "")
