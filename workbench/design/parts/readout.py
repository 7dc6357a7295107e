"""Readout: marks the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.parts.base import Part, Shape

if TYPE_CHECKING:
    import torch
    from torch import nn


class Readout(Part):
    """What arrives is the network's answer: the neuron that fires most names the class, or, where training is about
    first spikes, the one that fires first. It changes nothing."""

    kind = "Readout"
    group = "readouts"
    title = "Readout"
    meaning = "Marks the answer: the neuron that fires most, or first, names the class."
    stem = "out"
    counted = False

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """Passes on what arrives."""
        from torch import nn

        return nn.Identity()
