"""Scope: stacked rasters and traces on one time axis, alive while a run feeds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import param

from components.base import Component, Event
from components.pace import Post
from components.scope.feed import Feed


class Scope(Component):
    """Draws every spike and chosen traces of the last ``history`` steps; ``feed`` takes them from any thread.

    Neurons are numbered through all bands from the top; ``arrange`` says which there are. Events, ``neuron`` counted
    within its band:

    - ``{"type": "pick", "band", "neuron", "step", "spike"}``: a click on a neuron's row, or Enter; ``spike`` tells
      whether it spiked in that step.
    - ``{"type": "drop", "band", "neuron", "trace"}``: the × beside the name of this trace.

    For tests the root element ``.time-scope`` carries ``ring``, ``raster``, ``picture``, ``view``, ``stats`` and
    ``place(id, step)``, the device pixel [x, y] of the first canvas that has the band's ink if and only if that neuron
    spiked in that step (while a step has three pixels and a neuron its own row).
    """

    history = param.Integer(
        default=10_000, bounds=(100, 1_000_000), constant=True, doc="Steps kept, here and in the page."
    )
    window = param.Integer(default=500, bounds=(20, None), doc="Steps in view at first.")
    dt = param.Number(default=1.0, bounds=(0, None), inclusive_bounds=(False, True), doc="Length of a step in ms.")
    empty = param.String(
        default="Press Space to run: spikes appear here.", doc="The sentence of a scope that has seen no step."
    )

    def __init__(
        self,
        *,
        bands: Sequence[Mapping[str, Any]] = (),
        traces: Sequence[Mapping[str, Any]] = (),
        post: Post | None = None,
        **params: Any,
    ) -> None:
        super().__init__(**params)
        self.feed = Feed(self, post)
        self.arrange(bands, traces)

    def arrange(self, bands: Sequence[Mapping[str, Any]], traces: Sequence[Mapping[str, Any]]) -> None:
        """Draw these rows and traces from now on; from any thread, before the first push that is about them.

        What they share with those until now (a band by id and size, a trace by neuron and name) stays in view.

        ``bands``: ``[{"id", "name", "n", "color", "pick"}]``, from the top; ``color`` a token such as "layer0", empty
        for ink; ``pick``, which may be missing, what a click on a neuron without a trace does, said beside it.
        ``traces``: ``[{"id", "name", "color", "theta", "lo", "hi"}]``, ``id`` the neuron's number through all bands,
        ``theta`` the height of a dashed line or None, ``lo`` and ``hi`` the ends of the scale; None: as the values ask.
        """
        self.feed.arrange(bands, traces)

    def reset(self) -> None:
        """Forget every step, on the page too."""
        self.feed.reset()

    def _handle_protocol(self, message: Event) -> None:
        self.feed.heard(message)
