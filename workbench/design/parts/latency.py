"""Latency: bright values fire early."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.params import Param
from workbench.design.parts.base import Part, Shape

if TYPE_CHECKING:
    import torch
    from torch import nn


class Latency(Part):
    """One spike for each value in a presentation; the larger the value, the earlier."""

    kind = "Latency"
    group = "encoders"
    title = "Latency"
    meaning = "Turns each value into one spike: the larger, the earlier."
    stem = "latency"
    counted = False
    states = ("spk",)
    spikes = True
    whole_run = True
    params = (
        Param(
            "threshold",
            "number",
            0.01,
            "Values at or below it fire last, or never with clip.",
            symbol="\\theta",
            lo=1e-6,
            hi=0.99,
        ),
        Param("tau", "number", 1.0, "Time constant of the charging.", symbol="\\tau", unit="steps", lo=0.01, hi=100.0),
        Param("linear", "flag", False, "Time falls linearly with the value, not with its logarithm."),
        Param("normalize", "flag", True, "Stretches the times over the whole presentation."),
        Param("clip", "flag", False, "Values below the threshold never fire."),
    )

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """The engine's encoder."""
        from workbench.engine.encoders import Latency as Encoder

        return Encoder(**params)
