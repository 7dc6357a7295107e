"""The visitor's designs and the ones to begin with: open, duplicate, delete."""

from __future__ import annotations

from typing import Any

from components.design_list import DesignList
from workbench.design.starters import templates
from workbench.session import Session


class DesignsView:
    """A list of what can be opened. What is opened goes under its own id; starters are opened as copies."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.list = DesignList(items=self._items(), dark=session.selection.param.dark, sizing_mode="stretch_both")
        self.list.on_event(self._hear)

    def refresh(self) -> None:
        """Look at the shelf again."""
        self.list.items = self._items()

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
        shelf, name = self._session.shelf, event["id"]
        match event["type"]:
            case "open" if name in templates():
                self._session.open(templates()[name].fresh())
            case "open" if shelf is not None and (found := shelf.get(name)) is not None:
                self._session.open(*found)
            case "duplicate" if shelf is not None and (found := shelf.get(name)) is not None:
                design, weights = found
                self._session.open(design.fresh(), weights)
            case "delete" if shelf is not None:
                shelf.drop(name)
        self.refresh()
