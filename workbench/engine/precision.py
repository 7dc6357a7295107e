"""What half precision cannot hold: it has no whole numbers above 2048, or 256, and few numbers near 0."""

import torch


def at_least_single(kind: torch.dtype) -> torch.dtype:
    """The dtype to count, draw and square in, for tensors of a real dtype: float32 where theirs is shorter."""
    return torch.float32 if kind.itemsize < 4 else kind
