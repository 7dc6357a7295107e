"""Surrogates: the recorded values of their derivatives, a hard step forward, and what is refused."""

import math

import pytest
import torch

from workbench.engine.errors import KnobError
from workbench.engine.surrogates import SURROGATES, atan, fast_sigmoid, from_spec, sigmoid, spike_rate_escape

POINTS = torch.tensor([-0.5, -0.02, 0.0, 0.02, 0.5])
RECORDED = {  # snnTorch 1.0.0 at POINTS
    "atan": [0.288400, 0.996068, 1.0, 0.996068, 0.288400],
    "fast_sigmoid": [0.005487, 0.444444, 1.0, 0.444444, 0.005487],
    "sigmoid": [9.3166e-5, 5.875093, 6.25, 5.875093, 9.3166e-5],
    "straight_through_estimator": [1.0] * 5,
    "spike_rate_escape": [25 * math.exp(-abs(u - 1)) for u in (-0.5, -0.02, 0.0, 0.02, 0.5)],
}
every_surrogate = pytest.mark.parametrize("name", SURROGATES)


@every_surrogate
def test_derivatives_are_those_recorded(name: str) -> None:
    assert SURROGATES[name]().derivative(POINTS).tolist() == pytest.approx(RECORDED[name], rel=2e-5)


@every_surrogate
def test_forward_is_a_hard_step_and_backward_the_derivative(name: str) -> None:
    surrogate = SURROGATES[name]()
    for dtype in (torch.float32, torch.float64):
        u = POINTS.to(dtype, copy=True).requires_grad_()
        spk = surrogate(u)
        assert spk.tolist() == [0, 0, 0, 1, 1] and spk.dtype == dtype
        spk.backward(torch.full_like(u, 3.0))
        assert u.grad is not None and torch.equal(u.grad, 3 * surrogate.derivative(u.detach()))


@every_surrogate
def test_no_gradient_is_ever_nan_however_far_from_threshold(name: str) -> None:
    u = torch.tensor([-1e4, -3.6, 3.6, 1e4, -1e30, 1e30])
    assert SURROGATES[name]().derivative(u).isfinite().all()


@every_surrogate
def test_its_plain_data_makes_it_again(name: str) -> None:
    surrogate = SURROGATES[name]()
    assert from_spec(surrogate.spec()) == surrogate and surrogate.spec()["name"] == name == surrogate.name


def test_numbers_matter() -> None:
    assert fast_sigmoid(5).derivative(POINTS)[0] > fast_sigmoid(25).derivative(POINTS)[0]
    assert from_spec({"name": "fast_sigmoid", "slope": 5}) == fast_sigmoid(5) != fast_sigmoid()
    assert spike_rate_escape(1, 1).derivative(torch.ones(1)).item() == 1
    assert atan(1.0).derivative(torch.zeros(1)).item() == 0.5 and sigmoid(4).derivative(torch.zeros(1)).item() == 1


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"name": "fast_sigmoit"}, r"spike_grad\.name: fast_sigmoit is not one of .*; did you mean fast_sigmoid\?"),
        ({}, r"spike_grad\.name: None is not one of .*"),
        ({"name": ["atan"]}, r"spike_grad\.name: \['atan'\] is not one of .*"),
        ({"name": "atan", "slope": 3}, "spike_grad: atan takes alpha, got slope"),
        (
            {"name": "straight_through_estimator", "slope": 3},
            "spike_grad: straight_through_estimator takes no number, got slope",
        ),
        ({"name": "fast_sigmoid", "slope": -1}, r"spike_grad\.slope: must be a number above 0 and below 1e6, got -1"),
        ({"name": "fast_sigmoid", "slope": math.nan}, r"spike_grad\.slope: must be .*, got nan"),
        ({"name": "fast_sigmoid", "slope": "25"}, r"spike_grad\.slope: must be .*, got 25"),
        ({"name": "atan", "alpha": True}, r"spike_grad\.alpha: must be .*, got True"),
    ],
)
def test_bad_specs_are_refused(spec: dict, sentence: str) -> None:
    with pytest.raises(KnobError, match=f"^{sentence}$") as refused:
        from_spec(spec)
    assert len(str(refused.value)) <= 200
