"""All visitors of a server, for its end."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    from workbench.session.visitor import Session

SESSIONS: WeakSet[Session] = WeakSet()


def close_all() -> None:
    """The server ends: no lane computes on while every visitor's work is saved, and all come to rest."""
    sessions = list(SESSIONS)
    for session in sessions:
        session.runner.close()
    for session in sessions:
        session.close()
    for session in sessions:
        session.runner.join()
