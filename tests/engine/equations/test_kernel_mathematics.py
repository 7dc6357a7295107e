"""The functions a kernel brings along, against the same in twice the precision, over their whole range."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch

from workbench.engine.equations.kernel_mathematics import FUNCTIONS
from workbench.engine.equations.program import declare

KINDS = ("float32", "float64")
ULPS = {"exp": 2, "log": 2, "tanh": 4, "sigmoid": 4}
SPECIAL = [
    0.0,
    -0.0,
    math.inf,
    -math.inf,
    math.nan,
    1.0,
    -1.0,
    1e-40,
    -1e-40,
    1e-30,
    88.8,
    -88.8,
    -103.5,
    710.0,
    -745.2,
]


def values(name: str, kind: str) -> np.ndarray:
    rng = np.random.default_rng(0)
    near = rng.normal(size=4000) * np.exp(rng.uniform(-30, 3, 4000))
    far = rng.uniform(-110, 95, 4000) if kind == "float32" else rng.uniform(-750, 715, 4000)
    positive = np.exp(rng.uniform(-80, 80, 4000))
    chosen = {"log": positive}.get(name, np.concatenate([near, far]))
    return np.concatenate([chosen, 1 + near[:500] * 1e-3]).astype(kind)


def exactly(name: str, x: np.ndarray) -> np.ndarray:
    """In 80-bit arithmetic, which is exact enough to judge both."""
    x = x.astype(np.longdouble)
    own: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "exp": np.exp,
        "log": np.log,
        "tanh": np.tanh,
        "sigmoid": lambda v: 1 / (1 + np.exp(-v)),
    }
    return own[name](x)


def applied(name: str, kind: str, x: np.ndarray) -> np.ndarray:
    program = declare(f"y = {name}(x)", (), (), outputs=("y",))
    (y,), _, _ = program.fused("1", ()).run([torch.from_numpy(x).view(1, 1, -1)], [], [], ("1", ()), False)
    return y.flatten().numpy()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_stated_error(name: str, kind: str) -> None:
    x = values(name, kind)
    with np.errstate(all="ignore"):
        got, want = applied(name, kind, x), exactly(name, x)
        smallest = np.finfo(kind).smallest_subnormal
        unit = np.maximum(np.spacing(np.abs(want.astype(kind))), smallest)
        error = np.abs(got.astype(np.longdouble) - want) / unit
    finite = np.abs(want) < float(np.finfo(kind).max)
    assert got.dtype == kind and float(error[finite].max()) <= ULPS[name]
    assert not np.isnan(got).any()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_zeros_infinities_and_nan_are_torchs(name: str, kind: str) -> None:
    x = np.array(SPECIAL, kind)
    with np.errstate(all="ignore"):
        got = torch.from_numpy(applied(name, kind, x))
    want = getattr(torch, name)(torch.from_numpy(x))
    assert torch.equal(got.isnan(), want.isnan()) and torch.equal(got.isinf(), want.isinf())
    keep = want.isfinite()
    assert torch.allclose(got[keep], want[keep], rtol=1e-6, atol=float(np.finfo(kind).tiny))
