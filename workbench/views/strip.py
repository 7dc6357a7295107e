"""The figures that are always in sight: held-out accuracy, firing rate, parameters, memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.design import Design
from workbench.run.rates import WINDOW_MS
from workbench.session import Session
from workbench.session.measured import Measured
from workbench.views.moments import Rates

SPAN = f"{WINDOW_MS:g} ms"
RATE = f"spikes per second of a neuron, mean of all layers that spike, over the last {SPAN} of model time"
EXACT = ("parameters", "memory")


class Strip:
    """Holds the newest of each figure; one that was not measured of the network drawn is not there."""

    def __init__(self, session: Session, rates: Rates) -> None:
        self._session = session
        self._design = session.document.design  # the one the figures are about
        self._figures: dict[str, dict[str, Any]] = {}
        self._listeners: list[Any] = []
        session.learning.measured.listen(self._measure)
        rates.listen(self._pulse)
        session.edited.listen(self._follow)

    def listen(self, listener: Any) -> None:
        """Call `listener(list of figures)` whenever one has changed."""
        self._listeners.append(listener)

    def _follow(self, design: Design) -> None:
        """What was measured of a network that is gone goes with it."""
        old, self._design = self._design, design
        if self._design is old:
            return
        if self._design.id != old.id or self._design.live_changes(old) is None:
            self._figures.clear()
        elif answering(self._design) != answering(old):
            self._figures.pop("accuracy", None)
        self._tell()

    def _measure(self, measured: Measured) -> None:
        if measured.answers is not None:
            self._say("accuracy", f"{100 * measured.answers.accuracy:.1f} %", "measured", shown_of(measured))
        elif measured.cost is not None:
            self._figures.pop("accuracy", None)
        if measured.cost is not None:
            parameters = measured.cost.value("parameters")
            bits = sum(row.value for row in measured.cost if row.unit == "bits" and row.layer == "")
            self._say("parameters", f"{parameters:,.0f}", "exact", "numbers that training changes")
            self._say("memory", memory(bits), "exact", "weights, states and delay buffers")
        self._tell()

    def _pulse(self, rates: Mapping[str, float]) -> None:
        layers = list(rates.values())
        if layers:
            self._say("rate", f"{sum(layers) / len(layers):.1f} Hz", f"measured, {SPAN}", RATE)
            self._tell()

    def _say(self, label: str, value: str, kind: str, title: str) -> None:
        self._figures[label] = {"label": label, "value": value, "kind": kind, "title": f"{label}: {title} ({kind})"}

    def _tell(self) -> None:
        order = ("accuracy", "rate", "parameters", "memory")
        if self._session.playback.broken:  # nothing runs; but for what was counted, it was found before
            known = self._session.learning.costed
            kept = EXACT if known is not None and known.of(self._design) else ()
            self._figures = {label: figure for label, figure in self._figures.items() if label in kept}
        for listener in self._listeners:
            listener([self._figures[label] for label in order if label in self._figures])


def shown_of(measured: Measured) -> str:
    """What the answers are of, as the table of costs says it; while training they are of all that is held out."""
    found = [row.of for row in measured.cost or () if row.kind == "measured"]
    size = measured.answers.size if measured.answers is not None else 0
    return f"of {found[0] if found else f'{size} held-out samples'}"


def answering(design: Design) -> tuple[Any, ...]:
    """What of a design its held-out answers depend on, beside its weights."""
    return design.network(), design.stimulus, design.training["data"], design.training["steps"]


def memory(bits: float) -> str:
    """Bits in the unit that reads best; 1 kB is 1,000 bytes."""
    for unit, size in (("MB", 8e6), ("kB", 8e3)):
        if bits >= size:
            return f"{bits / size:,.1f} {unit}"
    return f"{bits / 8:,.0f} B"
