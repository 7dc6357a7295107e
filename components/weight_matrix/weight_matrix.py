"""WeightMatrix: a layer's weights as a map: blue negative, orange positive, stronger further from the ground."""

from __future__ import annotations

from typing import Any

import numpy as np
import param

from components.base import Component, Event
from components.pace import Pace, Post

HZ = 4.0
MOST = 256  # cells a side that are sent


class WeightMatrix(Component):
    """A heat map of a matrix (to, from); hover or arrow keys read one weight. Any thread may call ``present``."""

    to = param.String(default="to", doc="What the rows are, such as the node “hidden”.")
    source = param.String(default="from", doc="What the columns are, such as the node “in”.")
    empty = param.String(default="Select a part with weights to see them here.", doc="The sentence without a matrix.")

    def __init__(self, *, post: Post | None = None, **params: Any) -> None:
        super().__init__(**params)
        self._matrix: np.ndarray | None = None
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
        if self._matrix is None:
            self._send_msg({"type": "matrix", "data": None})
            return
        weights = np.nan_to_num(self._matrix)
        block = [-(-length // MOST) for length in weights.shape]
        cells = strongest(weights, *block)
        self._send_msg(
            {
                "type": "matrix",
                "data": cells.astype("<f4").tobytes(),
                "cells": list(cells.shape),
                "shape": list(weights.shape),
                "block": block,
                "max": float(np.abs(weights).max()),
            }
        )

    def _handle_protocol(self, message: Event) -> None:
        self._send()


def strongest(weights: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Of every block of ``rows`` × ``columns`` entries the one furthest from zero, with its sign."""
    if rows == columns == 1:
        return weights
    height, width = (-(-length // size) for length, size in zip(weights.shape, (rows, columns), strict=True))
    padded = np.zeros((height * rows, width * columns), weights.dtype)
    padded[: weights.shape[0], : weights.shape[1]] = weights
    blocks = padded.reshape(height, rows, width, columns).swapaxes(1, 2).reshape(height, width, -1)
    return np.take_along_axis(blocks, np.abs(blocks).argmax(-1)[..., None], -1)[..., 0]
