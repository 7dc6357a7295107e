"""Quantised states: levels as snnTorch has them (recorded with the neurons), nearest, gradient straight through."""

import copy
import pickle
from itertools import pairwise
from typing import Any

import pytest
import torch

import workbench as wb
from workbench.engine.errors import KnobError
from workbench.engine.quantisation import quantiser, state_quant


@pytest.mark.parametrize("bits", [2, 5, 8, 12])
@pytest.mark.parametrize("uniform", [True, False])
@pytest.mark.parametrize("centred", [True, False])
def test_there_are_two_to_the_bits_levels_within_the_limits(bits: int, uniform: bool, centred: bool) -> None:
    levels = state_quant(bits, uniform, centred, threshold=2.0, lower_limit=0.25, upper_limit=0.5).levels
    assert len(levels) == 2**bits and bool((levels.diff() >= 0).all())
    assert levels[0].item() == -2.5 and levels[-1].item() == pytest.approx(3.0)


def test_geometric_levels_crowd_around_their_centre() -> None:
    """From each side the distance shrinks by the multiplier; the centre itself is no level."""
    for centred, centre in ((True, 1.0), (False, 0.0)):
        levels = state_quant(4, uniform=False, thr_centered=centred, upper_limit=1.0, multiplier=0.5).levels.double()
        below, above = levels[levels < centre], levels[levels > centre]
        assert len(below) + len(above) == 16
        for side in (below.diff(), above.diff().flip(0)):
            assert all(b / a == pytest.approx(0.5, rel=1e-3) for a, b in pairwise(side.tolist()))


def test_every_value_goes_to_its_nearest_level_and_the_lower_of_two() -> None:
    quantise = state_quant(3, upper_limit=0.75)  # levels -1, -0.607, …, 1.75
    x = torch.linspace(-3, 3, 1001)
    nearest = (x.unsqueeze(1) - quantise.levels).abs().argmin(1)
    assert torch.equal(quantise(x), quantise.levels[nearest])
    assert torch.equal(quantise(quantise(x)), quantise(x))
    even = state_quant(1, upper_limit=0.0)
    assert even(torch.tensor([0.0, 0.001])).tolist() == [-1.0, 1.0]
    assert quantise(x.double()).dtype == torch.float64 and quantise(x.reshape(7, 11, 13)).shape == (7, 11, 13)


def test_the_gradient_passes_straight_through() -> None:
    x = torch.linspace(-3, 3, 10, requires_grad=True)
    (state_quant(2)(x) * torch.arange(10.0)).sum().backward()
    assert x.grad is not None and x.grad.tolist() == list(range(10))


def test_every_state_of_a_neuron_is_on_a_level_after_every_step() -> None:
    quantise = state_quant(4, threshold=2.0)
    neuron = wb.Synaptic(state_quant=quantise, threshold=0.8)
    spk, trace = neuron.trace(torch.rand(50, 2, 3))
    assert spk.sum() > 0
    for values in trace.values():
        assert torch.isin(values, quantise.levels).all()
    assert neuron.text.splitlines()[3:5] == ["mem = quantise(mem)", "syn = quantise(syn)"]
    assert r"\operatorname{quantise}" in neuron.latex() and neuron.operations()["quantise"] == 2


def test_plain_data_and_a_strangers_function_quantise_as_well() -> None:
    x = torch.rand(30, 2, 3)
    ours = wb.Leaky(state_quant=state_quant(3))
    by_data = wb.Leaky(state_quant={"name": "uniform", "num_bits": 3})
    assert torch.equal(ours.trace(x)[1]["mem"], by_data.trace(x)[1]["mem"])
    rounded = wb.Leaky(state_quant=lambda state: (state * 4).round() / 4)
    assert (rounded.trace(x)[1]["mem"] * 4 % 1 == 0).all()
    assert wb.Leaky(state_quant=False).text == wb.Leaky(state_quant=None).text == wb.Leaky().text


@pytest.mark.parametrize("made", [state_quant(3), state_quant(5, False), state_quant(4, False, False, multiplier=0.7)])
def test_it_survives_its_spec_copying_and_pickling(made: Any) -> None:
    for again in (quantiser("it", made.spec()), copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert again is not None and torch.equal(again(torch.arange(-2, 2, 0.1)), made(torch.arange(-2, 2, 0.1)))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"num_bits": 0}, "state_quant.num_bits: must be a whole number from 1 to 16, got 0"),
        ({"num_bits": 2.5}, "state_quant.num_bits: must be a whole number from 1 to 16, got 2.5"),
        ({"threshold": 0.0}, "state_quant.threshold: must be a number from 1e-06 to 1e+06, got 0.0"),
        ({"lower_limit": -1}, "state_quant.lower_limit: must be a number from -0.99 to 1000, got -1"),
        ({"upper_limit": "2"}, "state_quant.upper_limit: must be a number from 0 to 1000, got 2"),
        ({"multiplier": 0}, "state_quant.multiplier: must be a number from 0.001 to 1, got 0"),
    ],
)
def test_what_makes_no_levels_is_refused_in_a_sentence(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(KnobError) as refused:
        state_quant(**given)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (True, "Leaky.state_quant: must be a quantiser such as state_quant(4), got True"),
        (4, "Leaky.state_quant: must be a quantiser such as state_quant(4), got 4"),
        ({"num_bits": 4}, "Leaky.state_quant.name: must be uniform or geometric, got None"),
        ({"name": "even"}, "Leaky.state_quant.name: must be uniform or geometric, got even"),
        (
            {"name": "uniform", "multiplier": 0.5},
            "Leaky.state_quant: uniform takes num_bits, threshold, lower_limit, upper_limit, got multiplier",
        ),
    ],
)
def test_what_is_no_quantiser_is_refused_in_a_sentence(given: Any, sentence: str) -> None:
    with pytest.raises(KnobError) as refused:
        wb.Leaky(state_quant=given)
    assert str(refused.value) == sentence
