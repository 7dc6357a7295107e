"""The two transports: the simulation filled, the training outlined."""

from __future__ import annotations

from typing import Any

import panel as pn

from components.transport_bar import TransportBar
from workbench.design import Design
from workbench.design.learnable import unlearnable
from workbench.session import Session
from workbench.session.curve import Progress
from workbench.views.moments import follow


class SimulationBar:
    """Run, pause, step, reset time, speed."""

    def __init__(self, session: Session) -> None:
        playback = session.playback
        self.bar = TransportBar(
            variant="simulation",
            running=playback.param.running,
            speed=playback.param.speed,
            blocked=playback.param.broken,
            dark=session.selection.param.dark,
        )
        self._session = session
        self.bar.on_event(self._hear)
        follow(session, lambda moment: self.bar.tick(moment.t_ms), lambda: self.bar.tick(0.0))

    def _hear(self, event: dict[str, Any]) -> None:
        playback = self._session.playback
        match event["type"]:
            case "run":
                playback.run()
            case "pause":
                playback.pause()
            case "step":
                playback.step()
            case "reset":
                self._session.reset_time()
            case "speed":
                playback.speed = event["value"]


class TrainingBar:
    """Run, pause, one batch, new weights, progress."""

    def __init__(self, session: Session) -> None:
        learning = session.learning
        self.bar = TransportBar(
            variant="training",
            running=learning.param.running,
            stopping=learning.param.stopping,
            blocked=pn.bind(why_not, session.playback.param.broken, session.document.param.design),
            dark=session.selection.param.dark,
        )
        self._session = session
        self.bar.on_event(self._hear)
        learning.progress.listen(self._show)

    def _hear(self, event: dict[str, Any]) -> None:
        learning = self._session.learning
        match event["type"]:
            case "run":
                learning.run()
            case "pause":
                learning.pause()
            case "batch":
                learning.batch()
            case "new_weights":
                self._session.new_weights()

    def _show(self, now: Progress | None) -> None:
        if now is None:
            self.bar.param.update(status=self._session.learning.origin, progress=None, time_left="")
            return
        planned = f"of {now.epochs}" if now.epoch <= now.epochs else f"({now.epochs} planned)"
        self.bar.param.update(
            status=f"epoch {now.epoch} {planned} · batch {now.batch} of {now.batches}",
            progress=min(1.0, ((now.epoch - 1) * now.batches + now.batch) / (now.epochs * now.batches)),
            time_left=left(now.seconds_left),
        )


def why_not(broken: str, design: Design) -> str:
    """Why training cannot run; empty where it can."""
    return broken or unlearnable(design)


def left(seconds: float) -> str:
    """A rough time in words; nothing when there is nothing left."""
    if seconds < 1:
        return ""
    return f"{seconds:.0f} s left" if seconds < 90 else f"{seconds / 60:.0f} min left"
