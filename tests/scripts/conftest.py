"""The reference as its command writes it, once for all tests."""

from pathlib import Path

import pytest

from scripts.build_reference import main


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder, written by the command."""
    out = tmp_path_factory.mktemp("reference")
    assert main(["--out", str(out)]) == 0
    return out
