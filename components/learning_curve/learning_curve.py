"""LearningCurve: loss and accuracy while a network learns, with their scales and the newest figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import param

from components.base import Component, Event
from components.pace import Pace, Post

HZ = 10.0
FIELDS = ("x", "loss", "accuracy", "held_out")


class LearningCurve(Component):
    """Two small charts on one axis: the loss, and the accuracy, of training thin and held out bold.

    A point is ``{"x", "loss", "accuracy", "held_out"}``: ``x`` in the unit of ``axis``, never falling; accuracies in
    [0, 1]; what is left out or None was not measured there. All methods may be called from any thread.
    """

    axis = param.String(default="epochs", doc="Unit of x, written under the axis.")
    end = param.Number(default=None, allow_None=True, doc="Last x that is planned: the axis grows up to it.")
    parts = param.Integer(default=0, doc="Batches in a unit of x: the first unit's axis counts them; 0: it does not.")
    held_out_of = param.Integer(default=0, doc="Size of the held-out split, said beside its accuracy; 0: unsaid.")
    empty = param.String(default="Train a batch or an epoch: loss and accuracy appear here.", doc="Without points.")

    def __init__(self, *, post: Post | None = None, **params: Any) -> None:
        super().__init__(**params)
        self._points: list[list[float | None]] = []
        self._held_out: str | None = None
        self._sent: int | None = None  # points the page has; None: it must begin anew
        self._pace = Pace(self._send, HZ, post)

    def append(self, points: Iterable[Mapping[str, float | None]]) -> None:
        """Add points at the right end."""
        self._points += [_row(point) for point in points]
        self._pace.ask()

    def load(self, points: Iterable[Mapping[str, float | None]]) -> None:
        """Show these points in place of all others."""
        self._points = [_row(point) for point in points]
        self._sent = None
        self._pace.ask()

    def tell_held_out(self, words: str) -> None:
        """Say this accuracy as the one of now, in the words that it has elsewhere; empty: none is known. Without a call
        it is that of the newest point."""
        if words != self._held_out:
            self._held_out = words
            self._pace.ask()

    def reset(self) -> None:
        """Forget every point."""
        self.load([])

    def _send(self) -> None:
        points = self._points
        begin, self._sent = self._sent or 0, len(points)
        self._send_msg({"type": "points", "anew": begin == 0, "points": points[begin:], "held_out": self._held_out})

    def _handle_protocol(self, message: Event) -> None:
        self._sent = None
        self._pace.ask()


def _row(point: Mapping[str, float | None]) -> list[float | None]:
    """A point in the order of FIELDS; numbers that are not finite count as not measured."""
    values = [point.get(field) for field in FIELDS]
    return [float(value) if value is not None and math.isfinite(value) else None for value in values]
