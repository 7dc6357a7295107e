"""What `make` does before anything is installed: nothing twice, and one sentence where it cannot go on."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts import find_chromium, prepare

FIND = Path(find_chromium.__file__)


def test_the_chromium_that_is_asked_for_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = tmp_path / "my-chromium"
    program.touch(mode=0o755)
    monkeypatch.setenv("CHROMIUM", str(program))
    assert find_chromium.chromium() == str(program)


def test_a_chromium_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    with pytest.raises(ValueError, match=r"^CHROMIUM is 'no-such-browser', which is no program; give the path of a "):
        find_chromium.chromium()


def test_a_chromium_of_the_system_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "google-chrome").touch(mode=0o755)
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_chromium.chromium() == str(tmp_path / "google-chrome")


@pytest.mark.skipif(find_chromium.MAC.exists(), reason="this Mac has a Chrome that cannot be hidden")
def test_without_any_chromium_one_sentence_says_what_to_type(tmp_path: Path):
    bare = {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path), "HOME": str(tmp_path)}
    result = subprocess.run([sys.executable, FIND], env=bare, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("No Chromium was found for the browser tests; install one, for example with `apt")
    assert result.stderr.count("\n") == 1


def test_an_unknown_target_is_refused(capsys: pytest.CaptureFixture[str]):
    assert prepare.main("cake") == 2
    assert capsys.readouterr().err == "prepare.py: 'cake' is not known; say one of: app, test, peers.\n"


def test_what_was_installed_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(prepare, "VENV", tmp_path)
    prepare.remember("versions of today", "app")
    assert prepare.installed_for("versions of today") == ["app"]
    prepare.remember("versions of today", "test")
    assert prepare.installed_for("versions of today") == ["app", "test"]
    assert prepare.installed_for("versions of tomorrow") == []


def test_other_versions_are_another_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text("torch==2.13.0\n")
    monkeypatch.setattr(prepare, "HOUSE", tmp_path)
    before = prepare.fingerprint(Path(sys.executable))
    (tmp_path / "constraints.txt").write_text("torch==2.14.0\n")
    assert prepare.fingerprint(Path(sys.executable)) != before


def test_an_environment_that_does_not_start_is_not_used(tmp_path: Path):
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    assert not prepare.works(tmp_path / "nothing")
    assert not prepare.works(broken)
    assert prepare.works(Path(sys.executable))
