"""A whole design in the part of an address after "#", which browsers keep to themselves: no server sees it.

    1.<base64url of zlib of: a header in JSON, one zero byte, the weights as 32-bit numbers in sorted order of names>

    header  {"design": …, "weights": hash}, the latter where weights follow

Weights travel bit for bit or not at all. Reading trusts nothing: what unpacks to more than MOST_BYTES is refused before
it is unpacked, and nothing in a link is ever run.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from workbench.design import Design, DesignError
from workbench.design.files import parse
from workbench.design.sentences import shown
from workbench.run.weights import Weights, WeightsError

VERSION = "1"
MOST_LETTERS = 32_000  # of a link: what browsers and mail programs pass on whole
MOST_BYTES = 4_000_000  # unpacked
BROKEN = "This link is damaged; ask for it again, and copy all of it."


class Link(NamedTuple):
    """What a link opens: a design, and its trained weights or None."""

    design: Design
    weights: Weights | None = None


def write(design: Design, weights: Weights | None = None) -> str:
    """The link as text. Weights from a seed are left out: the design says which.

    Raises ValueError where it would be too long, or where weights are not 32-bit numbers and so could not be exact, or
    are not those that the design needs, as in one that is being rewired.
    """
    header: dict[str, Any] = {"design": design.with_(weights=None).to_json()}
    numbers = b""
    if weights is not None and not weights.untrained:
        if weights.shapes != _shapes(design):
            raise ValueError("What was learned does not fit the network as it is now; mend that first.")
        arrays = dict(weights.flat())
        if wide := next((key for key, array in arrays.items() if array.dtype != np.float32), None):
            raise ValueError(f"{wide} does not hold 32-bit numbers, and a link carries no others; share it as a file.")
        header["weights"] = weights.hash
        numbers = b"".join(array.astype("<f4").tobytes() for array in arrays.values())
    words = json.dumps(header, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    packed = base64.urlsafe_b64encode(zlib.compress(words + b"\0" + numbers, 9)).decode().rstrip("=")
    if len(packed) > MOST_LETTERS:
        way = "share it without its weights, or as a file" if numbers else "share it as a file"
        raise ValueError(f"This link would be {len(packed):,} letters long, and {MOST_LETTERS:,} are safe; {way}.")
    return f"{VERSION}.{packed}"


def read(text: str) -> Link:
    """What the link holds. Raises ValueError with one sentence for anything that is not whole."""
    version, dot, packed = text.strip().partition(".")
    if not dot or not version.isdecimal():
        raise ValueError("This is no link to a design; such a link has “#1.” and many letters after it.")
    if version != VERSION:
        raise ValueError(f"This link is of version {version[:9]} and this workbench reads {VERSION}; update it.")
    words, numbers = _unpacked(packed)
    header = parse(words, "The link")
    if not isinstance(header, Mapping) or "design" not in header:
        raise ValueError(BROKEN)
    if unknown := [name for name in header if name not in ("design", "weights")]:
        raise ValueError(f"This link says {shown(unknown[0])}, which this workbench does not know; update it.")
    design = Design.load(header["design"]) if isinstance(header["design"], Mapping) else None
    if design is None:
        raise ValueError(BROKEN)
    weights = _weights(design, numbers, header["weights"]) if "weights" in header else None
    if weights is None and numbers:
        raise ValueError(BROKEN)
    return Link(design.with_(weights=None), weights)


def _unpacked(packed: str) -> tuple[bytes, bytes]:
    """The header's bytes and those of the weights."""
    if len(packed) > MOST_LETTERS:
        raise ValueError(f"This link is longer than {MOST_LETTERS:,} letters; a design of that size comes as a file.")
    try:
        unpack = zlib.decompressobj()
        content = unpack.decompress(base64.b64decode(packed + "=" * (-len(packed) % 4), b"-_", True), MOST_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise ValueError(BROKEN) from None
    if len(content) > MOST_BYTES:
        raise ValueError(f"This link unpacks to more than {MOST_BYTES // 1_000_000} MB; it is not one of ours.")
    words, zero, numbers = content.partition(b"\0")
    if not zero or not unpack.eof:
        raise ValueError(BROKEN)
    return words, numbers


def _shapes(design: Design) -> dict[str, dict[str, tuple[int, ...]]] | None:
    """Of the arrays that the design needs; None where it cannot be built."""
    try:
        return Weights.initial(design).shapes
    except DesignError:
        return None


def _weights(design: Design, numbers: bytes, hash: Any) -> Weights:
    """The arrays that the design needs, taken from `numbers` one after the other."""
    try:
        if (shapes := _shapes(design)) is None:
            raise ValueError(BROKEN)
        expected = sum(math.prod(shape) for named in shapes.values() for shape in named.values())
        if len(numbers) != 4 * expected:
            raise ValueError(BROKEN)
        found, start = {node: dict[str, np.ndarray]() for node in shapes}, 0
        for node, named in shapes.items():
            for name, shape in named.items():
                count = math.prod(shape)
                found[node][name] = np.frombuffer(numbers, "<f4", count, start).reshape(shape)
                start += 4 * count
        weights = Weights(found)
    except WeightsError:
        raise ValueError(BROKEN) from None
    if weights.hash != hash:
        raise ValueError(BROKEN)
    return weights
