"""How the learning rate of the Yin-Yang result (learning.py) was chosen: by the points its authors set aside for that.

`python tests/benchmarks/choose_yin_yang_rate.py` trains each candidate on the 5,000 points of seed 42 and judges it on
the 1,000 of seed 41. Only the best one is then judged on the 1,000 held out (seed 40).

When this was last run (torch 2.13, one thread, seed 0, 60 epochs):

    lr 0.002   validation 94.9 %
    lr 0.005   validation 94.7 %
    lr 0.01    validation 96.2 %      held out 96.6 %
    lr 0.02    validation 95.8 %
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.learning import yin_yang
from workbench.engine.data import load
from workbench.engine.data.yin_yang import split

EPOCHS = 60
CANDIDATES = (0.002, 0.005, 0.01, 0.02)


def judged(lr, held_out=None):
    """Accuracy on `held_out` (None: the held-out points) after all epochs, and the seconds they took."""
    data, start = load("yin_yang"), time.perf_counter()
    *_, last = yin_yang(data if held_out is None else replace(data, held_out=held_out), EPOCHS, lr=lr)
    return last, time.perf_counter() - start


if __name__ == "__main__":
    torch.set_num_threads(1)
    found = {}
    for lr in CANDIDATES:
        found[lr], seconds = judged(lr, split(1000, 41))
        print(f"lr {lr:<6g} validation {100 * found[lr]:.1f} %  ({seconds:.0f} s)", flush=True)
    best = max(found, key=found.__getitem__)
    print(f"lr {best:<6g} held out   {100 * judged(best)[0]:.1f} %")
