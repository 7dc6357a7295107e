"""How the training settings of the digits starters were chosen: by samples carved from the training split.

Run as a script: `python tests/benchmarks/choose_digits_settings.py digits`. Each candidate trains on 1,150 of the 1,437
training samples with three seeds and is judged on the other 287. The held-out split is never looked at here.
Found so, 2026: …
"""

import sys
import time

import torch

from workbench.design.starters import templates
from workbench.run.evaluate import evaluate
from workbench.run.training import Training

LEARNED, JUDGED = range(1150), range(1150, 1437)
SURROGATES = {
    "atan": {"name": "atan", "alpha": 2.0},
    "fast25": {"name": "fast_sigmoid", "slope": 25},
    "fast5": {"name": "fast_sigmoid", "slope": 5},
}


def judged(starter, seed, beta, surrogate, **training):
    """Accuracy on the samples set aside."""
    design = templates()[starter].with_(seed=seed, training=training)
    for node in ("hidden", "out"):
        design = design.set(node, beta=beta, spike_grad=SURROGATES[surrogate])
    learning = Training(design, indices=LEARNED)
    while not learning.finished:
        learning.batch()
    return evaluate(design, learning.weights(), "train", JUDGED).accuracy


def main():
    starter = sys.argv[1]
    for candidate in eval(sys.argv[2]):
        start = time.perf_counter()
        found = [judged(starter, seed, **candidate) for seed in range(3)]
        print(
            f"{sum(found) / 3:.4f} {min(found):.4f} {(time.perf_counter() - start) / 3:5.1f}s {candidate}", flush=True
        )


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
