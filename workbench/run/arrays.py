"""One array of a `Weights`: there at once, or drawn by whoever reads it first.

Shapes follow from the document, numbers cost time: tens of millions of them take a second to draw. So an edit on the
page's loop only says what is to be drawn, and the lane that runs the network draws it.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from workbench.design.build import Maker


DRAWN_BYTES = 4  # of one number


class Array:
    """An immutable array, shared by all weights that hold it. `shape` costs nothing; any thread may read `numbers`.

    What is drawn from a seed may be let go and is then drawn again, bit for bit, for the next who reads it.
    """

    __slots__ = ("_digest", "_drawing", "_numbers", "shape")

    def __init__(
        self, shape: tuple[int, ...], numbers: np.ndarray | None = None, drawing: Drawing | None = None
    ) -> None:
        self.shape = shape
        self._numbers, self._drawing = numbers, drawing
        self._digest: bytes | None = None

    @classmethod
    def given(cls, frozen: np.ndarray) -> Array:
        """Of an array that nobody writes to any more."""
        return cls(frozen.shape, frozen)

    @property
    def ready(self) -> bool:
        """Whether reading it takes no time."""
        return self._numbers is not None

    @property
    def drawn(self) -> bool:
        """Whether it comes from a seed, so that it can be drawn again."""
        return self._drawing is not None

    @property
    def nbytes(self) -> int:
        """The memory it holds now."""
        return 0 if self._numbers is None else self._numbers.nbytes

    @property
    def most_bytes(self) -> int:
        """The memory it holds once it is read."""
        return self.nbytes if self._numbers is not None else DRAWN_BYTES * math.prod(self.shape)

    @property
    def numbers(self) -> np.ndarray:
        """The array itself, read-only."""
        while (numbers := self._numbers) is None:
            assert self._drawing is not None
            self._drawing.draw()
        return numbers

    def fill(self, numbers: np.ndarray) -> None:
        """Take what was drawn, where nothing is there."""
        if self._numbers is None:
            self._numbers = numbers

    def let_go(self) -> None:
        """Free the memory of what was drawn; anything else stays."""
        if self.drawn:
            self._numbers = None

    @property
    def digest(self) -> bytes:
        """The sha256 of type, shape and bytes; equal content, equal digest. Computed once."""
        if self._digest is None:
            numbers = self.numbers
            found = hashlib.sha256(f"{numbers.dtype.str}|{numbers.shape}|".encode())
            found.update(numbers.data.cast("B") if numbers.size else b"")
            self._digest = found.digest()
        return self._digest

    def same(self, other: Array) -> bool:
        """Whether both hold the same numbers; no question of time for one that is shared."""
        return self is other or (self.shape == other.shape and self.digest == other.digest)


class Named(Mapping[str, np.ndarray]):
    """{name: read-only array} of one node; only an array that is asked for is read."""

    __slots__ = ("arrays",)

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.arrays = arrays

    def __getitem__(self, name: str) -> np.ndarray:
        return self.arrays[name].numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self.arrays)

    def __len__(self) -> int:
        return len(self.arrays)

    def __contains__(self, name: object) -> bool:
        return name in self.arrays

    def __repr__(self) -> str:
        return repr(dict(self))


class Drawing:
    """The arrays one node starts from; they are drawn all together, by the first who reads one of them."""

    def __init__(self, maker: Maker, freeze: Callable[[str, np.ndarray], np.ndarray]) -> None:
        self._maker, self._freeze = maker, freeze
        self._lock = threading.Lock()
        self.arrays = {name: Array(shape, drawing=self) for name, shape in maker.learned.items()}

    def draw(self) -> None:
        """Fill those that are not there."""
        with self._lock:
            if all(array.ready for array in self.arrays.values()):
                return
            from workbench.engine.layers import learned

            for name, value in learned(self._maker.make()).items():
                if not self.arrays[name].ready:
                    self.arrays[name].fill(self._freeze(f"{self._maker.node}.{name}", value.detach().numpy()))
