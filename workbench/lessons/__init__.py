"""The lessons, in their order. What they say lies in tutorials/; a new folder there is a new lesson."""

from functools import cache

from workbench.lessons.lesson import FOLDER, Lesson
from workbench.lessons.places import tutorials

__all__ = ["Lesson", "lessons"]


@cache
def lessons() -> tuple[Lesson, ...]:
    """Every lesson of this installation, by number."""
    folders = [folder for folder in sorted(tutorials().iterdir()) if FOLDER.fullmatch(folder.name)]
    return tuple(Lesson.read(folder) for folder in folders)
