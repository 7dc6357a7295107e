"""Products with few outputs: the dense ones' numbers, the same bits from numbers and from bits, and no lists."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import workbench as wb
from workbench.engine.products import choice, events
from workbench.engine.products.linear import fired_in, linear
from workbench.engine.products.narrow import Seen
from workbench.engine.products.spikes import Spikes

DTYPES = [torch.float32, torch.float64]
ROWS = 130


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Products of any size may follow the events; those of fewer than 32 outputs without lists."""
    for name in ("FEWEST_ROWS", "SMALLEST"):
        monkeypatch.setattr(choice, name, 1)


def drawn(*shape: int, seed: int = 1, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype) - 0.4


def fired(inputs: int, dtype: torch.dtype) -> Tensor:
    x = (drawn(ROWS, inputs, seed=5) > 0.5).to(dtype)
    x[0], x[1] = 0, 1
    return x


def as_bits(x: Tensor) -> Spikes:
    bits = Spikes.room(len(x), -(-x.shape[1] // 16) * 16)
    bits[:] = 0
    bits[:, : -(-x.shape[1] // 8)] = np.packbits(x.numpy() != 0, axis=1, bitorder="little")
    return Spikes(x, bits)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("outputs", [1, 8, 10, 16, 17, 31])
@pytest.mark.parametrize("inputs", [1, 15, 63, 64, 65, 300])
def test_it_is_the_dense_product_both_ways(inputs: int, outputs: int, dtype: torch.dtype) -> None:
    x, weight, bias = fired(inputs, dtype), drawn(outputs, inputs, dtype=dtype), drawn(outputs, seed=2, dtype=dtype)
    g, near = drawn(ROWS, outputs, seed=3, dtype=dtype), 1e-12 if dtype is torch.float64 else 1e-5
    seen, of_bits = Seen.of(x, None), Seen.of(x, as_bits(x))
    assert torch.allclose(seen.times(weight, bias), x @ weight.t() + bias, rtol=near, atol=near)
    assert torch.allclose(seen.transposed_times(g), g.t() @ x, rtol=near, atol=near)
    assert torch.equal(seen.times(weight, None), of_bits.times(weight, None))
    assert torch.equal(seen.transposed_times(g), of_bits.transposed_times(g))
    assert torch.equal(of_bits.dense(dtype), x) and torch.equal(seen.dense(dtype), x)


@pytest.mark.parametrize("dtype", DTYPES)
def test_values_that_are_not_one_are_weighed_and_nan_is_seen(dtype: torch.dtype) -> None:
    x, weight = fired(40, dtype) * drawn(ROWS, 40, seed=8, dtype=dtype), drawn(10, 40, dtype=dtype)
    g = drawn(ROWS, 10, seed=3, dtype=dtype)
    assert torch.allclose(Seen.of(x, None).times(weight, None), x @ weight.t(), atol=1e-5)
    assert torch.allclose(Seen.of(x, None).transposed_times(g), g.t() @ x, atol=1e-5)
    x[3, 7] = torch.nan
    assert Seen.of(x, None).times(weight, None).isnan().all(1).tolist() == [row == 3 for row in range(ROWS)]


@pytest.mark.parametrize("dtype", DTYPES)
def test_equal_bits_on_any_number_of_threads(monkeypatch: pytest.MonkeyPatch, dtype: torch.dtype) -> None:
    monkeypatch.setattr(events, "LEAST", 1)
    x, weight, g = fired(300, dtype), drawn(10, 300, dtype=dtype), drawn(ROWS, 10, seed=3, dtype=dtype)
    results, before = [], torch.get_num_threads()
    try:
        for threads in (1, 2, 3, 7):
            torch.set_num_threads(threads)
            seen = Seen.of(x, None)
            results.append((seen.times(weight, None), seen.transposed_times(g)))
    finally:
        torch.set_num_threads(before)
    assert all(torch.equal(a, b) for result in results for a, b in zip(result, results[0], strict=True))


def test_a_linear_of_few_outputs_takes_it_and_one_of_many_makes_lists() -> None:
    x = fired(300, torch.float32).view(10, 13, 300)
    x[0, 1] = 0
    for outputs, kind in ((choice.NARROWEST - 1, True), (choice.NARROWEST, False)):
        found = fired_in(nn.Linear(300, outputs), x)
        assert found is not None and isinstance(found[0], Seen) == kind


def test_changing_the_input_before_the_gradient_is_refused_by_torch() -> None:
    x, module = fired(300, torch.float32), nn.Linear(300, 10)
    out = linear(module, x.view(10, 13, 300))
    x += 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        out.sum().backward()


@pytest.mark.parametrize("hidden", [40, 300])
@pytest.mark.parametrize("dtype", DTYPES)
def test_spikes_handed_on_as_bits_change_nothing(hidden: int, dtype: torch.dtype) -> None:
    parts = [nn.Linear(50, hidden), wb.Leaky(0.9), nn.Linear(hidden, 10), wb.Leaky(0.8)]
    net = wb.Sequential(*parts).to(dtype)
    for seed, parameter in enumerate(net.parameters()):
        parameter.data = drawn(*parameter.shape, seed=seed, dtype=dtype) * (1 if seed > 1 else 0.15)
    x = (drawn(9, 40, 50, seed=9) > 0.5).to(dtype)
    results = []
    for run in (lambda x: net(x)[0], lambda x: net.record(x, ["spk"])["3"]["spk"]):
        given = x.clone().requires_grad_()
        out = run(given)
        results.append([out, *torch.autograd.grad(out, [given, *net.parameters()], drawn(*out.shape, dtype=dtype))])
    assert all(torch.equal(a, b) for a, b in zip(*results, strict=True))
    assert 0 < net.record(x, ["spk"])["1"]["spk"].mean() < 0.3 and results[0][0].any()
