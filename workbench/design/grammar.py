"""The smallest pieces of a document, each read strictly: a number, a whole number, text, a flag, a row, a group.

Every function takes the value as found, `where` it was found ("hidden.beta"), and what is allowed there; it returns the
value or raises `DesignError` with the sentence.
"""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from workbench.design.sentences import DesignError, closest, figure, given, shown


def between(lo: float | None, hi: float | None) -> str:
    """ " from 0 to 1", " of at least 0", or nothing where there are no bounds."""
    if lo is None:
        return "" if hi is None else f" of at most {figure(hi)}"
    return f" of at least {figure(lo)}" if hi is None else f" from {figure(lo)} to {figure(hi)}"


def number(value: Any, where: str, lo: float | None = None, hi: float | None = None) -> int | float:
    """A finite number within the bounds, kept as written."""
    allowed = f"a number{between(lo, hi)}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DesignError(f"{where}: must be {allowed}, {given(value)}; write it without quotes or brackets.")
    if not math.isfinite(value):
        raise DesignError(f"{where}: must be {allowed}, {given(value)}; write a finite number.")
    if (lo is not None and value < lo) or (hi is not None and value > hi):
        raise DesignError(f"{where}: must be {allowed}, {given(value)}; choose one within these bounds.")
    return value


def whole(value: Any, where: str, lo: int, hi: int) -> int:
    """A whole number within the bounds; 3.0 is taken as 3."""
    allowed = f"a whole number from {figure(lo)} to {figure(hi)}"
    found = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(found, bool) or not isinstance(found, int):
        raise DesignError(f"{where}: must be {allowed}, {given(value)}; write digits only.")
    if not lo <= found <= hi:
        raise DesignError(f"{where}: must be {allowed}, {given(value)}; choose one within these bounds.")
    return found


def text(value: Any, where: str, longest: int) -> str:
    """Text of at most `longest` characters."""
    if not isinstance(value, str):
        raise DesignError(f"{where}: must be text in quotes, {given(value)}.")
    if len(value) > longest:
        raise DesignError(f"{where}: must be text of at most {longest:,} characters, got {len(value):,}; shorten it.")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise DesignError(
            f"{where}: holds half a character (\\ud800 to \\udfff), which no file can keep; type it again."
        )
    return value


def flag(value: Any, where: str) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise DesignError(f"{where}: must be true or false, {given(value)}; write it without quotes.")
    return value


def choice(value: Any, where: str, choices: Iterable[str]) -> str:
    """One of the stated words."""
    choices = list(choices)
    if not isinstance(value, str) or value not in choices:
        raise DesignError(f"{where}: {shown(value)} is not a choice here; {closest(value, choices)}.")
    return value


def word(value: Any, where: str, pattern: str, allowed: str) -> str:
    """Text that matches `pattern` as a whole; `allowed` says the pattern in words."""
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise DesignError(f"{where}: must be {allowed}, {given(value)}.")
    return value


def row(value: Any, where: str, longest: int, of: str) -> list[Any]:
    """A row of at most `longest` entries; `of` says what they are."""
    if not isinstance(value, list | tuple):
        raise DesignError(f"{where}: must be a row of {of} in [ ], {given(value)}.")
    if len(value) > longest:
        raise DesignError(f"{where}: may hold at most {longest:,} {of}, got {len(value):,}; leave some out.")
    return list(value)


def group(value: Any, where: str, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Any]:
    """Named values in { }: every required name there, no unknown one."""
    required, optional = list(required), list(optional)
    if not isinstance(value, Mapping):
        raise DesignError(f"{where}: must be named values in {{ }}, {given(value)}.")
    for key in value:
        if key not in required and key not in optional:
            raise DesignError(f"{where}: unknown key {shown(key)}; {closest(key, required + optional)}.")
    for key in required:
        if key not in value:
            raise DesignError(f"{where}: {shown(key)} is missing; add it.")
    return dict(value)
