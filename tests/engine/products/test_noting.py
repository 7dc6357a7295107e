"""The places in which something fired, whatever the length of a row, and what is not 1 among them."""

import numpy as np
import pytest
import torch

from workbench.engine.products import events
from workbench.engine.products.events import Fired

DTYPES = [torch.float32, torch.float64]


def lists(fired: Fired) -> list[list[int]]:
    ends = zip(fired.starts, fired.starts[1:], strict=False)
    return [fired.places[start:end].tolist() for start, end in ends]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("inputs", [1, 7, 8, 15, 16, 17, 100, 784])
def test_every_place_is_found(inputs: int, dtype: torch.dtype) -> None:
    draw = torch.Generator().manual_seed(inputs)
    x = (torch.rand(200, inputs, generator=draw) < 0.2).to(dtype)
    x[3], x[4] = 0, 1
    found = Fired.of(x, 1.0)
    assert found is not None and found.values is None
    assert lists(found) == [row.nonzero().flatten().tolist() for row in x]
    assert torch.equal(found.dense(dtype), x)


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_not_one_is_kept_and_nan_has_fired(dtype: torch.dtype) -> None:
    x = torch.zeros(70, 33, dtype=dtype)
    x[69, 32], x[0, 0], x[5, 17] = torch.nan, -2.5, 1
    found = Fired.of(x, 1.0)
    assert found is not None and found.places.tolist() == [0, 17, 32] and found.values is not None
    assert found.values[:2].tolist() == [-2.5, 1] and np.isnan(found.values[2])


@pytest.mark.parametrize("inputs", [1, 16, 33, 300])
def test_bits_are_the_numbers_they_stand_for(inputs: int) -> None:
    x = torch.rand(90, inputs, generator=torch.Generator().manual_seed(2)) < 0.1
    bits = np.zeros((90, -(-inputs // 128) * 16), np.uint8)
    bits[:, : -(-inputs // 8)] = np.packbits(x.numpy(), axis=1, bitorder="little")
    found, same = Fired.of_bits(bits, inputs, 1.0), Fired.of(x.float(), 1.0)
    assert found is not None and same is not None
    assert lists(found) == lists(same) and found.values is None


def test_more_than_the_most_is_none() -> None:
    assert Fired.of(torch.ones(64, 10), 0.99) is None and Fired.of(torch.ones(64, 10), 1.0) is not None


@pytest.mark.parametrize("inputs", [1, 2, 33])
def test_a_gradient_is_gathered_whatever_the_number_of_inputs(inputs: int) -> None:
    draw = torch.Generator().manual_seed(3)
    x = (torch.rand(300, inputs, generator=draw) < 0.1).double()
    g = torch.rand(300, 40, generator=draw, dtype=torch.float64)
    found = Fired.of(x, 1.0)
    assert found is not None
    for chunk_bytes in (1 << 20, 16 * 40 * 8):  # at once, and in chunks of sixteen rows
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(events, "CHUNK_BYTES", chunk_bytes)
            assert torch.allclose(found.transposed_times(g), g.t() @ x, rtol=1e-12, atol=1e-12)
