"""In a notebook: whatever a page says or is told passes through one loop, the one that runs the cells.

JupyterLab lets newer kernels hear a page in a second thread, and Panel sends at once what another thread has changed.
A message leaves in several parts; two threads that send at one time would mix theirs, and the page would understand
neither. On a served page Panel itself keeps the order, and nothing here takes part.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from panel.io.state import state


class OneLoop:
    """Mixed into every component. It remembers the loop that runs where the component is made."""

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self._loop = _running()

    def _on_msg(self, *said: Any) -> None:
        """Panel calls this with what a notebook's page says, in the thread where it arrives."""
        self._in_turn(super()._on_msg, *said)  # pyright: ignore[reportAttributeAccessIssue]

    def _apply_update(self, events: Any, changed: Any, model: Any, ref: str) -> bool:
        """Panel calls this with what the page is to be told, in the thread that changed it."""
        apply = super()._apply_update  # pyright: ignore[reportAttributeAccessIssue]
        *_, comm = state._views.get(ref, (None,))
        if comm is None:
            return apply(events, changed, model, ref)
        self._in_turn(apply, events, changed, model, ref)
        return True

    def _in_turn(self, call: Callable[..., Any], *given: Any) -> None:
        """Now when this is the loop's own thread, else soon."""
        if self._loop is None or self._loop is _running():
            call(*given)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, *given)


def _running() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
