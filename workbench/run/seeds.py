"""Owned randomness: every draw of a run comes from a generator named by what it is for, never from torch's global one.

Naming generators by content (design seed, node, split, sample …) instead of drawing them one after the other means
that a sample is encoded into the very same spikes live, in `evaluate` and in any order or batch.
"""

import hashlib

import torch


def generator(*names: object) -> torch.Generator:
    """A fresh generator seeded by its names, such as `generator(0, "rate", "held_out", 7)`: 63 bits of their sha256."""
    digest = hashlib.sha256("\0".join(str(name) for name in names).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)
