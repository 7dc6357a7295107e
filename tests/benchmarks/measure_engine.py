"""A layer of neurons against the least that moving its numbers can cost, and against the layer that feeds it."""

from collections.abc import Iterator

import torch
from row import Row, median_seconds

import workbench as wb

T, B, N = 25, 128, 1000


def rows() -> Iterator[Row]:
    torch.set_num_threads(1)
    x = torch.rand(T, B, N, requires_grad=True)
    gradient = torch.rand(T, B, N)
    lif = wb.Leaky(beta=0.9)
    dense = torch.nn.Linear(N, N)

    def forward_only() -> None:
        with torch.no_grad():
            lif(x)

    def there_and_back() -> None:
        x.grad = None
        lif(x)[0].backward(gradient)

    def dense_there_and_back() -> None:
        x.grad = None
        dense(x).backward(gradient)

    copy = median_seconds(lambda: x.detach().clone())
    shape = f"T {T}, batch {B}, {N} neurons, one thread"
    yield Row("a copy of one layer's input", 1000 * copy, "ms", how=shape)
    yield Row("Leaky, forward", median_seconds(forward_only, 7) / copy, "× copy", how=shape)
    both = median_seconds(there_and_back, 7)
    yield Row("Leaky, forward and backward", both / copy, "× copy", how=shape)
    yield Row(
        "Leaky against the Linear before it", both / median_seconds(dense_there_and_back, 5), "× Linear", how=shape
    )
