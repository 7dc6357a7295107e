"""Immutable data: what a parameter, a stimulus or a training plan is made of inside a `Design`.

A document is made of numbers, text, flags, null, rows `[…]` and groups `{…}`. `frozen` turns them into values that
nobody can change behind a design's back (rows become tuples, groups become `Values`); `plain` turns them back into
what `json` writes.
"""

from collections.abc import Iterator, Mapping
from typing import Any


class Values(Mapping[str, Any]):
    """A group of named values that cannot change: compares like any mapping, can be hashed, copied and pickled."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Any] | None = None, **named: Any) -> None:
        self._items = {key: frozen(value) for key, value in {**(items or {}), **named}.items()}

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"Values({plain(self)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Values, (dict(self._items),)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Values":
        return self

    def but(self, changes: Mapping[str, Any]) -> "Values":
        """A copy with `changes` laid over it."""
        return Values({**self._items, **changes})


def frozen(value: Any) -> Any:
    """`value` in its immutable form; numpy scalars, arrays and tensors become plain numbers and rows."""
    if isinstance(value, Values) or value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return Values(value)
    if hasattr(value, "tolist"):
        return frozen(value.tolist())
    if isinstance(value, list | tuple):
        return tuple(frozen(item) for item in value)
    return value


def plain(value: Any) -> Any:
    """`value` as `json` writes it: groups as dicts, rows as lists; always a fresh copy."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


EMPTY = Values()
