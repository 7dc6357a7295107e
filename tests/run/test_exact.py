"""Why sums are made in double: plain single-precision products depend on how many rows are multiplied together."""

import torch
from torch import nn

from workbench.run.exact import sum_in_double


def rows_apart(layer, x):
    return torch.cat([layer(row) for row in x.split(1)])


def test_rows_alone_and_together_give_the_same_bits():
    draw = torch.Generator().manual_seed(0)
    plain = nn.utils.skip_init(nn.Linear, 784, 200)
    for parameter in plain.parameters():
        nn.init.normal_(parameter, generator=draw)
    x = (torch.rand(100, 784, generator=draw) < 0.3).float()
    exact = nn.utils.skip_init(nn.Linear, 784, 200)
    exact.load_state_dict(plain.state_dict())
    sum_in_double(exact)
    assert torch.equal(rows_apart(exact, x), exact(x)) and exact(x).dtype == torch.float32
    assert torch.allclose(exact(x), plain(x), atol=1e-4)
    weight, bias = (parameter.double() for parameter in plain.parameters())
    nearest = nn.functional.linear(x.double(), weight, bias).float()
    assert torch.equal(exact(x), nearest), "it is the sum itself, rounded once"
