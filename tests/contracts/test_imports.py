"""Who may import whom, what an import may cost, and that the packages we name are the packages we use.

The contracts themselves are in pyproject.toml. Here a small house with the same rooms shows that they hold for a good
house and are broken by each kind of wrong import; `make test` runs them on the real one.
"""

import ast
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((HOUSE / "pyproject.toml").read_text())
CONTRACTS = SETTINGS["tool"]["importlinter"]["contracts"]
PAGE = {"panel", "param", "bokeh", "holoviews"}


def rooms() -> list[str]:
    """The rooms that the layers contract names and that must exist."""
    layers = " ".join(next(contract["layers"] for contract in CONTRACTS if contract["type"] == "layers"))
    return [name for name in layers.replace("|", " ").replace(":", " ").split() if not name.startswith("(")]


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    command = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as run; run()"
    python = [sys.executable, "-c", command, "--no-cache", "--no-logo"]
    return subprocess.run(python, cwd=house, capture_output=True, text=True, timeout=60)


@pytest.fixture
def small_house(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text((HOUSE / "pyproject.toml").read_text())
    for package in ("workbench", "components"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    for room in rooms():
        (tmp_path / "workbench" / f"{room}.py").touch()
    (tmp_path / "workbench" / "views.py").write_text("import workbench.session, panel, components\n")
    return tmp_path


def test_a_good_house_passes(small_house: Path):
    result = lint(small_house)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("workbench/engine.py", "import workbench.design", "point downwards only"),
        ("workbench/runner.py", "import workbench.lessons", "point downwards only"),
        ("workbench/extras.py", "", "every room is named"),
        ("workbench/engine.py", "import param", "The science knows no page"),
        ("workbench/run.py", "import bokeh.plotting", "The science knows no page"),
        ("workbench/session.py", "import panel", "session and the lessons know no page"),
        ("components/scope.py", "import torch", "neither the workbench nor torch"),
        ("components/scope.py", "import workbench", "neither the workbench nor torch"),
    ],
)
def test_a_wrong_import_is_refused(small_house: Path, module: str, line: str, broken: str):
    (small_house / module).write_text(line + "\n")
    result = lint(small_house)
    assert result.returncode == 1
    assert any(broken in row and "BROKEN" in row for row in result.stdout.replace("\n", " ").split("KEPT"))


def test_no_room_below_the_session_is_forgotten():
    """A room that appears under the session must also be added to a contract that forbids the page."""
    below = rooms()[rooms().index("session") :]
    guarded = {name for contract in CONTRACTS if contract["type"] == "forbidden" for name in contract["source_modules"]}
    assert {f"workbench.{room}" for room in below} <= guarded


def loaded_by(statement: str) -> tuple[set[str], float]:
    """The modules that a fresh Python has after a statement, and the seconds that the statement took."""
    script = (
        f"import json, sys, time; start = time.perf_counter(); {statement}; "
        "print(json.dumps([sorted(sys.modules), time.perf_counter() - start]))"
    )
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=HOUSE)
    modules, seconds = json.loads(output.stdout)
    return set(modules), seconds


def test_import_workbench_is_light():
    loaded, seconds = loaded_by("import workbench")
    assert not loaded & {*PAGE, "torch", "numpy", "components"}
    quickest = min(seconds, *(loaded_by("import workbench")[1] for _ in range(4)))
    assert quickest < 0.150


def test_import_engine_needs_no_page():
    loaded, _ = loaded_by("import workbench.engine")
    assert not loaded & {*PAGE, "components"}


def test_the_light_import_test_can_fail():
    loaded, seconds = loaded_by("import time, param; time.sleep(0.2)")
    assert "param" in loaded and seconds > 0.150


def programs(folder: Path) -> Iterator[str]:
    """The text of every Python file and of every notebook's code in a folder."""
    for path in folder.rglob("*.py"):
        yield path.read_text(encoding="utf-8")
    for path in folder.rglob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        yield "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def imported_by(*folders: Path) -> set[str]:
    """Top names of everything that the programs of these folders import, wherever in the text."""
    names: set[str] = set()
    for text in (text for folder in folders for text in programs(folder)):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names)


@cache
def installed() -> Mapping[str, list[str]]:
    """Import names of all that is installed, and who brought them; reading that takes a second."""
    return packages_distributions()


def declared(requirements: list[str]) -> set[str]:
    """Import names of the packages in a list of requirements."""
    wanted = {requirement.split(">")[0].split("=")[0].lower().replace("-", "_") for requirement in requirements}
    return {name for name, owners in installed().items() if {o.lower().replace("-", "_") for o in owners} & wanted}


def test_what_we_import_is_what_we_declare():
    imported = imported_by(HOUSE / "workbench", HOUSE / "components", HOUSE / "tutorials")
    elsewhere = {"workbench", "components", "IPython"}  # IPython is asked only where a notebook has brought it
    assert imported - elsewhere <= declared(SETTINGS["project"]["dependencies"])
    for requirement in SETTINGS["project"]["dependencies"]:
        assert declared([requirement]) & imported, f"{requirement} is declared and never imported"


def test_what_the_tests_import_is_what_they_declare():
    project = SETTINGS["project"]
    ours = {
        "workbench",
        "components",
        "scripts",
        "tests",
        *(path.stem for path in (HOUSE / "tests" / "benchmarks").glob("*.py")),
    }
    optional = project["optional-dependencies"]
    peers = {peer.split("=")[0] for peer in optional["peers"]}  # recorded from, and measured, in another environment
    known = declared(project["dependencies"] + optional["test"])
    assert imported_by(HOUSE / "tests", HOUSE / "scripts") - ours - peers <= known


def test_an_import_that_is_not_declared_is_seen(tmp_path: Path):
    (tmp_path / "scope.py").write_text("def f():\n    from hypothesis import given\n")
    assert imported_by(tmp_path) - declared(["numpy>=1.26"]) == {"hypothesis"}


ASKERS = ("check", "learnable", "wire_judge")  # of workbench/design: what gathers what the rules say


def meddling(design: Path) -> list[str]:
    """Files of the workbench that ask a rule though they do not gather, and rules that ask who gathers.

    An import inside a function counts, for that is where a circle hides.
    """
    found = []
    for path in sorted(design.parent.rglob("*.py")):
        text, of_rules = path.read_text(encoding="utf-8"), path.parent == design / "rules"
        gathers = path.parent == design and path.stem in ASKERS
        for node in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)):
            modules = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            asks = any(module.startswith("workbench.design.rules") for module in modules)
            back = any(module == f"workbench.design.{asker}" for asker in ASKERS for module in modules)
            if (asks and not of_rules and not gathers) or (back and of_rules):
                found.append(path.name)
    return found


def test_rules_are_asked_by_those_who_gather_them_and_ask_nobody_back():
    assert meddling(HOUSE / "workbench" / "design") == []


def test_a_rule_that_is_asked_elsewhere_or_asks_back_is_seen(tmp_path: Path):
    rules = tmp_path / "design" / "rules"
    rules.mkdir(parents=True)
    (tmp_path / "run.py").write_text("def f():\n    from workbench.design.rules.teaching import judged\n")
    (tmp_path / "design" / "check.py").write_text("from workbench.design.rules import teaching\n")
    (rules / "teaching.py").write_text("from workbench.design.learnable import unlearnable\n")
    (rules / "sizes.py").write_text("from workbench.design import check\n")
    assert meddling(tmp_path / "design") == ["sizes.py", "teaching.py", "run.py"]
