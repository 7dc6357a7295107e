"""What takes long, done a little at a time on the loop that all visitors share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from workbench.runner import Post

T = TypeVar("T")
PATIENCE_S = 0.01  # how long the loop may be held in one go


class BitByBit(Generic[T]):
    """Goes through an iterator of short steps; between slices of them the loop is free. What is begun takes the place
    of what is still under way."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._work: Iterator[Any] | None = None

    @property
    def busy(self) -> bool:
        """Whether something is still to be done."""
        return self._work is not None

    def begin(self, work: Iterator[T], tell: Callable[[list[T], bool], None]) -> None:
        """Go through `work`; `tell(some, done)` is called with what each slice found, and whether that was the last."""
        self._work = work

        def go_on() -> None:
            if self._work is not work:
                return
            until, some = time.monotonic() + PATIENCE_S, list[T]()
            for one in work:
                some.append(one)
                if time.monotonic() > until:
                    self._post(go_on)
                    tell(some, False)
                    return
            self._work = None
            tell(some, True)

        go_on()

    def stop(self) -> None:
        """Nobody waits for it any more."""
        self._work = None
