"""The page of one visitor: who they are, which design they open, their session, and its end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import panel as pn

from components.pace import in_document
from workbench.design import Design
from workbench.design.starters import templates
from workbench.run.weights import Weights
from workbench.runner import Gate, Post
from workbench.session import Session
from workbench.session.shelf import ID, Shelf
from workbench.views.page import PageView

BEAT_MS = 1000
COOKIE = "workbench_visitor"  # set before the first page is made: by it each browser finds its own designs again
log = logging.getLogger("workbench")


def page() -> pn.viewable.Viewable:
    """What Panel calls for every visit: `?design=<id>` opens that design of this visitor, nothing the last one."""
    document: Any = pn.state.curdoc  # Panel sets it before it calls this
    shelf = Shelf(pn.state.cookies[COOKIE])
    asked = pn.state.session_args.get("design", [b""])[0].decode(errors="replace")
    notice = ""
    try:
        design, weights = wanted(shelf, asked)
    except ValueError as refusal:
        design, weights, notice = templates()["one_neuron"].fresh(), None, f"{asked}: {refusal}"
    gate = Gate(way_to(document))
    pn.state.onload(gate.open)
    session = Session(gate.post, design, weights, shelf)
    if notice:
        session.refuse(notice)
    session.log = lambda error: log.error("in a visitor's session", exc_info=error)
    pn.config.exception_handler = session.fail
    view = PageView(session)
    context = document.session_context
    view.alive = lambda: context.session is not None and context.session.connection_count > 0
    pn.state.on_session_destroyed(lambda _, close=session.close: close())
    pn.state.add_periodic_callback(view.beat, BEAT_MS)
    session.playback.run()
    return view.frame


def way_to(document: Any) -> Post:
    """How any thread has something done to `document`: on its loop, under its lock, Panel knowing whose page it is.

    The loop itself asks for the lock. A callback that another thread adds may be lost: while Panel sends a message it
    holds what happens to the document in a list, and takes that list away in two steps.
    """
    loop = asyncio.get_running_loop()

    def post(call: Callable[[], None]) -> None:
        loop.call_soon_threadsafe(document.add_next_tick_callback, partial(in_document, document, call))

    return post


def wanted(shelf: Shelf, id: str) -> tuple[Design, Weights | None]:
    """The design of that id; a newcomer's is one leaky neuron, already ticking."""
    kept = shelf.list() if not id else []
    found = shelf.get(id or (kept[0].id if kept else ""))
    if found is not None:
        return found
    first = templates()["one_neuron"].fresh()
    return (replace(first, id=id) if ID.match(id) else first), None
