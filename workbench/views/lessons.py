"""The lessons in the left rail: a list, and the text of the one that is open."""

from __future__ import annotations

from typing import Any

import panel as pn

from components.design_list import DesignList
from components.prose import Prose
from workbench.design import Design
from workbench.lessons import Lesson, lessons
from workbench.session import Session


class LessonsView:
    """Opening a lesson puts its design on the canvas and its text beside it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        dark = session.selection.param.dark
        self.list = DesignList(items=[item(lesson) for lesson in lessons()], dark=dark, sizing_mode="stretch_width")
        self.list.on_event(self._hear)
        self.text = Prose(dark=dark, sizing_mode="stretch_width")
        self.panel = pn.Column(self.list, self.text, sizing_mode="stretch_both")

    def open(self, slug: str) -> None:
        """Show this lesson."""
        lesson = next(lesson for lesson in lessons() if lesson.slug == slug)
        self.text.text = f"## {lesson.title}\n\n*{lesson.question}*\n\n{lesson.text}"
        self._session.open(Design.load(lesson.design).fresh())

    def _hear(self, event: dict[str, Any]) -> None:
        if event["type"] == "open":
            self.open(event["id"])


def item(lesson: Lesson) -> dict[str, Any]:
    """A lesson as the list shows it."""
    title = f"{lesson.number} · {lesson.title}"
    return {"id": lesson.slug, "title": title, "meaning": f"{lesson.minutes} min", "group": "lessons"}
