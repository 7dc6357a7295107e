"""`Weights`: the second immutable value beside a `Design`.

A design says what a network is, weights say what it has learned. Both are values: an undo step is the previous
(design, weights hash), so weights are named by their content and can never change under somebody who holds them.
The arrays are plain numpy, read-only, and the file is a `.npz` without pickle: anything that can read numpy can
recompute every figure the workbench shows about them.
"""

from __future__ import annotations

import hashlib
import io
import math
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from workbench.design import Design
    from workbench.engine.graph_network import Network

MAX_ARRAYS = 10_000
MAX_BYTES = 2**31
_KEY = re.compile(r"[a-z][a-z0-9_]*\.[A-Za-z_][A-Za-z0-9_.]*")


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
        target = Path(path)
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **dict(self.flat()))
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(buffer.getbuffer())
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return target

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Weights:
        """Read what `save` wrote.

        Sizes are read from the file's table of contents before anything is unpacked, so a small file cannot ask for
        a large memory. Raises `WeightsError`.
        """
        name = Path(path).name
        arrays: dict[str, dict[str, np.ndarray]] = {}
        try:
            with zipfile.ZipFile(path) as archive:
                for entry in _bounded(archive, name):
                    key = entry.filename.removesuffix(".npy")
                    if not _KEY.fullmatch(key):
                        raise WeightsError(f"{name} holds an array called {key[:40]!r}; names must read node.parameter")
                    node, parameter = key.split(".", 1)
                    arrays.setdefault(node, {})[parameter] = _array(archive, entry, f"{name}: {key[:80]}")
        except WeightsError:
            raise
        except FileNotFoundError:
            raise WeightsError(f"there is no file {name}; give the path of a weights file (.npz)") from None
        except Exception:  # damaged bytes make zipfile, zlib and numpy raise a dozen kinds of error between them
            raise WeightsError(f"{name} is not a readable weights file (.npz saved by the workbench)") from None
        try:
            return cls(arrays)
        except WeightsError as error:
            raise WeightsError(f"{name}: {error}") from None

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
        raise WeightsError(f"{key} holds {_kind(array.dtype)}; weights are floating-point numbers")
    if wrong := int((~np.isfinite(array)).sum()):
        raise WeightsError(f"{key} holds {wrong} values that are not finite numbers; start again from sound ones")
    array.setflags(write=False)
    return array


def _kind(dtype: np.dtype) -> str:
    kinds = {"i": "whole numbers", "u": "whole numbers", "b": "truth values", "c": "complex numbers"}
    return kinds.get(dtype.kind, "something other than numbers")


def _bounded(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MAX_ARRAYS:
        raise WeightsError(f"{name} holds {len(entries)} arrays; at most {MAX_ARRAYS} are read")
    total = sum(entry.file_size for entry in entries)
    if total > MAX_BYTES:
        raise WeightsError(f"{name} unpacks to {total} bytes; at most {MAX_BYTES} are read")
    return entries


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, key: str) -> np.ndarray:
    # numpy's own reader allocates what the header promises before it looks at the bytes; this one believes the bytes.
    with archive.open(entry) as stream:
        version = np.lib.format.read_magic(stream)
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read_header(stream)
        if dtype.kind != "f":
            raise WeightsError(f"{key} holds {_kind(dtype)}; weights are floating-point numbers")
        content = stream.read()
    if len(content) != math.prod(shape) * dtype.itemsize:
        raise WeightsError(f"{key} declares {math.prod(shape)} numbers but holds {len(content) // dtype.itemsize}")
    return np.frombuffer(content, dtype).reshape(shape, order="F" if fortran else "C")


def _shapes(weights: Weights) -> dict[str, tuple[int, ...]]:
    return {key: array.shape for key, array in weights.flat()}
