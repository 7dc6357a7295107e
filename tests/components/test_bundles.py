"""Committed bundles are those of the committed sources, and name no registry; both checks can fail."""

import shutil
from pathlib import Path

import panel
import pytest

from components import bundle

NAMES = bundle.names()


@pytest.mark.parametrize("name", NAMES)
def test_the_bundle_is_fresh(name):
    component = bundle.component(name)
    assert bundle.is_fresh(component._bundle, bundle.sources(component)), (
        f"run `make bundle`: the sources of {name} have changed"
    )


@pytest.mark.parametrize("name", NAMES)
def test_what_is_served_is_the_bundle_in_every_mode(name, monkeypatch):
    component = bundle.component(name)
    for autoreload in (False, True):
        monkeypatch.setattr(panel.config, "autoreload", autoreload)
        assert component._bundle_path == component._esm_path(not autoreload) == component._bundle
        assert not component._process_importmap()


def test_the_lock_file_names_no_registry():
    text = bundle.LOCK.read_text(encoding="utf-8")
    assert "resolved" not in text
    assert "://" not in text.replace("https://github.com/sponsors", "").replace("https://opencollective.com", "")


def test_a_forgotten_bundle_is_noticed(tmp_path):
    """Proof: fresh as copied; stale after one character more in any source or the lock file, or without a bundle."""
    component = bundle.component("parts_palette")
    files = [Path(shutil.copy(path, tmp_path)) for path in bundle.sources(component)]
    made = Path(shutil.copy(component._bundle, tmp_path))
    assert len(files) >= 3
    for path in files:
        assert bundle.is_fresh(made, files)
        text = path.read_text(encoding="utf-8")
        path.write_text(text + " ", encoding="utf-8")
        assert not bundle.is_fresh(made, files)
        path.write_text(text, encoding="utf-8")
    made.unlink()
    assert not bundle.is_fresh(made, files)
