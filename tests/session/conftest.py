"""A loop of our own for sessions without a page: what lanes post is called when a test lets it."""

import queue
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workbench.design import Design
from workbench.design.starters import templates
from workbench.run.weights import Weights
from workbench.session import Session
from workbench.session.shelf import Shelf

VISITOR = "0123456789abcdef" * 2


class Loop:
    """`post` hands it a callback from any thread; `until` calls them, in this thread, as an event loop would."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.post = self._waiting.put

    def turn(self, seconds: float) -> None:
        """Let the loop run for a while."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                self._waiting.get(timeout=left)()
            except queue.Empty:
                return

    def until(self, reached: Callable[[], object], seconds: float = 20.0) -> None:
        """Let the loop run until `reached()`; a test that waits in vain fails here."""
        end = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < end, "waited in vain"
            self.turn(0.01)


@pytest.fixture
def loop() -> Loop:
    """The loop of this test."""
    return Loop()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty shelf."""
    return Shelf(VISITOR, tmp_path)


@pytest.fixture
def visit(loop: Loop, shelf: Shelf) -> Iterator[Callable[..., Session]]:
    """Open sessions on a starter, a design, or one leaky neuron; they are closed, and had no unexpected error."""
    opened: list[Session] = []
    faults: list[BaseException] = []

    def open_session(design: Design | str = "one_neuron", weights: Weights | None = None) -> Session:
        shown = templates()[design].fresh() if isinstance(design, str) else design
        session = Session(loop.post, shown, weights, shelf)
        session.log = faults.append
        session.start()
        opened.append(session)
        return session

    yield open_session
    for session in opened:
        session.close()
    assert not faults, faults
