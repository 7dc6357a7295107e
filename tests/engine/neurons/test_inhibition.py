"""Inhibition: in every step only the neuron furthest above threshold may fire. Values recorded: test_snntorch.py."""

from typing import Any

import pytest
import torch

import workbench as wb
from workbench.engine.neurons import neurons
from workbench.engine.neurons.model import INHIBITION

SHAPELESS = [model for model in neurons().values() if model.keeps_shape]
each = pytest.mark.parametrize("model", [model for model in SHAPELESS if INHIBITION in model.options])


@each
def test_one_neuron_fires_at_most_and_that_is_the_highest(model: Any) -> None:
    x = torch.rand(60, 3, 5, generator=torch.Generator().manual_seed(2)) * (40 if model is wb.Izhikevich else 3)
    spk, _ = model(inhibition=True)(x)
    assert spk.sum(2).max() == 1 and spk.sum() > 10


def test_losers_are_reset_all_the_same_as_in_snntorch() -> None:
    x = torch.tensor([1.5, 1.2]).expand(2, 1, 2)
    spk, trace = wb.Leaky(0.5, inhibition=True).trace(x)
    assert spk[0].tolist() == [[1.0, 0.0]]
    assert trace["mem"][1].flatten().tolist() == pytest.approx([0.75 + 1.5 - 1, 0.6 + 1.2 - 1])


def test_the_first_of_equals_wins_and_a_broken_neuron_silences_nobody() -> None:
    assert wb.Leaky(inhibition=True)(torch.full((1, 2, 3), 1.5))[0].tolist() == [[[1.0, 0.0, 0.0]] * 2]
    x = torch.tensor([[[torch.nan, 1.5, 1.2]]])
    assert wb.Leaky(inhibition=True)(x)[0].tolist() == [[[0.0, 1.0, 0.0]]]


def test_gradient_reaches_the_winner_alone() -> None:
    x = torch.tensor([[[1.5, 1.2, 0.4]]], requires_grad=True)
    wb.Leaky(inhibition=True)(x)[0].sum().backward()
    assert x.grad is not None and x.grad[0, 0, 0] != 0 and x.grad[0, 0, 1:].tolist() == [0.0, 0.0]


def test_one_that_pauses_does_not_take_part() -> None:
    x = torch.tensor([2.0, 1.5]).expand(6, 1, 2)
    spk, _ = wb.Leaky(0.5, inhibition=True, refractory=2)(x)
    assert spk[:, 0].tolist() == [[1, 0], [0, 1], [0, 0], [1, 0], [0, 1], [0, 0]]


def test_neurons_without_features_and_layers_without_neurons() -> None:
    neuron = wb.Leaky(inhibition=True)
    assert neuron(torch.full((2, 3), 1.5))[0].sum() == 6
    assert neuron(torch.zeros(2, 3, 0))[0].shape == (2, 3, 0)


def test_it_is_printed_and_counted_but_never_fused() -> None:
    neuron = wb.Leaky(inhibition=True, backend="fused")
    assert neuron.text.splitlines()[-1] == "spk = spike(mem - threshold)*winner(mem - threshold)"
    assert r"\operatorname{winner}" in neuron.latex() and neuron.operations()["winner"] == 1
    x = torch.rand(20, 2, 3) * 2
    assert torch.equal(neuron(x)[0], wb.Leaky(inhibition=True, backend="eager")(x)[0])
