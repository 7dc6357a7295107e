"""The rules of the house that no other tool checks: names, sizes, places, cleanliness of what is committed.

A rule is a function from a folder to the sentences that say what is wrong there. Every rule runs on the house itself,
where it must find nothing, and on a tiny bad house, where it must find something: a guard that cannot fail guards
nothing.
"""

import ast
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
CODE = {".py", ".pyi", ".js", ".jsx", ".css"}
NOT_OURS = {".git", ".venv", "node_modules", "__pycache__", "dist"}

Rule = Callable[[Path], Iterator[str]]
RULES: dict[str, Rule] = {}


def rule(check: Rule) -> Rule:
    RULES[check.__name__] = check
    return check


def files(house: Path) -> list[Path]:
    """What is, or is about to be, committed; in a folder without git, everything."""
    if not (house / ".git").exists():
        return [path for path in house.rglob("*") if path.is_file()]
    listing = ["git", "-C", str(house), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split("\0")
    return [house / name for name in names if name and (house / name).is_file()]


def code(house: Path, *folders: str) -> list[Path]:
    """Our own source files, in the whole house or under the given folders."""
    sources = [path for path in files(house) if path.suffix in CODE and not NOT_OURS & set(path.parts)]
    return [path for path in sources if not folders or path.relative_to(house).parts[0] in folders]


@rule
def no_catch_all_names(house: Path) -> Iterator[str]:
    for path in code(house):
        names = {part.removesuffix(path.suffix).strip("_") for part in path.relative_to(house).parts}
        for name in names & {"utils", "util", "helpers", "helper", "misc", "common"}:
            yield f"{path}: a name like {name!r} collects what has no place; name the one idea"


@rule
def files_of_one_idea(house: Path) -> Iterator[str]:
    for path in code(house):
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > 400 and "long because" not in " ".join(lines[:12]).lower():
            yield f"{path}: {len(lines)} lines; split it, or say 'Long because ...' in its first lines"


@rule
def app_only_assembles(house: Path) -> Iterator[str]:
    app = house / "workbench" / "app.py"
    lines = len(app.read_text(encoding="utf-8").splitlines()) if app.exists() else 0
    if lines >= 80:
        yield f"{app}: {lines} lines; app.py assembles the page in fewer than 80"


@rule
def watchers_live_in_the_session(house: Path) -> Iterator[str]:
    for path in code(house, "workbench", "components"):
        if path.relative_to(house).parts[:2] == ("workbench", "session") or path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (
                ast.unparse(node.func).endswith(".param.watch")
                or any(word.arg == "watch" and ast.unparse(word.value) == "True" for word in node.keywords)
            ):
                yield f"{path}:{node.lineno}: only workbench/session watches parameters"


@rule
def no_submodule_hides_a_public_name(house: Path) -> Iterator[str]:
    for init in code(house, "workbench", "components"):
        if init.name != "__init__.py":
            continue
        children = {child.stem for child in init.parent.glob("*.py")} | {
            child.parent.name for child in init.parent.glob("*/__init__.py")
        }
        for name in sorted(children & public_names(ast.parse(init.read_text(encoding="utf-8")))):
            yield f"{init}: the submodule {name!r} hides the public name {name!r} once it is imported"


def public_names(module: ast.Module) -> set[str]:
    """What a package offers under its own name: definitions, names taken from its modules, keys of lazy tables."""
    names: set[str] = set()
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            names |= {
                key.value for key in node.value.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
            }
    return names


@rule
def no_package_among_tests(house: Path) -> Iterator[str]:
    for path in code(house, "tests"):
        if path.name == "__init__.py":
            yield f"{path}: an __init__.py under tests shadows the package of the same name"


@rule
def nothing_of_one_machine(house: Path) -> Iterator[str]:
    for path, line, text in lines_of_text(house):
        if re.search(r"(?<![\w.~$})-])/(?:work|tmp|opt|root|home|Users)/\w", text):
            yield f"{path}:{line}: a path of one machine"


@rule
def no_registry_addresses(house: Path) -> Iterator[str]:
    hosts = r"(?:pypi|pythonhosted|npmjs|deb\.debian|download\.pytorch)\.(?:org|com)"
    options = r"-(?:-index-url|-extra-index-url|-find-links)"
    for path, line, text in lines_of_text(house):
        if re.search(f"{hosts}|{options}", text):
            yield f"{path}:{line}: where packages come from is the machine's own setting"


def lines_of_text(house: Path) -> Iterator[tuple[Path, int, str]]:
    for path in files(house):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # pictures and arrays
        for number, line in enumerate(text.splitlines(), 1):
            yield path, number, line


@rule
def notebooks_without_outputs(house: Path) -> Iterator[str]:
    for path in files(house):
        if path.suffix != ".ipynb":
            continue
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell.get("outputs") or cell.get("execution_count") is not None:
                yield f"{path}: commit notebooks without outputs and execution counts"
                break


BAD_HOUSES: list[tuple[Rule, dict[str, str]]] = [
    (no_catch_all_names, {"workbench/run/utils.py": ""}),
    (no_catch_all_names, {"components/helpers/picture.js": ""}),
    (files_of_one_idea, {"workbench/engine/everything.py": "x = 1\n" * 401}),
    (app_only_assembles, {"workbench/app.py": "x = 1\n" * 80}),
    (watchers_live_in_the_session, {"workbench/views/canvas.py": "thing.param.watch(print, 'value')\n"}),
    (watchers_live_in_the_session, {"components/scope.py": "@param.depends('x', watch=True)\ndef f(self): ...\n"}),
    (
        no_submodule_hides_a_public_name,
        {"workbench/__init__.py": "WHERE = {'simulate': 'workbench.run.loops'}\n", "workbench/simulate.py": ""},
    ),
    (
        no_submodule_hides_a_public_name,
        {"components/__init__.py": "def scope(): ...\n", "components/scope/__init__.py": ""},
    ),
    (no_package_among_tests, {"tests/components/__init__.py": ""}),
    (nothing_of_one_machine, {"README.md": "cd /" + "home/ada/workbench\n"}),
    (no_registry_addresses, {"constraints.txt": "-" + "-find-links somewhere\n"}),
    (notebooks_without_outputs, {"tutorials/a.ipynb": '{"cells": [{"outputs": [{}], "execution_count": null}]}'}),
    (notebooks_without_outputs, {"tutorials/b.ipynb": '{"cells": [{"outputs": [], "execution_count": 3}]}'}),
]


@pytest.mark.parametrize("name", RULES)
def test_the_house_keeps(name: str):
    assert list(RULES[name](HOUSE)) == []


@pytest.mark.parametrize(("check", "bad"), BAD_HOUSES, ids=lambda value: getattr(value, "__name__", None))
def test_the_rule_can_fail(check: Rule, bad: dict[str, str], tmp_path: Path):
    for name, text in bad.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = list(check(tmp_path))
    assert len(found) == 1 and str(tmp_path / next(iter(bad))) in found[0]


def test_every_rule_is_proven():
    assert {check.__name__ for check, _ in BAD_HOUSES} == set(RULES)


def test_a_long_file_may_give_its_reason(tmp_path: Path):
    (tmp_path / "table.py").write_text('"""Long because the table is one thing."""\n' + "x = 1\n" * 500)
    assert list(files_of_one_idea(tmp_path)) == []
