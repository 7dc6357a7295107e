"""Rate: bright values fire often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.params import Param
from workbench.design.parts.base import Part, Shape

if TYPE_CHECKING:
    import torch
    from torch import nn


class Rate(Part):
    """One spike in each step with probability gain · x + offset, cut to 0…1."""

    kind = "Rate"
    group = "encoders"
    title = "Rate"
    meaning = "Turns values into random spikes: the larger, the more often."
    stem = "rate"
    counted = False
    states = ("spk",)
    spikes = True
    params = (
        Param(
            "gain", "number", 1.0, "Scales the value into a probability.", symbol="g", lo=0.0, hi=10.0, structural=False
        ),
        Param(
            "offset",
            "number",
            0.0,
            "Probability of a spike where the value is 0.",
            symbol="p_0",
            lo=-1.0,
            hi=1.0,
            structural=False,
        ),
    )

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """The engine's encoder; its draws come from the run, not from here."""
        from workbench.engine.encoders import Rate as Encoder

        return Encoder(**params)
