"""The values of knobs as tensors: one number for a whole layer, or one for each neuron."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workbench.engine.errors import KnobError


def number(where: str, value: float | Sequence[float] | Tensor) -> Tensor:
    """A knob's value as a fresh tensor of finite numbers. Raises KnobError, beginning with `where`."""
    try:
        tensor = torch.as_tensor(value, dtype=torch.get_default_dtype()).detach().clone()
    except (TypeError, ValueError, RuntimeError):
        tensor = None
    if tensor is None or isinstance(value, bool) or not bool(torch.isfinite(tensor).all()):
        raise KnobError(f"{where}: must be a finite number, or one per neuron, got {str(value)[:60]}")
    return tensor


def fits(shape: torch.Size, features: torch.Size) -> bool:
    """Whether a knob of `shape` spreads over `features` without making them larger."""
    if len(shape) > len(features):
        return False
    return all(a in (1, b) for a, b in zip(reversed(shape), reversed(features), strict=False))


def shown(value: Tensor) -> str:
    """A knob's value for a repr: the number, or the shape of several."""
    return f"{value.item():g}" if value.ndim == 0 else f"{tuple(value.shape)}"
