"""What is reckoned is a bound on what is really taken: the largest memory of a process that did it."""

import subprocess
import sys

import pytest

from workbench.design import memory
from workbench.design.starters import templates

CODE = """
import resource, sys
from workbench.design.starters import templates
from workbench.hardware.costs import estimate
from workbench.run import Simulation, Training
what, width = sys.argv[1], int(sys.argv[2])
small = templates()["digits"]
wide = small.set("fc1", out_features=width).with_(training={"batch": 16})
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
def do(design):
    if what == "train":
        Training(design).batch()
    elif what == "measure":
        estimate(design, samples=16)
    else:
        Simulation(design).step(3)
do(small)
before = peak()
do(wide)
print(peak() - before)
"""
RECKONED = {"run": (memory.to_run, 200_000), "measure": (memory.to_measure, 60_000), "train": (memory.to_train, 30_000)}


@pytest.mark.parametrize("what", RECKONED)
def test_no_more_is_taken_than_was_reckoned(what):
    reckon, width = RECKONED[what]
    done = subprocess.run([sys.executable, "-c", CODE, what, str(width)], capture_output=True, text=True, check=True)
    wide = templates()["digits"].set("fc1", out_features=width).with_(training={"batch": 16})
    pieces = memory.PIECE_BYTES if what == "measure" else 0  # as many samples at once as fit into it
    assert 20_000_000 < int(done.stdout) < reckon(wide).bytes + pieces
