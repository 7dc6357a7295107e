"""`Weights`: the second immutable value beside a `Design`.

A design says what a network is, weights say what it has learned. Both are values: an undo step is the previous pair, so
weights are named by their content and can never change under somebody who holds them.
The arrays are plain numpy, read-only, and the file is a `.npz` without pickle: anything that can read numpy can
recompute every figure the workbench shows about them.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from workbench.run.arrays import Array, Drawing, Named

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

    Arrays are copied in, so the caller's stay theirs; from one `Weights` to the next they are shared. Those drawn from
    a seed are drawn when they are first read (arrays.py); names, shapes and size are known before. `hash` is the first
    16 hexadecimal digits of a sha256 over names, types, shapes and bytes in sorted order: equal content, equal hash.
    """

    __slots__ = ("_arrays", "_hash", "_untrained")

    def __init__(self, arrays: Mapping[str, Mapping[str, np.ndarray]] | None = None):
        given = {
            node: {name: Array.given(_frozen(f"{node}.{name}", value)) for name, value in named.items()}
            for node, named in (arrays or {}).items()
        }
        self._take(given)

    def _take(self, arrays: Mapping[str, Mapping[str, Array]], untrained: bool = False) -> None:
        nodes = (node for node in sorted(arrays) if arrays[node])
        self._arrays = {node: dict(sorted(arrays[node].items())) for node in nodes}
        self._hash: str | None = None
        self._untrained = untrained

    @classmethod
    def _sharing(cls, arrays: Mapping[str, Mapping[str, Array]], untrained: bool) -> Weights:
        """Weights of arrays that others hold too."""
        weights = cls()
        weights._take(arrays, untrained)
        return weights

    def __getitem__(self, node: str) -> Mapping[str, np.ndarray]:
        return Named(self._arrays[node])

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def __contains__(self, node: object) -> bool:
        return node in self._arrays

    def __repr__(self) -> str:
        return f"Weights({self.hash}, {self.size} numbers in {', '.join(self._arrays) or 'no node'})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Weights):
            return NotImplemented
        mine, theirs = dict(self._flat()), dict(other._flat())
        return self is other or (
            self.shapes == other.shapes and all(array.same(theirs[key]) for key, array in mine.items())
        )

    def __hash__(self) -> int:
        return hash(self.hash)

    @property
    def hash(self) -> str:
        """Content name, 16 hexadecimal digits. It reads every array once."""
        if self._hash is None:
            digest = hashlib.sha256()
            for key, array in self._flat():
                digest.update(f"{key}|".encode() + array.digest)
            self._hash = digest.hexdigest()[:16]
        return self._hash

    @property
    def shapes(self) -> dict[str, dict[str, tuple[int, ...]]]:
        """{node: {name: shape}}; nothing is drawn for it."""
        return {node: {name: array.shape for name, array in named.items()} for node, named in self._arrays.items()}

    @property
    def size(self) -> int:
        """How many numbers there are in all arrays together."""
        return sum(math.prod(array.shape) for _, array in self._flat())

    @property
    def ready(self) -> bool:
        """Whether every array is there; else whoever reads one draws it, which takes its time."""
        return all(array.ready for _, array in self._flat())

    @property
    def untrained(self) -> bool:
        """Whether all of it is known to come from a seed and the design; files say so too, a training does not."""
        return self._untrained

    def turned(self, other: Weights) -> set[tuple[str, str]]:
        """(node, name) of every array that is not shared with `other`; nothing is read for it."""
        mine, theirs = self._arrays, other._arrays
        pairs = {(node, name) for all_of in (mine, theirs) for node, named in all_of.items() for name in named}
        return {
            (node, name) for node, name in pairs if mine.get(node, {}).get(name) is not theirs.get(node, {}).get(name)
        }

    @property
    def arrays(self) -> list[Array]:
        """What others may share with these weights, for whoever counts memory."""
        return [array for _, array in self._flat()]

    def flat(self) -> Iterator[tuple[str, np.ndarray]]:
        """Every array under its full name `node.name`, in sorted order."""
        for key, array in self._flat():
            yield key, array.numbers

    def _flat(self) -> Iterator[tuple[str, Array]]:
        for node, named in self._arrays.items():
            for name, array in named.items():
                yield f"{node}.{name}", array

    # Files.

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a `.npz` (no pickle); the file appears whole or not at all, even if the power goes."""
        from workbench.run.weights_file import write

        return write(dict(self.flat()), Path(path), self.untrained)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Weights:
        """Read what `save` wrote. Raises `WeightsError`, also for a file that would unpack to too much memory."""
        from workbench.run.weights_file import read

        try:
            arrays, untrained = read(Path(path))
            weights = cls(arrays)
            weights._untrained = untrained
            return weights
        except WeightsError as error:
            raise WeightsError(f"{Path(path).name[:60]}: {error}") from None

    # Weights beside a design.

    @classmethod
    def of(cls, network: Network) -> Weights:
        """A frozen copy of every array of an engine network that training changes, running statistics among them."""
        from workbench.engine.layers import learned

        return cls(
            {
                node: {name: value.detach().cpu().numpy() for name, value in learned(module).items()}
                for node, module in network.nodes.items()
            }
        )

    @classmethod
    def initial(cls, design: Design, seed: int | None = None) -> Weights:
        """What an untrained network starts from: drawn from `seed` (the design's own if None) and the node ids.

        Raises `DesignError` at once where the design cannot run; the numbers are drawn when they are first read.
        """
        from workbench.design.build import makers

        return cls._sharing({maker.node: Drawing(maker, _frozen).arrays for maker in makers(design, seed)}, True)

    def fits(self, design: Design) -> bool:
        """True when every array the design needs is here in the right shape, and none is left over."""
        return self.shapes == Weights.initial(design).shapes

    def without(self, gone: Collection[tuple[str, str]]) -> Weights:
        """These weights less the arrays named (node, name)."""
        if not gone:
            return self
        left = {
            node: {name: array for name, array in named.items() if (node, name) not in gone}
            for node, named in self._arrays.items()
        }
        return Weights._sharing(left, self._untrained)

    def carried(self, design: Design) -> Carried:
        """These weights moved to an edited design: kept by (node, name) where the shape fits, else drawn anew.

        `lost` names arrays that found no place. Nothing else is touched, so undoing the edit and carrying the
        older weights back restores them bit for bit. Where all fits, they are these very weights.
        """
        mine, fresh = dict(self._flat()), Weights.initial(design)
        arrays = {node: dict(named) for node, named in fresh._arrays.items()}
        kept = tuple(key for key, array in fresh._flat() if key in mine and mine[key].shape == array.shape)
        for key in kept:
            node, name = key.split(".", 1)
            arrays[node][name] = mine[key]
        lost = tuple(key for key in mine if key not in kept)
        if len(kept) == len(mine) and self.shapes == fresh.shapes:
            return Carried(self, kept, lost)
        return Carried(Weights._sharing(arrays, self._untrained or not kept), kept, lost)


def _frozen(key: str, value: np.ndarray) -> np.ndarray:
    array = np.array(value, order="C")
    if array.dtype.kind != "f":
        raise WeightsError(f"{key} holds {kind_of(array.dtype)}; weights are floating-point numbers")
    if wrong := int((~np.isfinite(array)).sum()):
        raise WeightsError(f"{key} holds {wrong} values that are not finite numbers; start again from sound ones")
    array.setflags(write=False)
    return array


def kind_of(dtype: np.dtype) -> str:
    """What an array holds, in plain words."""
    kinds = {"f": "floating-point numbers", "i": "whole numbers", "u": "whole numbers", "b": "truth values"}
    return kinds.get(dtype.kind, "something other than numbers")
