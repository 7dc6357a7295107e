"""What README shows works: its Python runs, its commands exist, its links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.cli import main

HOUSE = Path(__file__).resolve().parents[2]
README = (HOUSE / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (HOUSE / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_python_in_the_readme_runs(block: str, tmp_path: Path):
    from workbench.design.starters import templates

    templates()["digits"].save(tmp_path / "net.json")
    result = subprocess.run([sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("command", re.findall(r"^\| `workbench (\w+)", README, re.MULTILINE))
def test_commands_in_the_readme_exist(command: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit, match=r"^0$"):
        main([command, "--help"])
    assert f"workbench {command}" in capsys.readouterr().out


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", README + CONTRIBUTING))
def test_links_lead_somewhere(link: str):
    assert (HOUSE / link).exists()


@pytest.mark.parametrize("target", re.findall(r"(?:`|^)make (\w+)", README + CONTRIBUTING, re.MULTILINE))
def test_make_knows_what_is_named(target: str):
    assert re.search(rf"^{target}:", (HOUSE / "Makefile").read_text(), re.MULTILINE)


def test_the_map_names_every_room_that_there_is():
    drawn = re.search(r"```\nworkbench/\n(.*?)```", README, re.DOTALL)
    assert drawn is not None
    rooms = {path.name for path in (HOUSE / "workbench").iterdir() if (path / "__init__.py").exists()}
    assert {f"{room}/" for room in rooms} <= set(drawn[1].split())
