"""Saves behind the visitor's back, the newest state only, and says when it is safe on the disk."""

import threading
from collections.abc import Callable

from workbench.design import Design
from workbench.run.weights import Weights
from workbench.session.shelf import Shelf


class Autosave:
    """A thread with a mailbox of one: while one state is being written, only the newest of the others waits."""

    def __init__(self, shelf: Shelf, report: Callable[[str], None]) -> None:
        self._shelf = shelf
        self._report = report
        self._waiting: tuple[Design, Weights | None] | None = None
        self._writing = False
        self._closed = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="workbench-autosave", daemon=True)
        self._thread.start()

    def put(self, design: Design, weights: Weights | None) -> None:
        """Any thread. `report("saving…")` at once, `report("saved")` when the newest state is on the disk."""
        with self._wake:
            self._waiting = (design, weights)
            self._wake.notify_all()
        self._report("saving…")

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Wait until nothing is left to write."""
        with self._wake:
            return self._wake.wait_for(lambda: self._waiting is None and not self._writing, timeout_s)

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()

    def _work(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._waiting is not None or self._closed)
                if self._waiting is None:
                    return
                (design, weights), self._waiting = self._waiting, None
                self._writing = True
            try:
                self._shelf.put(design, weights)
                said = "saved"
            except OSError as error:
                said = f"not saved: {(error.strerror or 'the disk refused').lower()}"
            with self._wake:
                self._writing = False
                newest = self._waiting is None
                self._wake.notify_all()
            if newest:
                self._report(said)
