"""Saves behind the visitor's back, the newest state of each design, and says when it is safe on the disk."""

import threading
from collections.abc import Callable

from workbench.design import Design
from workbench.run.weights import Weights
from workbench.session.shelf import Shelf


class Autosave:
    """A thread with one place for each design: while one state is written, only the newest of each other one waits.

    `report` is called with "saving…" when something waits, "saved" when nothing does any more, and "not saved: …" when
    the disk refused; the calls come in the order in which these became true. What was refused is kept and tried again
    with whatever is put next.
    """

    def __init__(self, shelf: Shelf, report: Callable[[str], None]) -> None:
        self._shelf = shelf
        self._report = report
        self._waiting: dict[str, tuple[Design, Weights | None]] = {}
        self._refused: dict[str, tuple[Design, Weights | None]] = {}
        self._writing = False
        self._closed = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="workbench-autosave", daemon=True)
        self._thread.start()

    def put(self, design: Design, weights: Weights | None) -> None:
        """Any thread: have this state on the disk soon."""
        with self._wake:
            self._waiting = {**self._refused, **self._waiting, design.id: (design, weights)}
            self._refused = {}
            self._report("saving…")
            self._wake.notify_all()

    def hold(self) -> None:
        """Something has changed that is not worth writing yet, such as a slider that is held: it is not saved."""
        with self._wake:
            self._report("saving…")

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Wait until nothing is left to write."""
        with self._wake:
            return self._wake.wait_for(lambda: not self._waiting and not self._writing, timeout_s)

    def close(self, timeout_s: float = 10.0) -> None:
        """Write what waits, then stop."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()
        self._thread.join(timeout_s)

    def _work(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    return
                name = next(iter(self._waiting))
                design, weights = self._waiting.pop(name)
                self._writing = True
            wrong = ""
            try:
                self._shelf.put(design, weights)
            except Exception as error:  # whatever it is, the next state must still be written
                wrong = (getattr(error, "strerror", None) or str(error) or "the disk refused").lower()
            with self._wake:
                self._writing = False
                if wrong:
                    self._refused[name] = (design, weights)
                    self._report(f"not saved: {wrong}")
                elif not self._waiting:
                    self._report("not saved: an earlier change" if self._refused else "saved")
                self._wake.notify_all()
