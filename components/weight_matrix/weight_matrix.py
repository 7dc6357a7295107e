"""WeightMatrix: a layer's weights as a map: blue negative, orange positive, stronger further from the ground."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import param

from components.base import Component, Event
from components.pace import Pace, Post

HZ = 4.0
MOST = 256  # cells a side that are sent
AT_ONCE = MOST * MOST * 4  # weights that are read in a few milliseconds; more would keep the page waiting


class WeightMatrix(Component):
    """A heat map of a matrix (to, from); hover or arrow keys read one weight. Any thread may call ``present``."""

    to = param.String(default="to", doc="What the rows are, such as the node “hidden”.")
    source = param.String(default="from", doc="What the columns are, such as the node “in”.")
    empty = param.String(default="Select a part with weights to see them here.", doc="The sentence without a matrix.")

    def __init__(self, *, post: Post | None = None, **params: Any) -> None:
        super().__init__(**params)
        self._matrix: np.ndarray | None = None
        self._busy = False  # a large matrix is being read beside the loop
        self._pace = Pace(self._send, HZ, post)

    def present(self, matrix: Any) -> None:
        """Show ``matrix`` (to, from); None empties the map. It must not change afterwards.

        Raises ValueError when ``matrix`` has another form.
        """
        weights = None if matrix is None else np.asarray(matrix, np.float32)
        if weights is not None and (weights.ndim != 2 or not weights.size):
            raise ValueError(f"WeightMatrix.present: matrix must be (to, from), got {weights.shape}; reshape it.")
        self._matrix = weights
        self._pace.ask()

    def _send(self) -> None:
        matrix = self._matrix
        if not _large(matrix) or (loop := _loop()) is None:
            self._send_msg(message(matrix))
        elif not self._busy:
            self._busy = True
            loop.run_in_executor(None, message, matrix).add_done_callback(lambda made: self._made(matrix, made))

    def _made(self, matrix: np.ndarray | None, made: asyncio.Future[Event]) -> None:
        """On the loop: send what was read, unless something small has taken its place and is shown already."""
        self._busy = False
        if _large(self._matrix):
            self._send_msg(made.result())
            if self._matrix is not matrix:
                self._pace.ask()

    def _handle_protocol(self, message: Event) -> None:
        """A page that has come up is empty; to tell it so might overtake the first matrix."""
        if self._matrix is not None:
            self._send()


def message(matrix: np.ndarray | None) -> Event:
    """The map of ``matrix`` as the page draws it: of every block of weights the strongest."""
    if matrix is None:
        return {"type": "matrix", "data": None}
    block = [-(-length // MOST) for length in matrix.shape]
    cells = strongest(np.nan_to_num(matrix), *block)
    return {
        "type": "matrix",
        "data": cells.astype("<f4").tobytes(),
        "cells": list(cells.shape),
        "shape": list(matrix.shape),
        "block": block,
        "max": float(np.abs(cells).max()),
    }


def strongest(weights: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Of every block of ``rows`` × ``columns`` entries the one furthest from zero, with its sign."""
    if rows == columns == 1:
        return weights
    height, width = (-(-length // size) for length, size in zip(weights.shape, (rows, columns), strict=True))
    padded = np.zeros((height * rows, width * columns), weights.dtype)
    padded[: weights.shape[0], : weights.shape[1]] = weights
    blocks = padded.reshape(height, rows, width, columns).swapaxes(1, 2).reshape(height, width, -1)
    return np.take_along_axis(blocks, np.abs(blocks).argmax(-1)[..., None], -1)[..., 0]


def _large(matrix: np.ndarray | None) -> bool:
    return matrix is not None and matrix.size > AT_ONCE


def _loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
