"""Surrogate gradients: forward a hard step, backward a smooth bump (Neftci et al. 2019, doi:10.1109/MSP.2019.2931595).

step.py           what a surrogate is: the text of its derivative
slopes.py         those that are one expression in u
random_slope.py   the one that draws at random
custom.py         a Python function of your own

Names and formulas are those of snnTorch 1.0.0 as executed, odd ones included; a sound form has a name of its own
(`triangle`, `escape`).
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from workbench.engine.errors import KnobError
from workbench.engine.surrogates.custom import custom_surrogate
from workbench.engine.surrogates.random_slope import SSO
from workbench.engine.surrogates.slopes import (
    LSO,
    SFS,
    atan,
    escape,
    fast_sigmoid,
    heaviside,
    sigmoid,
    spike_rate_escape,
    straight_through_estimator,
    triangle,
    triangular,
)
from workbench.engine.surrogates.step import MEANINGS, SIGNED, Surrogate, step_function

__all__ = [
    "LSO",
    "MEANINGS",
    "SFS",
    "SIGNED",
    "SSO",
    "SURROGATES",
    "Surrogate",
    "atan",
    "custom_surrogate",
    "escape",
    "fast_sigmoid",
    "from_spec",
    "heaviside",
    "sigmoid",
    "spike_rate_escape",
    "step_function",
    "straight_through_estimator",
    "triangle",
    "triangular",
]

SURROGATES = {
    make.__name__: make
    for make in (
        atan,
        fast_sigmoid,
        sigmoid,
        triangle,
        triangular,
        straight_through_estimator,
        heaviside,
        spike_rate_escape,
        escape,
        LSO,
        SFS,
    )
}
"""Those that are a text: whatever stores, draws or compiles a neuron can take any of them. SSO draws at random while
gradients are computed, so a stored training could not go on from where it was; it is for Python only."""

_BY_NAME = {**SURROGATES, "SSO": SSO}


def from_spec(spec: Mapping[str, Any]) -> Surrogate:
    """The surrogate of `{"name": "fast_sigmoid", "slope": 25}`. Raises KnobError for an unknown name or number."""
    given = dict(spec)
    name = given.pop("name", None)
    if not isinstance(name, str) or name not in _BY_NAME:
        near = get_close_matches(str(name), _BY_NAME, 1)
        hint = f"did you mean {near[0]}?" if near else f"take one of {', '.join(_BY_NAME)}"
        raise KnobError(f"spike_grad.name: {str(name)[:30]} is not known; {hint}")
    known = list(_BY_NAME[name]().spec())[1:]
    if unknown := [key for key in given if key not in known]:
        allowed = f"takes {' and '.join(known)}" if known else "takes no number"
        raise KnobError(f"spike_grad: {name} {allowed}, got {str(unknown[0])[:40]}")
    return _BY_NAME[name](**given)
