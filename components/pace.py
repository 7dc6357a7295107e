"""Pace: from any thread to the page, as often as an eye can follow and no oftener."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import panel as pn
from panel.io.state import set_curdoc

Post = Callable[[Callable[[], Any]], Any]


def reach() -> Post | None:
    """How to run a callback that *sends messages* on the page's event loop, from any thread, found where it is made.

    The loop that runs this thread, with Panel told whose page the callback is about; None where no loop runs. Not for
    callbacks that change properties: those need the document's lock (``add_next_tick_callback``), whose keeping costs
    a page of 32 frames a second more than the frames do.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return None
    document = pn.state.curdoc
    if document is None or document.session_context is None:
        return loop.call_soon_threadsafe

    def post(callback: Callable[[], Any]) -> None:
        loop.call_soon_threadsafe(in_document, document, callback)

    return post


def in_document(document: Any, callback: Callable[[], Any]) -> None:
    """``callback()``, with Panel knowing whose page it is about."""
    with set_curdoc(document):
        callback()


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
