"""One line of the table that `make bench` prints, and the clocks it is taken with."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

HEAD = f"{'what':<62} {'measured':>10} {'':<12} {'bound':>8} {'ratio':>6}  {'met':<4} how"


@dataclass(frozen=True)
class Effort:
    """How long to measure. `quick` is for trying the harness; `minutes` is how long the long run lasts."""

    quick: bool = False
    minutes: float = 3.0


@dataclass(frozen=True)
class Row:
    """What was measured. `limit` is what we promise; a row without one is there to be compared with itself."""

    what: str
    value: float
    unit: str  # "× copy" and the like are ratios, which hardly depend on the machine
    limit: float | None = None
    how: str = ""
    at_least: bool = False  # the promise is a floor, such as frames a second

    @property
    def ratio(self) -> float | None:
        """How much of what is allowed was used: 1 is just met, 2 is twice too slow. None where nothing is promised."""
        if self.limit is None:
            return None
        above, below = (self.limit, self.value) if self.at_least else (self.value, self.limit)
        return above / below if below else float("inf") if above else 0.0

    def __str__(self) -> str:
        bound = ratio = met = ""
        if self.limit is not None and self.ratio is not None:
            bound, ratio = f"{'≥' if self.at_least else '≤'} {self.limit:g}", f"{self.ratio:.2f}"
            met = "met" if self.ratio <= 1 else "OVER"
        return (
            f"{self.what:<62} {self.value:>10.3g} {self.unit:<12} {bound:>8} {ratio:>6}  {met:<4} {self.how}".rstrip()
        )


def median_seconds(work: Callable[[], object], repeats: int = 15) -> float:
    """The median time of a call, after one that is not counted."""
    return interleaved([work], repeats)[0]


def interleaved(
    works: Sequence[Callable[[], object]], repeats: int = 15, patience_s: float = float("inf")
) -> list[float]:
    """The median time of each of several calls, taken in turns so that a busy machine slows all of them alike.

    What takes longer than `patience_s` at first is not called again.
    """
    seconds: list[list[float]] = [[] for _ in works]
    for round_ in range(repeats + 1):
        for mine, work in zip(seconds, works, strict=True):
            if mine and mine[0] > patience_s:
                continue
            start = time.perf_counter()
            work()
            taken = time.perf_counter() - start
            if round_ or taken > patience_s:  # the first round only warms up
                mine.append(taken)
    return [statistics.median(mine) for mine in seconds]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * share // 1).__int__() - 1))]
