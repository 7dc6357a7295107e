"""The wheel, installed alone into an empty environment away from the checkout, is the whole workbench.

Installed as a visitor would, with the tested versions and this machine's ordinary pip; nothing of the environment that
runs the tests is lent to it. The folder is removed at the end, since it holds a torch of its own.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

HOUSE = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path) -> str:
    """Standard output of a program that knows nothing of the checkout."""
    ours = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
    env = {name: value for name, value in os.environ.items() if name not in ours}
    result = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture(scope="module")
def wheel(folder: Path) -> Path:
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, HOUSE, cwd=folder)
    return next(folder.glob("snn_workbench-*.whl"))


@pytest.fixture(scope="module")
def programs(folder: Path, wheel: Path) -> Path:
    """The folder of programs of an environment that holds the wheel and what it asks for, and no more."""
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    programs = folder / "venv" / "bin"
    compiled_when_imported = "--no-compile"  # which is a small part of what is installed
    install = [programs / "pip", "install", "--quiet", compiled_when_imported, "-c", HOUSE / "constraints.txt", wheel]
    run(*install, cwd=folder)
    return programs


def test_the_wheel_holds_what_is_no_python(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    bundles = [path.relative_to(HOUSE).as_posix() for path in HOUSE.glob("components/*/dist/*.js")]
    templates = [path.relative_to(HOUSE).as_posix() for path in HOUSE.glob("workbench/design/templates/*.json")]
    lessons = [f"workbench/{path.relative_to(HOUSE).as_posix()}" for path in HOUSE.glob("tutorials/[0-9]*/*.*")]
    for wanted in (bundles, templates, lessons, ["workbench/engine/data/digits.npz", "workbench/__init__.pyi"]):
        assert wanted and set(wanted) <= set(names)
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"workbench", "components"}


def test_the_doctor_finds_everything(programs: Path, folder: Path):
    facts = json.loads(run(programs / "workbench", "doctor", "--json", cwd=folder))
    assert "not found" not in json.dumps({name: fact for name, fact in facts.items() if name != "chromium"})


def test_a_starter_runs(programs: Path, folder: Path):
    answer = json.loads(run(programs / "workbench", "run", "digits", "--steps", "25", "--json", cwd=folder))
    assert answer["steps"] == 25 and sum(answer["spikes"].values()) > 0


def test_lesson_one_is_found_inside_the_package(programs: Path, folder: Path):
    script = "from workbench.lessons import lessons; print(lessons()[0].notebook)"
    notebook = Path(run(programs / "python", "-c", script, cwd=folder).strip())
    assert notebook.is_relative_to(folder.resolve()) and notebook.parts[-4:-1] == (
        "workbench",
        "tutorials",
        "01_rc_circuit",
    )


@pytest.mark.ui
def test_the_first_page_is_drawn_and_opens_lesson_one(programs: Path, folder: Path, page: Page):
    env = {**os.environ, "WORKBENCH_DATA": str(folder / "data")}
    command = [programs / "workbench", "serve", "--port", "0", "--no-browser"]
    server = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        page.goto(server.stdout.readline().split(" at ")[1].split()[0])
        expect(page.get_by_role("group", name="Simulation")).to_contain_text(
            re.compile(r"[1-9]\d+\s*ms"), timeout=20_000
        )
        page.get_by_role("tab", name="Lessons").click()
        page.get_by_text("A resistor, a capacitor, a current").first.click()
        expect(page.get_by_text("How strong must a current be")).to_be_visible()
        expect(page.get_by_text("β 0.905")).to_be_visible()
    finally:
        server.terminate()
        server.wait(10)
