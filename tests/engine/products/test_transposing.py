"""A matrix transposed is torch's, whatever its sides; in blocks it is the same, side by side."""

import pytest
import torch

from workbench.engine.products.events import tables, transpose


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (16, 16), (17, 33), (5, 3), (200, 31), (8, 300), (40, 1)])
def test_it_is_torchs(rows: int, columns: int, dtype: torch.dtype) -> None:
    x = torch.rand(rows, columns + 2, dtype=dtype, generator=torch.Generator().manual_seed(1))
    for given in (x, x[:, 1:-1], x.t(), x[::2], torch.complex(x, x).conj().imag):
        assert torch.equal(transpose(given), given.t()) and transpose(given).is_contiguous()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("outputs", [1, 10, 16, 100, 256, 300, 1000])
def test_tables_of_weights_are_blocks_of_it_and_zero_behind(outputs: int, dtype: torch.dtype) -> None:
    weight = torch.rand(outputs, 37, dtype=dtype, generator=torch.Generator().manual_seed(1))
    bias = torch.rand(outputs, dtype=dtype, generator=torch.Generator().manual_seed(2))
    found, start = tables(weight, bias)
    beside = torch.from_numpy(found).permute(1, 0, 2).flatten(1)
    assert torch.equal(beside[:, :outputs], weight.t()) and not beside[:, outputs:].any()
    assert torch.equal(torch.from_numpy(start)[:outputs], bias) and not start[outputs:].any()
    assert beside.shape[1] == len(start)
