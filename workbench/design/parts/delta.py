"""Delta: what changes fires."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.params import Param
from workbench.design.parts.base import Part, Shape

if TYPE_CHECKING:
    import torch
    from torch import nn


class Delta(Part):
    """A spike where a value has risen by the threshold since the step before; with off_spike -1 where it has fallen."""

    kind = "Delta"
    group = "encoders"
    title = "Delta"
    meaning = "Fires where a value has changed enough since the step before."
    stem = "change"
    counted = False
    states = ("spk",)
    spikes = True
    params = (
        Param(
            "threshold",
            "number",
            0.1,
            "The least change that fires.",
            symbol="\\theta",
            lo=1e-6,
            hi=100.0,
            structural=False,
        ),
        Param("padding", "flag", False, "The first step counts as no change; else it is compared with 0."),
        Param("off_spike", "flag", False, "A fall by the threshold sends -1."),
    )

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """The engine's encoder."""
        from workbench.engine.encoders import Delta as Encoder

        return Encoder(**params)
