"""Long work off the event loop: two lanes a visitor, `simulate` and `train`.

A lane is one thread. It follows *orders* (short calls, all of them, in the order given) and *plays* one iterator of
turns; a new iterator takes the place of the old one, so the newest request wins within a lane and never across lanes.
What a lane owns (a Simulation, a Training) is touched by that thread only, so nothing needs a lock.

Results travel back with `Runner.show`: a mailbox of one per key, so a slow page sees the newest
value and never a queue. `post` is how the owner reaches its own loop, from any thread.
"""

import contextlib
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

Order = Callable[[], None]
Post = Callable[[Callable[[], None]], object]
Turns = Iterator[float]

TRAINING_NICE = 5
"""How far training stands back: enough that the page paints before it, not so far that a busy machine starves it."""


class Gate:
    """A `post` that keeps its calls until it is opened: what a page is told before it stands, nobody hears."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._waiting: deque[Order] = deque()
        self._is_open = False

    def post(self, call: Order) -> None:
        """Any thread: call soon, on the loop."""
        self._waiting.append(call)
        if self._is_open:
            self._pass()

    def open(self) -> None:
        """The page stands."""
        self._is_open = True
        self._pass()

    def _pass(self) -> None:
        with contextlib.suppress(IndexError):  # two threads may find the same last call waiting
            while True:
                self._post(self._waiting.popleft())


class Lane:
    """One worker thread. Each turn of what it plays yields the seconds to rest; an order ends the rest at once.

    A `nice` above 0 lets whatever keeps the page alive go first on a busy machine (Linux, where a thread has its own).
    """

    def __init__(self, name: str, fail: Callable[[BaseException], None], nice: int = 0) -> None:
        self._fail = fail
        self._nice = nice
        self._orders: deque[Order] = deque()
        self._turns: Turns | None = None
        self._wake = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=f"workbench-{name}", daemon=True)
        self._thread.start()

    def tell(self, order: Order) -> None:
        """Follow `order` between two turns. Orders are never dropped and never reordered."""
        with self._wake:
            self._orders.append(order)
            self._wake.notify_all()

    def play(self, turns: Turns | None) -> None:
        """Play `turns` from now on, instead of what was playing; None only stops."""
        self.tell(lambda: self._replace(turns))

    def close(self) -> None:
        """Stop after the turn under way; orders not yet followed are forgotten."""
        with self._wake:
            self._closed = True
            self._orders.clear()
            self._wake.notify_all()

    def join(self, timeout_s: float) -> None:
        """Wait until the turn under way is done, after `close`."""
        self._thread.join(timeout_s)

    def _replace(self, turns: Turns | None) -> None:
        if self._turns is not None:
            close = getattr(self._turns, "close", None)
            self._turns = None
            if close is not None:
                close()
        self._turns = turns

    def _work(self) -> None:
        if self._nice and sys.platform == "linux":
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + self._nice)
        rest = 0.0
        while True:
            with self._wake:
                if self._turns is None:
                    self._wake.wait_for(lambda: self._orders or self._closed)
                elif rest > 0:
                    self._wake.wait_for(lambda: self._orders or self._closed, rest)
                if self._closed:
                    break
                order = self._orders.popleft() if self._orders else None
            rest = self._once(order)
        with contextlib.suppress(Exception):
            self._replace(None)

    def _once(self, order: Order | None) -> float:
        """One order, or else one turn. Whatever goes wrong is reported; the lane lives on."""
        try:
            if order is not None:
                order()
            elif self._turns is not None:
                return next(self._turns)
        except StopIteration:
            self._turns = None
        except Exception as error:
            if order is None:  # an order that fails is no reason to stop what plays
                self._turns = None
            self._fail(error)
        return 0.0


class Runner:
    """The two lanes of one visitor and the way back to the visitor's loop."""

    def __init__(self, post: Post, fail: Callable[[BaseException], None]) -> None:
        self.post = post
        self._fail = fail
        self._mail: dict[str, Callable[[], None]] = {}
        self._lock = threading.Lock()
        self._due = False
        self._closed = False
        self.simulate = Lane("simulate", self.report)
        self.train = Lane("train", self.report, TRAINING_NICE)

    def show(self, key: str, deliver: Callable[[Any], None], value: Any) -> None:
        """Any thread: call `deliver(value)` on the loop soon; a newer value replaces an undelivered one of that key."""
        with self._lock:
            self._mail.pop(key, None)
            self._mail[key] = lambda: deliver(value)
            if self._due or self._closed:
                return
            self._due = True
        self.post(self._deliver)

    def close(self) -> None:
        """The visitor has left: both lanes stop, nothing more is delivered."""
        with self._lock:
            self._closed = True
            self._mail.clear()
        self.simulate.close()
        self.train.close()

    def join(self, timeout_s: float = 5.0) -> None:
        """After `close`: wait for both lanes. A process that ends while one computes is torn down in its middle."""
        self.simulate.join(timeout_s)
        self.train.join(timeout_s)

    def report(self, error: BaseException) -> None:
        """Any thread: something went wrong; the owner is told on the loop."""
        self.show(f"error {id(error)}", self._fail, error)

    def _deliver(self) -> None:
        with self._lock:
            self._due = False
            mail, self._mail = self._mail, {}
        for deliver in mail.values():
            try:
                deliver()
            except Exception as error:
                self._fail(error)
