"""What is reckoned is a bound on what is really taken: the largest memory of a process that did it."""

import subprocess
import sys

import pytest

from workbench.design import memory
from workbench.design.starters import templates

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the largest memory so far is read from Linux's /proc")

# Not resource.getrusage: a process begins with the largest memory of the one that started it, here all of pytest.
PEAK = """
def peak():
    lines = open("/proc/self/status", encoding="ascii").read().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
"""
CODE = """
import sys
from workbench.design.starters import templates
from workbench.hardware.costs import estimate
from workbench.run import Simulation, Training
what, width = sys.argv[1], int(sys.argv[2])
small = templates()["digits"]
wide = small.set("fc1", out_features=width).with_(training={"batch": 16})
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
    done = subprocess.run(
        [sys.executable, "-c", PEAK + CODE, what, str(width)], capture_output=True, text=True, check=True
    )
    wide = templates()["digits"].set("fc1", out_features=width).with_(training={"batch": 16})
    pieces = memory.PIECE_BYTES if what == "measure" else 0  # as many samples at once as fit into it
    assert 20_000_000 < int(done.stdout) < reckon(wide).bytes + pieces


GATES = """
from workbench.design import Design, memory
from workbench.run import Training
def drawn(channels):
    design = Design.new().with_(stimulus={"kind": "data", "data": "digits"}, training={"batch": 16})
    design = design.add("Input", id="in").add("Reshape", id="image", shape=[1, 8, 8]).add("Flatten", id="flat")
    design = design.add("SConv2dLSTM", id="it", out_channels=channels).add("Linear", id="fc", out_features=10)
    design = design.add("Leaky", id="out").wire("in.out", "image.in").wire("image.out", "it.in")
    design = design.wire("it.out", "flat.in").wire("flat.out", "fc.in").wire("fc.out", "out.in")
    return design.with_(output="out.out")
Training(drawn(1)).batch()
before = peak()
Training(drawn(48)).batch()
print(peak() - before, memory.to_train(drawn(48)).bytes)
"""


def test_gates_that_are_fed_back_are_reckoned_with_what_they_hold():
    done = subprocess.run([sys.executable, "-c", PEAK + GATES], capture_output=True, text=True, check=True)
    taken, reckoned = map(int, done.stdout.split())
    assert 100_000_000 < taken < reckoned
