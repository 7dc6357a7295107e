"""What a lesson is: a folder with a page of prose, a design to play with, and a notebook that goes deeper.

tutorials/01_rc_circuit/
    lesson.md         a head of four lines between `+++` (title, minutes, question), then Markdown for the page; an
                      answer stands between `::: Show the answer` and `:::`, a link to `#files` saves this folder
    design.json       what the lesson opens on the canvas
    notebook.ipynb    the same subject with the mathematics and exercises
"""

import io
import re
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

HEAD = re.compile(r"\+\+\+\n(?P<head>.*?)\n\+\+\+\n+(?P<text>.*)\Z", re.DOTALL)
FOLDER = re.compile(r"(?P<number>\d\d)_(?P<slug>[a-z][a-z0-9_]*)")


@dataclass(frozen=True)
class Lesson:
    """One lesson, as the page lists it and opens it."""

    number: int
    slug: str
    title: str
    minutes: int  # a reader's time, exercises included
    question: str  # what the lesson answers, in one sentence
    text: str  # Markdown
    design: Path
    notebook: Path

    def zipped(self) -> bytes:
        """The lesson's folder as a zip file: the notebook reads the design beside it."""
        folder, made = self.notebook.parent, io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in (self.notebook, self.design, folder / "lesson.md"):
                archive.write(file, f"{folder.name}/{file.name}")
        return made.getvalue()

    @classmethod
    def read(cls, folder: Path) -> "Lesson":
        """The lesson in a folder named like `01_rc_circuit`. Raises ValueError, with a sentence, for a bad one."""
        name = FOLDER.fullmatch(folder.name)
        if name is None:
            raise ValueError(f"Lesson {folder.name}: a lesson's folder is named like 01_rc_circuit.")
        page, design, notebook = (folder / file for file in ("lesson.md", "design.json", "notebook.ipynb"))
        for file in (page, design, notebook):
            if not file.is_file():
                raise ValueError(f"Lesson {folder.name}: {file.name} is missing.")
        parts = HEAD.match(page.read_text(encoding="utf-8"))
        head = tomllib.loads(parts["head"]) if parts else {}
        if parts is None or set(head) != {"title", "minutes", "question"}:
            raise ValueError(f"Lesson {folder.name}: lesson.md begins with title, minutes and question between +++.")
        return cls(int(name["number"]), name["slug"], text=parts["text"], design=design, notebook=notebook, **head)
