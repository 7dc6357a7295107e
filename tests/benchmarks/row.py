"""One line of the table that `make bench` prints, and the clock it is taken with."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured. `limit` is what we promise; a row without one is there to be compared with itself."""

    what: str
    value: float
    unit: str  # "× copy" and the like are ratios, which hardly depend on the machine
    limit: float | None = None
    how: str = ""

    def __str__(self) -> str:
        promise = "" if self.limit is None else f"{'≤' if self.value <= self.limit else 'OVER'} {self.limit:g}"
        return f"{self.what:<52} {self.value:>10.3g} {self.unit:<10} {promise:<12} {self.how}".rstrip()


def median_seconds(work: Callable[[], object], repeats: int = 15) -> float:
    """The median time of a call, after one that is not counted."""
    work()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)
