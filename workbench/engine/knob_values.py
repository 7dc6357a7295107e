"""What a model's constructor is given, read and checked: numbers of knobs, surrogates, backends."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from workbench.engine.errors import KnobError
from workbench.engine.knobs import Option
from workbench.engine.surrogates import SSO, SURROGATES, Surrogate, atan, custom_surrogate, from_spec

BACKENDS = ("auto", "eager", "fused")
_UNCALLED = (*SURROGATES.values(), SSO, custom_surrogate)


def number(where: str, value: float | Sequence[float] | Tensor) -> Tensor:
    """A knob's value as a fresh tensor of finite numbers, in the precision of a tensor that was given.

    Raises KnobError, beginning with `where`.
    """
    precise = isinstance(value, Tensor) and value.is_floating_point()
    try:
        tensor = torch.as_tensor(value, dtype=None if precise else torch.get_default_dtype()).detach().clone()
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


def read_surrogate(given: Surrogate | Mapping[str, Any] | Callable | None) -> Callable[[Tensor], Tensor]:
    """`spike_grad` as a callable: ours, the plain data of one, or a stranger's function of u = U - θ."""
    if given is None:
        return atan(2.0)
    if isinstance(given, Mapping):
        return from_spec(given)
    for made_by in _UNCALLED:
        if given is made_by:
            call = f"{made_by.__name__}({'f' if given is custom_surrogate else ''})"
            raise KnobError(f"spike_grad: {made_by.__name__} makes a surrogate; call it: spike_grad={call}")
    if callable(given):
        return given
    raise KnobError(f"spike_grad: must be a surrogate such as atan(2.0), got {str(given)[:60]}")


def read_backend(where: str, backend: str) -> str:
    if backend == "gpu":
        raise KnobError(f"{where}.backend: gpu is not built yet; use auto, eager or fused")
    if backend not in BACKENDS:
        raise KnobError(f"{where}.backend: must be {', '.join(BACKENDS)}, got {str(backend)[:40]}")
    return backend


def read_option(owner: str, option: Option, value: Any) -> Any:
    """`value` where `option` allows it. Raises KnobError, naming `owner` and the option."""
    where, choices = f"{owner}.{option.name}", option.choices
    if isinstance(choices, range):
        if isinstance(value, bool) or not isinstance(value, int) or value not in choices:
            raise KnobError(f"{where}: must be a whole number from 0 to {choices[-1]}, got {str(value)[:40]}")
    elif type(value) is not type(option.default) or value not in choices:
        raise KnobError(f"{where}: must be {', '.join(map(str, choices))}, got {str(value)[:40]}")
    return value
