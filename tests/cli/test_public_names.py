"""`import workbench` is light, offers what it promises, and its stub file is what the generator writes."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import workbench

ROOT = Path(workbench.__file__).parent.parent
PROMISED = ["Design", "Frame", "Latency", "Leaky", "Rate", "Record", "Sequential", "Simulation", "Step", "Training"]
PROMISED += ["Weights", "estimate", "simulate", "surrogates", "train"]


def _child(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_listing_the_names_imports_no_torch():
    heavy = _child(
        "import sys, json, workbench; dir(workbench);"
        "print(json.dumps([n for n in ('torch', 'panel', 'numpy') if n in sys.modules]))"
    )
    assert heavy == []


def test_the_engine_knows_no_page():
    heavy = _child(
        "import sys, json, workbench.engine, workbench.engine.graph_network, workbench.run.simulation;"
        "print(json.dumps([n for n in ('panel', 'param', 'bokeh') if n in sys.modules]))"
    )
    assert heavy == []


@pytest.mark.parametrize("name", PROMISED)
def test_promised_names_are_there(name):
    assert name in dir(workbench)
    assert getattr(workbench, name) is not None


def test_every_name_listed_leads_somewhere():
    for name in dir(workbench):
        assert getattr(workbench, name) is not None


@pytest.mark.parametrize("name", ["leaky", "Nothing", "_private_thing"])
def test_other_names_are_refused(name):
    with pytest.raises(AttributeError, match=name):
        getattr(workbench, name)


def test_the_stub_is_fresh():
    script = runpy.run_path(str(ROOT / "scripts" / "write_stub.py"))
    assert script["STUB"].read_text(encoding="utf-8") == script["stub"](), "run: python scripts/write_stub.py"
