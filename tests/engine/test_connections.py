"""One to one and sparse connections: what they compute, what is drawn and from where, what they refuse."""

import re

import pytest
import torch
from torch import nn

from workbench.engine.connections import OneToOne, Sparse
from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.network import Sequential
from workbench.engine.neurons.leaky import Leaky


def draw(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_one_to_one_is_a_product_value_by_value() -> None:
    x = torch.rand(4, 2, 3, 5, generator=draw())
    layer = OneToOne(3, 5, weight=torch.arange(15.0).reshape(3, 5), bias=True)
    assert torch.equal(layer(x), x * torch.arange(15.0).reshape(3, 5))
    out, state = Sequential(OneToOne(3, 5), Leaky(0.9))(x)
    assert torch.equal(out, Leaky(0.9)(x)[0]) and list(state) == ["1"]
    layer(x).sum().backward()
    assert layer.weight.grad is not None and torch.allclose(layer.weight.grad, x.sum((0, 1)))


def test_one_to_one_is_not_spread_over_other_sizes() -> None:
    with pytest.raises(ShapeError, match=re.escape("OneToOne: x must end in (5,), got (4, 2, 1)")):
        OneToOne(5)(torch.zeros(4, 2, 1))


def test_sparse_is_a_linear_with_zeros() -> None:
    layer = Sparse(40, 6, density=0.2, generator=draw())
    dense = nn.Linear(40, 6)
    with torch.no_grad():
        dense.weight.copy_(layer.matrix())
        dense.bias.copy_(layer.bias)  # type: ignore[arg-type]
    x = torch.rand(5, 3, 40, generator=draw(2))
    assert torch.equal(layer(x), dense(x))
    assert ((layer.matrix() != 0).sum(1) == 8).all()
    (layer(x) * torch.rand(5, 3, 6, generator=draw(3))).sum().backward()
    (dense(x) * torch.rand(5, 3, 6, generator=draw(3))).sum().backward()
    assert layer.weight.grad is not None and dense.weight.grad is not None
    assert torch.equal(layer.weight.grad, dense.weight.grad.gather(1, layer.inputs))


def test_training_changes_weights_never_the_pattern() -> None:
    layer = Sparse(20, 5, density=0.3, generator=draw())
    pattern, before = layer.inputs.clone(), layer.matrix().detach().clone()
    optimiser = torch.optim.Adam(layer.parameters(), lr=0.1)
    for _ in range(5):
        optimiser.zero_grad()
        layer(torch.rand(3, 20, generator=draw(1))).square().sum().backward()
        optimiser.step()
    assert torch.equal(layer.inputs, pattern)
    assert torch.equal(layer.matrix() != 0, before != 0) and not torch.equal(layer.matrix(), before)


def test_every_draw_is_owned() -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    one, two, other = (Sparse(30, 4, generator=draw(seed)) for seed in (0, 0, 1))
    assert torch.equal(before, torch.get_rng_state())
    assert torch.equal(one.matrix(), two.matrix()) and not torch.equal(one.inputs, other.inputs)
    same = [Sparse(30, 4, generator=draw(seed), pattern=draw(7)) for seed in (0, 1)]
    assert torch.equal(same[0].inputs, same[1].inputs) and not torch.equal(same[0].weight, same[1].weight)


def test_no_input_is_taken_twice_and_at_least_one_is() -> None:
    layer = Sparse(50, 30, density=0.5, generator=draw())
    assert all(len(set(row)) == 25 for row in layer.inputs.tolist())
    assert Sparse(50, 3, density=0.001, generator=draw()).weight.shape == (3, 1)
    assert Sparse(5, 3, density=1, generator=draw()).inputs.tolist() == [[0, 1, 2, 3, 4]] * 3
    assert layer.weight.abs().max() <= 1 / 5


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ShapeError, match=re.escape("Sparse: x must end in 4 values, got (2, 3)")):
        Sparse(4, 2, generator=draw())(torch.zeros(2, 3))
    for density in (0, 1.5, float("nan")):
        with pytest.raises(KnobError, match=r"^Sparse\.density: must be above 0 and at most 1, got"):
            Sparse(4, 2, density=density, generator=draw())
