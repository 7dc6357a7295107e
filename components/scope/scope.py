"""Scope: stacked rasters and traces on one time axis, alive while a run feeds it."""

from __future__ import annotations

from typing import Any

import param

from components.base import Component, Event
from components.pace import Post
from components.scope.feed import Feed


class Scope(Component):
    """Draws every spike and chosen traces of the last ``history`` steps; ``feed`` takes them from any thread.

    Neurons are numbered through all bands from the top. New ``bands`` or ``traces`` may be set at any time, before the
    first push that uses them; what they share with the old ones (a band by id and size, a trace by neuron and name)
    stays in view. Event: ``{"type": "pick", "band", "neuron", "step", "spike"}`` on a click or Enter, ``neuron``
    counted within its band, ``spike`` telling whether it spiked in that step.

    For tests the root element ``.time-scope`` carries ``ring``, ``raster``, ``picture``, ``view``, ``stats`` and
    ``place(id, step)``, the device pixel [x, y] of the first canvas that has the band's ink if and only if that neuron
    spiked in that step (while a step has three pixels and a neuron its own row).
    """

    bands = param.List(
        default=[],
        allow_refs=True,
        doc="""[{"id", "name", "n", "color"}], from the top; ``color`` a token such as "layer0", empty for ink.""",
    )
    traces = param.List(
        default=[],
        allow_refs=True,
        doc="""[{"id", "name", "color", "theta", "lo", "hi"}]: ``id`` the neuron's number through all bands, ``theta``
        the height of a dashed line or None, ``lo`` and ``hi`` the ends of the scale; None: as the values ask.""",
    )
    history = param.Integer(default=10_000, bounds=(100, 1_000_000), doc="Steps kept, here and in the page.")
    window = param.Integer(default=500, bounds=(20, None), doc="Steps in view at first.")
    dt = param.Number(default=1.0, bounds=(0, None), inclusive_bounds=(False, True), doc="Length of a step in ms.")
    empty = param.String(
        default="Press Space to run: spikes appear here.", doc="The sentence of a scope that has seen no step."
    )

    def __init__(self, *, post: Post | None = None, **params: Any) -> None:
        super().__init__(**params)
        self.feed = Feed(self, post)

    def reset(self) -> None:
        """Forget every step, on the page too."""
        self.feed.reset()

    def _handle_protocol(self, message: Event) -> None:
        self.feed.heard(message)
