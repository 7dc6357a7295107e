"""The left end of the header: name, saved or not, undo and redo with their names, files, theme, help."""

from __future__ import annotations

from typing import Any

import panel as pn

from components.title_bar import TitleBar
from workbench.design import Design
from workbench.design.history import History
from workbench.session import Session


class TitleView:
    """`commands` of the page that are not the title's own are passed on to `hear`."""

    def __init__(self, session: Session) -> None:
        document, shelf = session.document, session.shelf
        kept = shelf is not None and shelf.has(document.design.id)
        self._session = session
        self.bar = TitleBar(
            title=pn.bind(lambda design: design.name, document.param.design),
            saved=pn.bind(lambda said: said or ("saved" if kept else ""), document.param.saved),
            history=pn.bind(labels, document.param.history, session.learning.param.running),
            position=pn.bind(lambda history: history.position, document.param.history),
            dark=session.selection.param.dark,
        )
        self.bar.on_event(self._hear)

    def _hear(self, event: dict[str, Any]) -> None:
        session = self._session
        match event["type"]:
            case "rename":
                if not session.edit({"op": "rename", "name": event["name"]}):
                    self.bar.refuse(session.notice)
                    session.say()
            case "undo":
                session.undo()
            case "redo":
                session.redo()
            case "jump":
                session.jump(event["position"])
            case "theme":
                session.selection.dark = event["dark"]


def labels(history: History, training: bool = False) -> list[str]:
    """The names of all gestures, oldest first; the first is where the history begins. What was undone before training
    began is not offered while that goes on: the training comes in its place."""
    return [entry.label for entry in history.entries[: history.position + 1 if training else None]]


def file_name(design: Design) -> str:
    """A design's name as a file name."""
    kept = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in design.name.lower())
    return f"{'-'.join(part for part in kept.split('-') if part) or 'design'}.json"
