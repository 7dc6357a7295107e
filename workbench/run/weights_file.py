"""Weights in files: a `.npz` of plain arrays, written in one move and read without trusting it."""

from __future__ import annotations

import io
import math
import os
import re
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from workbench.design.files import put_in_place
from workbench.run.weights import WeightsError, kind_of

MAX_ARRAYS = 10_000
MAX_BYTES = 2**31
UNTRAINED = b"untrained"  # the comment of an archive whose numbers came from a seed
_KEY = re.compile(r"[a-z][a-z0-9_]*\.[A-Za-z_][A-Za-z0-9_.]*")


def write(arrays: Mapping[str, np.ndarray], path: Path, untrained: bool = False) -> Path:
    """Put `arrays` {"node.name": array} into a file; it appears whole or not at all."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    if untrained:
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.comment = UNTRAINED
    handle, beside = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(buffer.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        put_in_place(Path(beside), path)
        return path
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def read(path: Path) -> tuple[dict[str, dict[str, np.ndarray]], bool]:
    """{node: {name: array}} as `write` put it there, and whether they are untrained.

    Sizes are taken from the table of contents before anything is unpacked, so a small file cannot ask for a large
    memory. Raises `WeightsError`.
    """
    arrays: dict[str, dict[str, np.ndarray]] = {}
    untrained = False
    try:
        with zipfile.ZipFile(path) as archive:
            untrained = archive.comment == UNTRAINED
            for entry in _bounded(archive):
                key = entry.filename.removesuffix(".npy")
                if not _KEY.fullmatch(key):
                    raise WeightsError(f"it holds an array called {key[:40]!r}; names must read node.parameter")
                node, name = key.split(".", 1)
                arrays.setdefault(node, {})[name] = _array(archive, entry, key[:80])
    except WeightsError:
        raise
    except FileNotFoundError:
        raise WeightsError("there is no such file; give the path of a weights file (.npz)") from None
    except Exception:  # damaged bytes make zipfile, zlib and numpy raise a dozen kinds of error between them
        raise WeightsError("this is not a readable weights file (.npz saved by the workbench)") from None
    return arrays, untrained


def _bounded(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MAX_ARRAYS:
        raise WeightsError(f"it holds {len(entries)} arrays; at most {MAX_ARRAYS} are read")
    total = sum(entry.file_size for entry in entries)
    if total > MAX_BYTES:
        raise WeightsError(f"it unpacks to {total} bytes; at most {MAX_BYTES} are read")
    return entries


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, key: str) -> np.ndarray:
    # numpy's own reader allocates what the header promises before it looks at the bytes; this one believes the bytes.
    with archive.open(entry) as stream:
        version = np.lib.format.read_magic(stream)
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read_header(stream)
        if dtype.kind != "f":
            raise WeightsError(f"{key} holds {kind_of(dtype)}; weights are floating-point numbers")
        content = stream.read()
    if len(content) != math.prod(shape) * dtype.itemsize:
        raise WeightsError(f"{key} declares {math.prod(shape)} numbers but holds {len(content) // dtype.itemsize}")
    return np.frombuffer(content, dtype).reshape(shape, order="F" if fortran else "C")
