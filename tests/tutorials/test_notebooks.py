"""Every lesson's notebook runs from top to bottom in a fresh kernel, and what it shows is drawn without the network.

The outputs are put on a plain page in their order, as a notebook front end does; the guard of the `page` fixture then
fails on any request to another machine and on any error in the console.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from playwright.sync_api import Page, expect

from workbench.lessons import Lesson, lessons

LESSONS = pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)


@contextmanager
def executed(lesson: Lesson) -> Iterator[NotebookNode]:
    """The notebook with its outputs, run where it lies; the kernel lives as long as the context."""
    notebook = nbformat.read(lesson.notebook, as_version=4)
    place = {"metadata": {"path": str(lesson.notebook.parent)}}
    client = NotebookClient(notebook, timeout=60, kernel_name="python3", resources=place)
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        yield notebook


def printed(notebook: NotebookNode) -> str:
    """Everything that the cells printed."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "".join(output["text"] for output in outputs if output["output_type"] == "stream")


def as_page(notebook: NotebookNode) -> str:
    """The outputs as one HTML page."""
    parts = []
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        data = output.get("data", {})
        if "text/html" in data:
            parts.append(f"<div class='output'>{data['text/html']}</div>")
        elif "application/javascript" in data:
            parts.append(f"<script>{data['application/javascript']}</script>")
    return "<!doctype html><meta charset='utf-8'><body>" + "\n".join(parts)


@LESSONS
def test_it_begins_with_questions_and_ends_with_exercises(lesson: Lesson):
    cells = json.loads(lesson.notebook.read_text(encoding="utf-8"))["cells"]
    first, last = "".join(cells[0]["source"]), "".join(cells[-1]["source"])
    assert first.startswith(f"# {lesson.title}\n") and first.count("?") >= 3
    assert "Exercises" in last and 3 <= last.count("\n1. ") + sum(f"\n{n}. **" in last for n in range(2, 10)) <= 6


@LESSONS
@pytest.mark.ui
@pytest.mark.slow
def test_it_runs_and_is_drawn_offline(lesson: Lesson, page: Page, tmp_path: Path):
    before = lesson.notebook.read_bytes()
    with executed(lesson) as notebook:
        (tmp_path / "notebook.html").write_text(as_page(notebook), encoding="utf-8")
        page.route("http://localhost/notebook.html", lambda route: route.fulfill(path=tmp_path / "notebook.html"))
        page.goto("http://localhost/notebook.html")
        plots = sum(".opts(title=" in cell["source"] for cell in notebook.cells)
        expect(page.locator(".bk-Figure")).to_have_count(plots)
        warned = [o for cell in notebook.cells for o in cell.get("outputs", []) if o.get("name") == "stderr"]
        assert warned == []
    assert lesson.notebook.read_bytes() == before
