"""`Weights`: the second immutable value beside a `Design`.

A design says what a network is, weights say what it has learned. Both are values: an undo step is the previous
(design, weights hash), so weights are named by their content and can never change under somebody who holds them.
The arrays are plain numpy, read-only, and the file is a `.npz` without pickle: anything that can read numpy can
recompute every figure the workbench shows about them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from workbench.design import Design
    from workbench.engine.graph_network import Network


class WeightsError(ValueError):
    """A weights file or array that cannot be used, said in one sentence."""


class Carried(NamedTuple):
    """What became of old weights under an edited design; `kept` and `lost` name arrays as `node.name`."""

    weights: Weights
    kept: tuple[str, ...]
    lost: tuple[str, ...]


class Weights(Mapping[str, Mapping[str, np.ndarray]]):
    """An immutable mapping `{node id: {parameter name: read-only array}}`.

    Arrays are copied in, so the caller's stay theirs. `hash` is the first 16 hexadecimal digits of the sha256 over
    names, types, shapes and bytes in sorted order: equal content, equal hash.
    """

    __slots__ = ("_arrays", "_hash")

    def __init__(self, arrays: Mapping[str, Mapping[str, np.ndarray]] | None = None):
        self._arrays: dict[str, dict[str, np.ndarray]] = {}
        self._hash: str | None = None
        for node in sorted(arrays or {}):
            named = (arrays or {})[node]
            if named:
                self._arrays[node] = {name: _frozen(f"{node}.{name}", named[name]) for name in sorted(named)}

    def __getitem__(self, node: str) -> Mapping[str, np.ndarray]:
        return MappingProxyType(self._arrays[node])

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def __repr__(self) -> str:
        return f"Weights({self.hash}, {self.size} numbers in {', '.join(self._arrays) or 'no node'})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Weights) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    @property
    def hash(self) -> str:
        """Content name, 16 hexadecimal digits."""
        if self._hash is None:
            digest = hashlib.sha256()
            for key, array in self.flat():
                digest.update(f"{key}|{array.dtype.str}|{array.shape}|".encode())
                digest.update(np.ascontiguousarray(array).tobytes())
            self._hash = digest.hexdigest()[:16]
        return self._hash

    @property
    def size(self) -> int:
        """How many numbers there are in all arrays together."""
        return sum(array.size for _, array in self.flat())

    def flat(self) -> Iterator[tuple[str, np.ndarray]]:
        """Every array under its full name `node.name`, in sorted order."""
        for node, named in self._arrays.items():
            for name, array in named.items():
                yield f"{node}.{name}", array

    # Files.

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a `.npz` (no pickle); the file appears whole or not at all, even if the power goes."""
        from workbench.run.weights_file import write

        return write(dict(self.flat()), Path(path))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Weights:
        """Read what `save` wrote. Raises `WeightsError`, also for a file that would unpack to too much memory."""
        from workbench.run.weights_file import read

        try:
            return cls(read(Path(path)))
        except WeightsError as error:
            raise WeightsError(f"{Path(path).name[:60]}: {error}") from None

    # Weights beside a design.

    @classmethod
    def of(cls, network: Network) -> Weights:
        """A frozen copy of every trainable array of an engine network."""
        return cls(
            {
                node: {name: value.detach().cpu().numpy() for name, value in module.named_parameters()}
                for node, module in network.nodes.items()
            }
        )

    @classmethod
    def initial(cls, design: Design, seed: int | None = None) -> Weights:
        """What an untrained network starts from: drawn from `seed` (the design's own if None) and the node ids."""
        from workbench.design.build import build

        return cls.of(build(design, seed=seed))

    def fits(self, design: Design) -> bool:
        """True when every array the design needs is here in the right shape, and none is left over."""
        return _shapes(self) == _shapes(Weights.initial(design))

    def carried(self, design: Design) -> Carried:
        """These weights moved to an edited design: kept by (node, name) where the shape fits, else drawn anew.

        `lost` names arrays that found no place. Nothing else is touched, so undoing the edit and carrying the
        older weights back restores them bit for bit.
        """
        mine = dict(self.flat())
        fresh = Weights.initial(design)
        kept = tuple(key for key, array in fresh.flat() if key in mine and mine[key].shape == array.shape)
        arrays = {node: dict(named) for node, named in fresh.items()}
        for key in kept:
            node, name = key.split(".", 1)
            arrays[node][name] = mine[key]
        return Carried(Weights(arrays), kept, tuple(key for key in mine if key not in kept))


def _frozen(key: str, value: np.ndarray) -> np.ndarray:
    array = np.array(value, order="C")
    if array.dtype.kind != "f":
        raise WeightsError(f"{key} holds {kind_of(array.dtype)}; weights are floating-point numbers")
    if wrong := int((~np.isfinite(array)).sum()):
        raise WeightsError(f"{key} holds {wrong} values that are not finite numbers; start again from sound ones")
    array.setflags(write=False)
    return array


def _shapes(weights: Weights) -> dict[str, tuple[int, ...]]:
    return {key: array.shape for key, array in weights.flat()}


def kind_of(dtype: np.dtype) -> str:
    """What an array holds, in plain words."""
    kinds = {"f": "floating-point numbers", "i": "whole numbers", "u": "whole numbers", "b": "truth values"}
    return kinds.get(dtype.kind, "something other than numbers")
