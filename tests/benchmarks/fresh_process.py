"""What only a new process can tell: how long a first use takes, and how much memory a run needs at once."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

_PEAK = """
import pathlib, torch
{setting}
torch.set_num_threads(1)
def memory(which):
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(which))
first = run(torch.rand(4, 2, 300, requires_grad=True))
first.backward(torch.ones_like(first))  # what torch and the compiler load is not counted
x, g = torch.rand({shape}, requires_grad=True), torch.rand({shape})
pathlib.Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten
before = memory("VmRSS")
run(x).backward(g)
print((memory("VmHWM") - before) / (x.numel() * 4))
"""


def fresh(program: str, cache: str) -> list[float]:
    """The numbers that a new process prints, whose kernels are kept in the folder `cache`."""
    env = {**os.environ, "WORKBENCH_CACHE": cache}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
    return [float(number) for number in done.stdout.split()]


def can_tell_peaks() -> bool:
    """Whether this system says what the most memory was; Linux does."""
    return Path("/proc/self/clear_refs").exists()


def peak(setting: str, shape: tuple[int, ...]) -> float:
    """The most memory at once of a run forward and backward over what was there before, in multiples of its input's.

    `setting` are lines that make a function `run`, which maps x of `shape` to spikes.
    """
    with tempfile.TemporaryDirectory() as folder:
        return fresh(_PEAK.format(setting=setting, shape=shape), folder)[0]
