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
    "BY_FIRST_SPIKE",
    "LABELS",
    "LOSSES",
    "OF_POPULATIONS",
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
    "mse_membrane": mse_membrane,
    "ce_temporal": ce_temporal,
    "mse_temporal": mse_temporal,
}
"""Those that a drawn network can be trained with; all take (T, B, C) and the class of each sample."""

ON_MEMBRANES = frozenset({"ce_max_membrane", "mse_membrane"})
"""Those of LOSSES that judge the membranes of the output layer instead of its spikes."""

BY_FIRST_SPIKE = frozenset({"ce_temporal", "mse_temporal"})
"""Those whose answer is the output that fires first (`accuracy_temporal`); of the others it is the one that fires
most."""

OF_POPULATIONS = frozenset({"ce_rate", "ce_count", "mse_count"})
"""Those that take several outputs for each class, by `num_classes`."""

LABELS = {
    "ce_rate": "cross-entropy of rates",
    "ce_count": "cross-entropy of counts",
    "mse_count": "squared error of counts",
    "ce_max_membrane": "cross-entropy of highest membranes",
    "mse_membrane": "squared error of membranes",
    "ce_temporal": "cross-entropy of first spikes",
    "mse_temporal": "squared error of first spikes",
}
"""What a person reads instead of the name."""
