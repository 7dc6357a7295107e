"""How the training settings of the digits starters were chosen: by samples carved from the training split.

`python tests/benchmarks/choose_digits_settings.py digits` (or another of its starters) trains each candidate on 1,150
of the 1,437 training samples, with three seeds, and judges it on the other 287. The held-out split is never looked at.

Mean and worst of three seeds when this was last run (torch 2.13, one thread); the starters hold the first of each list:

    digits           atan    β 0.90  lr 0.010  batch 64  60 epochs   98.4 %  97.6 %
                     atan    β 0.90  lr 0.010  batch 64 100 epochs   98.1 %  97.6 %
                     atan    β 0.90  lr 0.010  batch 64  40 epochs   97.9 %  97.2 %
                     atan    β 0.90  lr 0.010  batch 128 60 epochs   97.8 %  97.6 %
                     atan    β 0.90  lr 0.005  batch 64  60 epochs   97.3 %  96.9 %
                     slope 5 β 0.90  lr 0.010  batch 64  60 epochs   97.8 %  97.2 %
    digits_latency   atan    β 0.95  lr 0.010  batch 64  60 epochs   91.4 %  91.3 %
                     atan    β 0.98  lr 0.010  batch 64  60 epochs   91.2 %  90.6 %
                     atan    β 0.90  lr 0.010  batch 64  60 epochs   90.2 %  89.2 %
                     slope 25 β 0.90 lr 0.010  batch 64  60 epochs   89.7 %  87.8 %
    digits_convolution atan  β 0.50  lr 0.010  batch 64  40 epochs   97.7 %  97.6 %
                     atan    β 0.90  lr 0.010  batch 64  40 epochs   97.4 %  97.2 %
                     atan    β 0.90  lr 0.005  batch 64  40 epochs   97.2 %  96.5 %
"""

import sys
import time

import torch

from workbench.design.starters import templates
from workbench.run.evaluate import evaluate
from workbench.run.training import Training

LEARNED, JUDGED = range(1150), range(1150, 1437)
ATAN = {"name": "atan", "alpha": 2.0}
SLOPE_5, SLOPE_25 = ({"name": "fast_sigmoid", "slope": slope} for slope in (5, 25))

# (surrogate, β of both layers, learning rate, batch, epochs)
CANDIDATES = {
    "digits": [
        (ATAN, 0.9, 0.01, 64, 60),
        (ATAN, 0.9, 0.01, 64, 100),
        (ATAN, 0.9, 0.01, 64, 40),
        (ATAN, 0.9, 0.01, 128, 60),
        (ATAN, 0.9, 0.005, 64, 60),
        (SLOPE_5, 0.9, 0.01, 64, 60),
    ],
    "digits_latency": [
        (ATAN, 0.95, 0.01, 64, 60),
        (ATAN, 0.98, 0.01, 64, 60),
        (ATAN, 0.9, 0.01, 64, 60),
        (SLOPE_25, 0.9, 0.01, 64, 60),
    ],
    "digits_convolution": [
        (ATAN, 0.5, 0.01, 64, 40),
        (ATAN, 0.9, 0.01, 64, 40),
        (ATAN, 0.9, 0.005, 64, 40),
    ],
}


def judged(starter, seed, surrogate, beta, lr, batch, epochs):
    """Accuracy on the samples set aside."""
    design = templates()[starter].with_(seed=seed, training={"lr": lr, "batch": batch, "epochs": epochs})
    for node in design.nodes:
        if node.kind == "Leaky":
            design = design.set(node.id, beta=beta, spike_grad=surrogate)
    training = Training(design, indices=LEARNED)
    while not training.finished:
        training.batch()
    return evaluate(design, training.weights(), "train", JUDGED).accuracy


if __name__ == "__main__":
    torch.set_num_threads(1)
    for candidate in CANDIDATES[sys.argv[1]]:
        start = time.perf_counter()
        found = [judged(sys.argv[1], seed, *candidate) for seed in range(3)]
        seconds = (time.perf_counter() - start) / 3
        print(f"mean {sum(found) / 3:.3f}  worst {min(found):.3f}  {seconds:.1f} s  {candidate}", flush=True)
