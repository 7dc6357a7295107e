"""BatchNormTT: every channel at mean 0 and variance 1, in each step by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.design.params import Param
from workbench.design.parts.base import Part, Shape
from workbench.design.parts.batch_norm import EPS, MOMENTUM
from workbench.design.settings import training_params

if TYPE_CHECKING:
    import torch
    from torch import nn


class BatchNormTT(Part):
    """As many statistics as a presentation has steps; with a current that goes on, later steps use the last."""

    kind = "BatchNormTT"
    group = "structure"
    title = "BatchNormTT"
    meaning = "Brings every channel to mean 0 and variance 1, in each step by itself."
    stem = "normtt"
    params = (EPS, MOMENTUM, Param("affine", "flag", True, "Learns a scale for every channel and step."))
    follows: Mapping[str, str] = {"time_steps": "steps"}

    def values(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Also the usual number of steps, which a design replaces by its own."""
        steps = next(param.default for param in training_params() if param.name == "steps")
        return {"time_steps": steps} | super().values(said)

    def learned(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        """A scale for each step."""
        return {"weight": (params["time_steps"], arriving[0])} if params["affine"] else {}

    def statistics(self, params: Mapping[str, Any], arriving: Shape) -> dict[str, Shape]:
        """Mean and variance of each step so far."""
        return dict.fromkeys(("running_mean", "running_var"), (params["time_steps"], arriving[0]))

    def make(self, params: Mapping[str, Any], arriving: Shape, generator: torch.Generator) -> nn.Module:
        """The engine's own; it begins with scale 1."""
        from workbench.engine.normalisation import BatchNormTT as Layer

        return Layer(arriving[0], **params)
