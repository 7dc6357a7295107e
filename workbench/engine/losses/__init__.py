"""Losses on what a network answers, (T, B, C), against classes (B,); the values are snnTorch 1.0.0's.

cross_entropy.py   ce_rate, ce_count, ce_max_membrane      squared.py    mse_count, mse_membrane
temporal.py        mse_temporal, ce_temporal, spike_times  criteria.py   each of them set up, under snnTorch's name
judging.py         what they share

Where snnTorch 1.0.0 is wrong, ours differ: every result is a scalar; populations are added up in `ce_rate`; `weight`
and every `reduction` work for all; the default targets of `mse_temporal` are the first and the last step, and a
negative `off_target` of `mse_membrane` is kept; several spikes are counted for each neuron; targets are never written
to; precision is kept; labels are checked.
"""

from workbench.engine.losses.criteria import (
    Loss,
    ce_count_loss,
    ce_max_membrane_loss,
    ce_rate_loss,
    ce_temporal_loss,
    mse_count_loss,
    mse_membrane_loss,
    mse_temporal_loss,
)
from workbench.engine.losses.cross_entropy import ce_count, ce_max_membrane, ce_rate
from workbench.engine.losses.squared import mse_count, mse_membrane
from workbench.engine.losses.temporal import ce_temporal, mse_temporal, spike_times

__all__ = [
    "LABELS",
    "LOSSES",
    "ON_MEMBRANES",
    "Loss",
    "ce_count",
    "ce_count_loss",
    "ce_max_membrane",
    "ce_max_membrane_loss",
    "ce_rate",
    "ce_rate_loss",
    "ce_temporal",
    "ce_temporal_loss",
    "mse_count",
    "mse_count_loss",
    "mse_membrane",
    "mse_membrane_loss",
    "mse_temporal",
    "mse_temporal_loss",
    "spike_times",
]

LOSSES: dict[str, Loss] = {
    "ce_rate": ce_rate,
    "ce_count": ce_count,
    "mse_count": mse_count,
    "ce_max_membrane": ce_max_membrane,
}
"""Those for a network whose answer is the output that fires most. Losses of first spike times have another answer, the
output that fires first (`accuracy_temporal`); `mse_membrane` wants a height of membranes, whoever fires."""

ON_MEMBRANES = frozenset({"ce_max_membrane"})
"""Those of LOSSES that judge the membranes of the output layer instead of its spikes."""

LABELS = {
    "ce_rate": "cross-entropy of rates",
    "ce_count": "cross-entropy of counts",
    "mse_count": "squared error of counts",
    "ce_max_membrane": "cross-entropy of membranes",
}
"""What a person reads instead of the name."""
