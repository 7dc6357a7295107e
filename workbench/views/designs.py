"""The visitor's designs and the ones to begin with: new, open, duplicate, delete."""

from __future__ import annotations

from typing import Any

import panel as pn

from components.design_list import DesignList
from workbench.design import Design
from workbench.design.starters import templates
from workbench.run.weights import Weights
from workbench.session import Session
from workbench.session.document import copy_name


class DesignsView:
    """A list of what can be opened. What is opened goes under its own id; starters are opened as copies."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._leaving: dict[str, str] = {}  # a copy's id: the design to forget once that copy is safe on the disk
        self.list = DesignList(
            items=self._items(),
            current=pn.bind(lambda design: design.id, session.document.param.design),
            action="New design",
            dark=session.selection.param.dark,
            sizing_mode="stretch_both",
        )
        self.list.on_event(self._hear)
        session.kept.listen(self._list_newcomer)

    def refresh(self) -> None:
        """Look at the shelf again."""
        self.list.items = self._items()

    def _list_newcomer(self, design: Design) -> None:
        """What has just been saved is listed, under its newest name; the shelf is not read for every edit."""
        if (old := self._leaving.pop(design.id, None)) is not None and self._session.shelf is not None:
            self._session.shelf.drop(old)
        listed = {(item["id"], item["title"]) for item in self.list.items}
        if (design.id, design.name) not in listed:
            self.refresh()

    def _items(self) -> list[dict[str, Any]]:
        shelf = self._session.shelf
        kept = [] if shelf is None else shelf.list()
        mine = [
            {"id": one.id, "title": one.name, "meaning": f"saved {one.saved:%d %b %H:%M}", "group": "yours"}
            | {"can": ["duplicate", "delete"]}
            for one in kept
        ]
        ready = [
            {"id": slug, "title": design.name, "meaning": design.notes, "group": "to begin with"}
            for slug, design in templates().items()
        ]
        return [*mine, *ready]

    def _hear(self, event: dict[str, Any]) -> None:
        session, shelf, name = self._session, self._session.shelf, event.get("id", "")
        shown, weights = session.document.design, session.document.weights
        session.say()  # what it said was about what was before
        match event["type"]:
            case "action":
                session.open(Design.new("Untitled"))
            case "open" if name == shown.id:
                session.say(f"{shown.name} is open already.")
            case "duplicate" if name == shown.id:
                session.open(shown.fresh(copy_name(shown.name)), weights)
            case "delete" if name == shown.id:
                self._part(shown, weights)
            case "open" if name in templates():
                session.open(templates()[name].fresh())
            case "open" if shelf is not None and (found := shelf.get(name)) is not None:
                session.open(*found)
            case "duplicate" if shelf is not None and (found := shelf.get(name)) is not None:
                design, weights = found
                session.open(design.fresh(copy_name(design.name)), weights)
            case "delete" if shelf is not None:
                shelf.drop(name)
        self.refresh()

    def _part(self, shown: Design, weights: Weights | None) -> None:
        """Forget the design that is open: the page goes on with a copy, so that nothing in view is lost."""
        copy = shown.fresh()
        self._leaving[copy.id] = shown.id  # later: what autosave still has to write would bring it back
        self._session.open(copy, weights)
        self._session.say(f"{shown.name} is deleted; what you see is a copy with an address of its own.")
