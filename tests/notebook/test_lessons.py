"""Every lesson's notebook runs from top to bottom, and in JupyterLab it draws everything without the network."""

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from playwright.sync_api import Page, expect

from workbench.lessons import Lesson, lessons

SCRIPTS = "application/vnd.holoviews_load.v0+json"  # what all outputs need, once
LESSONS = pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)


@LESSONS
def test_it_begins_with_questions_and_ends_with_exercises(lesson: Lesson):
    cells = json.loads(lesson.notebook.read_text(encoding="utf-8"))["cells"]
    first, last = "".join(cells[0]["source"]), "".join(cells[-1]["source"])
    assert first.startswith(f"# {lesson.title}\n") and first.count("?") >= 3
    assert "Exercises" in last and 3 <= len(re.findall(r"^\d\. \*\*", last, re.MULTILINE)) <= 6


@LESSONS
@pytest.mark.slow
def test_it_runs_without_a_warning(lesson: Lesson):
    before = lesson.notebook.read_bytes()
    place = {"metadata": {"path": str(lesson.notebook.parent)}}
    notebook = NotebookClient(nbformat.read(lesson.notebook, 4), timeout=60, resources=place).execute()
    streams = [o for cell in notebook.cells for o in cell.get("outputs", []) if o["output_type"] == "stream"]
    assert [stream["text"] for stream in streams if stream["name"] == "stderr"] == []
    assert lesson.notebook.read_bytes() == before
    for cell in notebook.cells:
        for shown in (output["data"] for output in cell.get("outputs", []) if "data" in output):
            if SCRIPTS not in shown and "wb.show" not in cell.source:
                assert len(json.dumps(shown)) < 300_000, cell.source
    if lesson.slug == "rc_circuit":
        printed = "".join(stream["text"] for stream in streams)
        assert "rheobase 0.375 nA" in printed and "13.863 ms from the formula, 13.9 ms on a grid" in printed
        assert "fired after [14.0, 28.0, 42.0, 56.0] ms" in printed


@LESSONS
@pytest.mark.ui
@pytest.mark.slow
def test_jupyterlab_draws_it_and_its_page_lives(lesson: Lesson, laboratory: tuple[str, Path], page: Page):
    address, folder = laboratory
    shutil.copytree(lesson.notebook.parent, folder, dirs_exist_ok=True)
    plots = lesson.notebook.read_text(encoding="utf-8").count(".opts(title=")
    page.goto(f"{address}/notebook.ipynb", timeout=30_000)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()

    simulation = page.get_by_role("group", name="Simulation")
    simulation.wait_for(timeout=60_000)
    simulation.scroll_into_view_if_needed()
    expect(simulation).to_contain_text(re.compile(r"[1-9]\d\s*ms"), timeout=20_000)
    simulation.get_by_role("button", name="Pause simulation").click()
    expect(simulation.get_by_role("button", name="Run simulation")).to_be_visible()
    page.wait_for_timeout(300)  # the last frame that was under way
    rested = simulation.text_content()
    page.wait_for_timeout(500)
    assert simulation.text_content() == rested

    for trouble in ("application/vnd.jupyter.stderr", "application/vnd.jupyter.error"):
        assert page.locator(f'[data-mime-type="{trouble}"]').count() == 0
    page.keyboard.press("Escape")
    page.locator(".jp-Notebook").first.evaluate("element => element.scrollTop = 0")
    expect(page.locator(".bk-Figure")).to_have_count(plots)
