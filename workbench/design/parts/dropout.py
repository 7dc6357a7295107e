"""Dropout: some values are left out of a whole presentation while training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.params import Param
from workbench.design.parts.base import Part, Shape

if TYPE_CHECKING:
    import torch
    from torch import nn


class Dropout(Part):
    """Holds one mask for all steps of a presentation, drawn by the training; without training nothing is left out."""

    kind = "Dropout"
    group = "structure"
    title = "Dropout"
    meaning = "While training, silences values at random, the same ones in every step."
    stem = "drop"
    params = (
        Param(
            "p", "number", 0.5, "Probability that a value is left out.", symbol="p", lo=0.0, hi=0.99, structural=False
        ),
    )

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """The engine's own; its draws come from the run, not from here."""
        from workbench.engine.dropout import Dropout as Layer

        return Layer(**params)
