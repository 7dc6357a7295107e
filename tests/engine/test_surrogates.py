"""Surrogates: derivatives as recorded from snnTorch, the sound forms by their formulas, a hard step, and refusals."""

import copy
import json
import math
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch

from workbench.engine import surrogates
from workbench.engine.errors import KnobError
from workbench.engine.neurons.leaky import Leaky
from workbench.engine.surrogates import (
    LSO,
    SFS,
    SSO,
    SURROGATES,
    Surrogate,
    atan,
    custom_surrogate,
    escape,
    fast_sigmoid,
    from_spec,
    heaviside,
    sigmoid,
    spike_rate_escape,
    triangle,
    triangular,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "functional-snntorch-1.0.0.json"
RECORDED = json.loads(GOLDEN.read_text(encoding="utf-8"))
WIDE = torch.tensor(RECORDED["points"])
POINTS = torch.tensor([-0.5, -0.02, 0.0, 0.02, 0.5])
every_surrogate = pytest.mark.parametrize("name", SURROGATES)
ALL = [*(make() for make in SURROGATES.values()), SSO(), custom_surrogate(lambda u, grad, spk: grad * spk)]
each = pytest.mark.parametrize("surrogate", ALL, ids=lambda surrogate: surrogate.name)


@pytest.mark.parametrize("case", RECORDED["surrogates"].values(), ids=RECORDED["surrogates"].keys())
def test_spikes_and_slopes_are_those_recorded(case: dict[str, Any]) -> None:
    surrogate = getattr(surrogates, case["name"])(**case["numbers"])
    assert surrogate(WIDE).tolist() == case["spikes"]
    for u, slope, recorded in zip(WIDE.tolist(), surrogate.derivative(WIDE).tolist(), case["slopes"], strict=True):
        if recorded is not None:
            assert slope == pytest.approx(recorded, rel=2e-6, abs=1e-12), u


def test_every_formula_of_snntorch_is_recorded_but_the_broken_one() -> None:
    ours = {"triangle", "escape"}  # sound forms that snnTorch has not
    assert {case["name"] for case in RECORDED["surrogates"].values()} == {*SURROGATES} - ours - {"LSO"}


def test_sigmoid_stays_a_number_where_snntorch_gives_nan() -> None:
    assert RECORDED["surrogates"]["sigmoid()"]["slopes"][0] is None  # u = -8: its quotient overflows
    u = torch.tensor([-8.0, -3.6, 3.6, 8.0])
    exact = [25 * math.exp(-25 * abs(v)) / (1 + math.exp(-25 * abs(v))) ** 2 for v in u.tolist()]
    assert sigmoid().derivative(u.double()).tolist() == pytest.approx(exact, rel=1e-9)


def test_lso_is_a_leaky_relu_where_snntorch_raises() -> None:
    assert LSO().derivative(POINTS).tolist() == pytest.approx([0.1, 0.1, 0.1, 1, 1])
    assert LSO(0.25).derivative(torch.tensor(-3.0)).item() == 0.25


def test_the_triangle_is_one() -> None:
    u = torch.tensor([-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 3.0])
    assert triangle().derivative(u).tolist() == [0, 0, 0.5, 1, 0.75, 0, 0]
    assert triangle(2).derivative(u).tolist() == [0, 0.5, 0.75, 1, 0.875, 0.5, 0]
    assert triangular().derivative(u).tolist() == [1, 1, 1, -1, -1, -1, -1]  # what snnTorch calls so


def test_escape_peaks_at_the_threshold() -> None:
    u = torch.linspace(-2, 2, 401)
    assert u[escape(3, 25).derivative(u).argmax()].item() == pytest.approx(0, abs=1e-6)
    assert u[spike_rate_escape(3, 25).derivative(u).argmax()].item() == pytest.approx(1, abs=1e-6)
    assert escape(3, 2).derivative(torch.tensor([-0.5, 0.5])).tolist() == pytest.approx([2 * math.exp(-1.5)] * 2)


@each
def test_forward_is_a_hard_step_in_the_dtype_of_its_input(surrogate: Surrogate) -> None:
    for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        spk = surrogate(POINTS.to(dtype))
        assert spk.tolist() == [0, 0, 0, 1, 1] and spk.dtype == dtype


@every_surrogate
def test_backward_is_the_derivative(name: str) -> None:
    surrogate = SURROGATES[name]()
    for dtype in (torch.float32, torch.float64):
        u = POINTS.to(dtype, copy=True).requires_grad_()
        surrogate(u).backward(torch.full_like(u, 3.0))
        assert u.grad is not None and torch.equal(u.grad, 3 * surrogate.derivative(u.detach()))


@every_surrogate
def test_no_gradient_is_ever_nan_however_far_from_threshold(name: str) -> None:
    u = torch.tensor([-1e30, -1e4, -3.6, 3.6, 1e4, 1e30])
    assert SURROGATES[name]().derivative(u).isfinite().all()


@every_surrogate
def test_its_plain_data_makes_it_again(name: str) -> None:
    surrogate = SURROGATES[name]()
    assert from_spec(surrogate.spec()) == surrogate and surrogate.spec()["name"] == name == surrogate.name
    assert json.loads(json.dumps(surrogate.spec())) == surrogate.spec()


@every_surrogate
def test_its_text_is_its_derivative(name: str) -> None:
    """The text is what a compiler takes; here it is read by Python itself."""
    surrogate = SURROGATES[name]()
    functions = {"abs": abs, "exp": math.exp, "max": max, "sigmoid": lambda v: 1 / (1 + math.exp(-v))}
    functions["where"] = lambda test, yes, no: yes if test else no
    assert surrogate.text is not None
    for u in (-0.7, -0.1, 0.0, 0.1, 0.7, 1.3):
        by_hand = eval(surrogate.text, {}, {**functions, **dict(surrogate.params), "u": u})
        there = surrogate.derivative(torch.tensor(u, dtype=torch.float64)).item()
        assert there == pytest.approx(by_hand, rel=1e-12, abs=1e-300)


@each
def test_it_trains_a_neuron_and_survives_copying(surrogate: Surrogate) -> None:
    for spike_grad in (surrogate, copy.deepcopy(surrogate)):
        x = torch.full((5, 2, 3), 0.7, requires_grad=True)
        Leaky(0.9, spike_grad=spike_grad)(x)[0].sum().backward()
        assert x.grad is not None and x.grad.isfinite().all()


def test_numbers_matter() -> None:
    assert fast_sigmoid(5).derivative(POINTS)[0] > fast_sigmoid(25).derivative(POINTS)[0]
    assert from_spec({"name": "fast_sigmoid", "slope": 5}) == fast_sigmoid(5) != fast_sigmoid()
    assert spike_rate_escape(1, 1).derivative(torch.ones(1)).item() == 1
    assert atan(1.0).derivative(torch.zeros(1)).item() == 0.5 and sigmoid(4).derivative(torch.zeros(1)).item() == 1
    assert SFS(1, -2).derivative(torch.tensor([-3.0, -1.0])).tolist() == [0, 0.25]
    assert heaviside().params == ()


def test_random_slopes_are_uniform_below_threshold_and_one_above() -> None:
    slopes = SSO(mean=0.3, variance=0.2).derivative(torch.linspace(-1, 1, 40_000))
    below, above = slopes[:20_000], slopes[20_000:]
    assert (above == 1).all()
    assert (0.3 - 0.5) * 0.2 <= below.min() < -0.0399 and 0.1599 < below.max() < (0.3 + 0.5) * 0.2
    assert below.mean().item() == pytest.approx(0.3 * 0.2, abs=0.002)
    assert below.std().item() == pytest.approx(0.2 / math.sqrt(12), rel=0.02)


def test_random_slopes_are_owned() -> None:
    u = torch.full((100,), -1.0)
    torch.manual_seed(0)
    before = torch.get_rng_state()
    one, two, other = SSO(), SSO(), SSO(seed=1)
    first = one.derivative(u)
    assert torch.equal(first, two.derivative(u)) and not torch.equal(first, other.derivative(u))
    assert not torch.equal(first, one.derivative(u))
    assert torch.equal(before, torch.get_rng_state())
    twins = copy.deepcopy(one), pickle.loads(pickle.dumps(one))
    third = one.derivative(u)
    for twin in twins:  # each goes on from where `one` stood
        assert twin == one and torch.equal(twin.derivative(u), third)
    assert from_spec(other.spec()) == other != one


def test_a_function_of_your_own_gets_input_gradient_and_spikes() -> None:
    seen = []

    def slope(input_: torch.Tensor, grad_input: torch.Tensor, spikes: torch.Tensor) -> torch.Tensor:
        seen.append((input_.tolist(), grad_input.tolist(), spikes.tolist()))
        return 2 * grad_input

    u = torch.tensor([-1.0, 1.0], requires_grad=True)
    custom_surrogate(slope)(u).backward(torch.tensor([3.0, 4.0]))
    assert seen == [([-1, 1], [3, 4], [0, 1])] and u.grad is not None and u.grad.tolist() == [6, 8]
    with pytest.raises(KnobError, match="Python code and cannot be stored; use a named one"):
        custom_surrogate(slope).spec()
    nothing: Any = 3
    with pytest.raises(
        KnobError, match=r"^custom_surrogate: must be a function f\(input_, grad_input, spikes\), got 3"
    ):
        custom_surrogate(nothing)


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"name": "fast_sigmoit"}, r"spike_grad\.name: fast_sigmoit is not known; did you mean fast_sigmoid\?"),
        ({}, r"spike_grad\.name: None is not known; take one of atan, .*"),
        ({"name": ["atan"]}, r"spike_grad\.name: \['atan'\] is not known; did you mean atan\?"),
        ({"name": "atan", "slope": 3}, "spike_grad: atan takes alpha, got slope"),
        (
            {"name": "straight_through_estimator", "slope": 3},
            "spike_grad: straight_through_estimator takes no number, got slope",
        ),
        ({"name": "fast_sigmoid", "slope": -1}, r"spike_grad\.slope: must be a number above 0 and below 1e6, got -1"),
        ({"name": "fast_sigmoid", "slope": math.nan}, r"spike_grad\.slope: must be .*, got nan"),
        ({"name": "fast_sigmoid", "slope": "25"}, r"spike_grad\.slope: must be .*, got 25"),
        ({"name": "atan", "alpha": True}, r"spike_grad\.alpha: must be .*, got True"),
        ({"name": "SFS", "B": math.inf}, r"spike_grad\.B: must be a number of size below 1e6, got inf"),
        ({"name": "SSO", "slope": 1}, "spike_grad: SSO takes mean and variance and seed, got slope"),
    ],
)
def test_bad_specs_are_refused(spec: dict, sentence: str) -> None:
    with pytest.raises(KnobError, match=f"^{sentence}$") as refused:
        from_spec(spec)
    assert len(str(refused.value)) <= 200
