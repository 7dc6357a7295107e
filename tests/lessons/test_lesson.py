"""Lessons are found, whole, and refused with a sentence when they are not."""

import io
import zipfile
from pathlib import Path

import pytest

from workbench.design import Design
from workbench.lessons import Lesson, lessons, places

PAGE = """+++
title = "Coincidence"
minutes = 10
question = "What does a pair of spikes say?"
+++

Two spikes meet.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "07_coincidence"
    folder.mkdir()
    (folder / "lesson.md").write_text(PAGE)
    (folder / "design.json").write_text("{}")
    (folder / "notebook.ipynb").write_text("{}")
    return folder


def test_the_first_lesson_is_the_circuit():
    first = lessons()[0]
    assert (first.number, first.slug) == (1, "rc_circuit")
    assert first.title and first.question.endswith("?") and 5 <= first.minutes <= 60


def test_lessons_are_numbered_from_one_without_a_gap():
    assert [lesson.number for lesson in lessons()] == list(range(1, len(lessons()) + 1))


def test_a_lesson_is_read_from_its_folder(folder: Path):
    lesson = Lesson.read(folder)
    assert (lesson.number, lesson.slug, lesson.title, lesson.minutes) == (7, "coincidence", "Coincidence", 10)
    assert lesson.text == "Two spikes meet.\n"


@pytest.mark.parametrize("file", ["lesson.md", "design.json", "notebook.ipynb"])
def test_a_missing_file_is_named(folder: Path, file: str):
    (folder / file).unlink()
    with pytest.raises(ValueError, match=rf"^Lesson 07_coincidence: {file} is missing\.$"):
        Lesson.read(folder)


@pytest.mark.parametrize("page", ["Two spikes meet.\n", '+++\ntitle = "Coincidence"\n+++\n\nTwo spikes meet.\n'])
def test_a_page_without_its_head_is_refused(folder: Path, page: str):
    (folder / "lesson.md").write_text(page)
    with pytest.raises(ValueError, match=r"^Lesson 07_coincidence: lesson\.md begins with title, minutes and question"):
        Lesson.read(folder)


def test_a_folder_with_another_name_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match=r"^Lesson coincidence: a lesson's folder is named like 01_rc_circuit\.$"):
        Lesson.read(tmp_path / "coincidence")


@pytest.mark.parametrize("place", ["house/workbench/tutorials", "house/tutorials"])
def test_lessons_are_found_in_a_wheel_and_in_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str):
    (tmp_path / place / "01_rc_circuit").mkdir(parents=True)
    monkeypatch.setattr(places, "PACKAGE", tmp_path / "house" / "workbench")
    assert places.tutorials() == tmp_path / place


def test_an_installation_without_lessons_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(places, "PACKAGE", tmp_path / "workbench")
    with pytest.raises(FileNotFoundError, match=r"^The lessons are missing from this installation"):
        places.tutorials()


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)
def test_its_files_unpack_to_what_the_notebook_needs(lesson: Lesson, tmp_path: Path):
    zipfile.ZipFile(io.BytesIO(lesson.zipped())).extractall(tmp_path)
    folder = tmp_path / lesson.notebook.parent.name
    assert {file.name for file in folder.iterdir()} == {"lesson.md", "design.json", "notebook.ipynb"}
    assert Lesson.read(folder).text == lesson.text
    assert Design.load(folder / "design.json") == Design.load(lesson.design)


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)
def test_it_answers_what_it_asks_and_says_where_its_files_are(lesson: Lesson):
    guess = lesson.text.partition("### Guess first")[2].partition("###")[0]
    assert "\n::: Show the answer\n" in guess
    assert "](#files)" in lesson.text
