"""Pace: from any thread to the page, as often as an eye can follow and no oftener."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import panel as pn

Post = Callable[[Callable[[], Any]], Any]


def reach() -> Post | None:
    """How to run a callback on the page's event loop from any thread, found where the page is being made.

    ``add_next_tick_callback`` of the document; without one (a notebook) ``call_soon_threadsafe`` of the event loop
    that runs this thread; None where there is neither.
    """
    document = pn.state.curdoc
    if document is not None and document.session_context is not None:
        return document.add_next_tick_callback
    try:
        return asyncio.get_running_loop().call_soon_threadsafe
    except RuntimeError:
        return None


class Pace:
    """Runs ``send`` on the event loop after ``ask``, at most ``hz`` times a second; many asks are one sending.

    ``send`` takes the newest state itself, so the last word always arrives. Without a loop to reach it runs at once.
    """

    def __init__(self, send: Callable[[], Any], hz: float, post: Post | None = None) -> None:
        self._send, self._period, self._post = send, 1 / hz, post or reach()
        self._lock = threading.Lock()
        self._coming = False
        self._sent_at = 0.0

    def ask(self) -> None:
        """Want ``send`` to run; from any thread."""
        if self._post is None:
            self._send()
            return
        with self._lock:
            coming, self._coming = self._coming, True
        if not coming:
            self._post(self._turn)

    def _turn(self) -> None:
        wait = self._sent_at + self._period - time.monotonic()
        if wait > 0.002 and self._post is not None:
            asyncio.get_running_loop().call_later(wait, self._post, self._turn)
            return
        self._coming = False
        self._sent_at = time.monotonic()
        self._send()
