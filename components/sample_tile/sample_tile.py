"""SampleTile: the picture at the input, its label, the votes for every class, and a pad to draw one's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import param

from components.base import Component, Event
from components.pace import Pace, Post

HZ = 30.0
LARGEST = 64  # pixels a side that a pad may have


class SampleTile(Component):
    """Shows what the network sees and what it says. Nothing is said of an empty pad.

    Events: ``{"type": "draw", "image"}``, rows of values in [0, 1] of the shape of the last sample, at most ten times a
    second while a stroke goes on and once at its end; ``{"type": "draw_clear"}`` when the visitor goes back to the
    data. Any thread may call ``present`` and ``votes``; the newest state wins and survives a page that reappears.
    """

    classes = param.List(default=[str(digit) for digit in range(10)], doc="Names of the classes, in order of votes.")
    of = param.String(default="", doc="Where the samples come from, such as “digits, held out”; said beside the index.")
    counted = param.String(default="Votes", doc="What the number beside a class counts; read on hover.")
    empty = param.String(default="Press Space to run: the sample appears here.", doc="The sentence without a sample.")

    def __init__(self, *, post: Post | None = None, **params: Any) -> None:
        super().__init__(**params)
        self._sample: dict[str, Any] = {"data": None}
        self._votes: dict[str, Any] = {"counts": [], "answer": None, "final": True}
        self._drawn: list[list[float]] | None = None
        self._pace = Pace(self._send, HZ, post)

    def present(
        self,
        image: Any,
        label: int | None = None,
        index: int | None = None,
        counts: Any = None,
        answer: int | None = None,
        final: bool = True,
    ) -> None:
        """Show ``image`` (H, W), values in [0, 1], its class ``label`` and its ``index`` in the data, with its first
        ``votes(counts, answer, final)``: at once, so that nothing flickers between the two.

        ``image`` None empties the tile; ``label`` None means that nobody knows the right answer.
        Raises ValueError when ``image`` is not a picture.
        """
        if image is None:
            self._sample = {"data": None}
        else:
            pixels = np.asarray(image, np.float32)
            if pixels.ndim != 2 or not pixels.size:
                raise ValueError(f"SampleTile.present: image must be (height, width), got {pixels.shape}; reshape it.")
            label = None if label is None else int(label)
            index = None if index is None else int(index)
            if self._drawn is not None and pixels.shape != (len(self._drawn), len(self._drawn[0])):
                self._drawn = None  # the network takes another size by now: the pad closes
            data = np.clip(np.nan_to_num(pixels), 0, 1).astype("<f4").tobytes()
            self._sample = {"data": data, "shape": list(pixels.shape), "label": label, "index": index}
        self.votes(counts, answer, final)

    def votes(self, counts: Any, answer: int | None = None, final: bool = True) -> None:
        """Show the votes for every class, ``counts`` (classes,) or None, and the class that is the ``answer``: right or
        wrong when it is ``final``, else what it is so far."""
        numbers = [] if counts is None else [float(count) for count in np.asarray(counts).ravel()]
        self._votes = {"counts": numbers, "answer": None if answer is None else int(answer), "final": final}
        self._pace.ask()

    @property
    def shown(self) -> dict[str, Any]:
        """What the page shows, or will in a moment: ``data`` as bytes (None: nothing), ``shape``, ``label``, ``index``,
        ``counts``, ``answer``, ``final`` and what is ``drawn``."""
        return {**self._sample, **self._votes, "drawn": self._drawn}

    def _send(self) -> None:
        self._send_msg({"type": "sample", **self.shown})

    def _handle_protocol(self, message: Event) -> None:
        """A page that has come up asks; answered out of turn, it could hear something newer first."""
        self._pace.ask()

    def _handle_msg(self, data: Any) -> None:
        """Remember the drawing for a page that reappears; pass on only what is one."""
        kind = data.get("type") if isinstance(data, dict) else None
        if kind == "draw":
            drawn = _picture(data.get("image"))
            if drawn is None:
                return
            self._drawn = data["image"] = drawn
        elif kind == "draw_clear":
            self._drawn = None
        super()._handle_msg(data)


def _picture(image: Any) -> list[list[float]] | None:
    """``image`` as rows of numbers in [0, 1]; None if it is no picture of at most 64 × 64."""
    try:
        pixels = np.asarray(image, np.float64)
    except (TypeError, ValueError):
        return None
    if pixels.ndim != 2 or not pixels.size or max(pixels.shape) > LARGEST or not np.isfinite(pixels).all():
        return None
    return np.clip(pixels, 0, 1).tolist()
