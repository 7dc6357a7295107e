"""TransportBar: what makes time pass. The simulation's is filled, the training's outlined: they never look alike."""

from __future__ import annotations

import param

from components.base import Component, Event


class TransportBar(Component):
    """Run, pause and step a simulation or a training; the page answers a click before Python does.

    Events of both variants: ``{"type": "run"}``, ``{"type": "pause"}``. Of ``"simulation"``: ``{"type": "step"}``,
    ``{"type": "reset"}`` (time back to its start), ``{"type": "speed", "value"}`` (model milliseconds per second). Of
    ``"training"``: ``{"type": "batch"}`` (one more batch), ``{"type": "new_weights"}``.

    A click shows its effect at once: "stopping…" for the pause of a training, the other picture otherwise. When Python
    changes neither ``running`` nor ``stopping`` within two seconds, the bar shows again what these say.
    """

    variant = param.Selector(default="simulation", objects=["simulation", "training"], doc="Which of the two bars.")
    running = param.Boolean(default=False, doc="Whether time passes.")
    stopping = param.Boolean(default=False, doc="Whether a pause waits for the batch that is under way.")
    blocked = param.String(default="", doc="Why nothing can run now, read on hover; empty: it can.")
    speed = param.Number(default=20.0, doc="Model time per second of the viewer's, in ms/s.")
    speeds = param.List(default=[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], doc="The speeds to choose from, in ms/s.")
    status = param.String(default="", doc="Where a training stands, such as “epoch 3 of 40 · batch 5 of 12”.")
    progress = param.Number(default=None, allow_None=True, bounds=(0, 1), doc="Share done of a training; none: no bar.")
    time_left = param.String(default="", doc="What a training still needs, such as “2 min left”.")

    _t_ms = 0.0

    def tick(self, t_ms: float) -> None:
        """Show the model time ``t_ms`` in ms: a message, so that frames never go through a parameter."""
        self._t_ms = float(t_ms)
        self._send_msg({"type": "tick", "t_ms": self._t_ms})

    def _handle_protocol(self, message: Event) -> None:
        self.tick(self._t_ms)  # the page has just been drawn and missed what was sent before
