"""The examples in the engine's docstrings run as printed, and importing all of it stays clear of the page."""

import doctest
import subprocess
import sys
from importlib import import_module
from pkgutil import walk_packages

import pytest

import workbench.engine

MODULES = [m.name for m in walk_packages(workbench.engine.__path__, "workbench.engine.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run_as_printed(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


def test_there_are_examples() -> None:
    tried = sum(doctest.testmod(import_module(name)).attempted for name in MODULES)
    assert tried >= 4


def test_the_engine_needs_torch_and_numpy_alone() -> None:
    program = f"""
import sys
import torch, numpy
before = set(sys.modules)
import {", ".join(MODULES)}
fresh = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(*sorted(fresh & {{"panel", "param", "bokeh", "holoviews", "sympy", "sklearn", "components", "numba", "scipy"}}))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == ""
