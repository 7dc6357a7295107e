"""The lessons in the left rail: a list, and the text of the one that is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn

from components.design_list import DesignList
from components.prose import Prose
from workbench.design import Design
from workbench.lessons import Lesson, lessons
from workbench.session import Session


class LessonsView:
    """Opening a lesson puts its design on the canvas and its text beside it; `download(name, data)` hands out files."""

    def __init__(self, session: Session, download: Callable[[str, bytes], None]) -> None:
        self._session, self._download = session, download
        dark = session.selection.param.dark
        self.list = DesignList(
            items=[item(lesson) for lesson in lessons()], dark=dark, sizing_mode="stretch_width", margin=0
        )
        self.list.on_event(self._hear)
        self.text = Prose(dark=dark, sizing_mode="stretch_width", margin=0)
        self.text.on_event(self._hear)
        self.panel = pn.Column(self.list, self.text, sizing_mode="stretch_both")

    def open(self, slug: str) -> None:
        """Show this lesson."""
        lesson = found(slug)
        self._session.say()  # what it said was about what was before
        self.list.current = slug
        self.text.text = f"## {lesson.title}\n\n*{lesson.question}*\n\n{lesson.text}"
        self._session.open(Design.load(lesson.design).fresh())

    def _hear(self, event: dict[str, Any]) -> None:
        if event["type"] == "open":
            self.open(event["id"])
        elif event["type"] == "follow" and event["name"] == "files":
            lesson = found(self.list.current)
            self._download(f"{lesson.notebook.parent.name}.zip", lesson.zipped())


def found(slug: str) -> Lesson:
    """The lesson of that name."""
    return next(lesson for lesson in lessons() if lesson.slug == slug)


def item(lesson: Lesson) -> dict[str, Any]:
    """A lesson as the list shows it."""
    title = f"{lesson.number} · {lesson.title}"
    return {"id": lesson.slug, "title": title, "meaning": f"{lesson.minutes} min", "group": "lessons"}
