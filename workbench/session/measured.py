"""Figures of a design that were found by running it, and whether they are still those of the design that is drawn."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.runner import Runner

if TYPE_CHECKING:
    from workbench.design import Design
    from workbench.hardware.rows import Estimate
    from workbench.run import Evaluation
    from workbench.run.weights import Weights

PATIENCE_S = 0.3  # a slider that moves is not measured at every value it passes
LARGE = 1_000_000  # parameters: to measure more takes a while, so that they are counted first


@dataclass(frozen=True)
class Measured:
    """What was found by running: the held-out answers (None without classes to answer), what it costs (None: not now).

    `design` is the one that ran. `epochs` says how far training had come; None for weights that rest.
    """

    design: Design
    answers: Evaluation | None
    cost: Estimate | None
    epochs: float | None

    def of(self, design: Design) -> bool:
        """Whether these are figures of that design, as it is drawn now."""
        bits = self.cost is None or self.design.hardware == design.hardware
        return bits and _decisive(self.design) == _decisive(design)


class Measuring:
    """Counts and measures designs, and hands `found(measured)` on the loop what is of the design `drawn` there.

    The visitor may have gone on drawing: figures of another design are nobody's.
    """

    def __init__(self, runner: Runner, found: Callable[[Measured], None]) -> None:
        self._runner, self._found = runner, found
        self.drawn: Design | None = None

    def tell(self, measured: Measured) -> None:
        """Any thread: figures that were measured; newer ones take the place of those nobody heard of yet."""
        self._runner.show("measured", self._tell, measured)

    def count(self, design: Design) -> None:
        """Any thread: tell the exact figures, which nothing has to run for."""
        from workbench.hardware.costs import counted

        self._runner.show("counted", self._tell, Measured(design, None, counted(design), None))

    def turns(self, design: Design, weights: Weights | None, known: bool) -> Generator[float, None, None]:
        """Measure it, in the turns of a lane. What is large and not `known` at all is counted first."""
        from workbench.hardware.costs import measure

        yield PATIENCE_S
        if weights is not None and weights.size > LARGE and not known:
            self.count(design)
        try:
            cost, answers = yield from measure(design, weights)
        except Exception:
            self.count(design)  # why it cannot be measured is told; its sizes are known even so
            raise
        self.tell(Measured(design, answers, cost, None))

    def _tell(self, measured: Measured) -> None:
        if self.drawn is not None and measured.of(self.drawn):
            self._found(measured)


def _decisive(design: Design) -> tuple[Any, ...]:
    """What of a design its measured figures depend on, beside its weights and the bits of its numbers."""
    kind = design.stimulus["kind"]
    stimulus = kind if kind == "data" else design.stimulus
    return design.id, design.network(), stimulus, design.training["data"], design.training["steps"]
