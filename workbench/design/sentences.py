"""The words of the errors: one plain sentence that names the place, the given value, what is allowed and the way out.

`DesignError` is what malformed documents and impossible edits raise; its text is made for a person, never longer than
200 characters and never with a name from the programming language.
"""

import difflib
import json
import math
from collections.abc import Iterable, Sequence

LONGEST = 200
_SHOWN = 32


class DesignError(ValueError):
    """A document that cannot be read, or an edit that cannot be done; the message is one sentence for a person."""

    def __init__(self, sentence: str) -> None:
        # A sentence may end with the question of `closest`.
        super().__init__(clip(sentence.replace("?.", "?")))


def clip(text: str, longest: int = LONGEST) -> str:
    """`text` on one line, with an ellipsis where it was longer than `longest` characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def shown(value: object) -> str:
    """The given value as a document writes it, shortened; what no document can hold is said to be so."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**300:
        return "a number of more than 300 digits"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return figure(value)
    try:
        return clip(json.dumps(value, ensure_ascii=False, default=dict), _SHOWN)
    except (TypeError, ValueError, RecursionError):
        return "something that is not data"


def figure(value: float) -> str:
    """A number as people write it: 10000000 is "10,000,000", 0.5 is "0.5"; the same for what is given and allowed."""
    if isinstance(value, int) or value.is_integer():
        return f"{int(value):,}" if abs(value) < 1e15 else f"{value:.3g}"
    return str(value)


def given(value: object) -> str:
    """ "got …" or, for the empty value, "got null": the middle of every refusal."""
    return f"got {shown(value)}"


def amount(shape: Sequence[int]) -> str:
    """A shape in words: (64,) is "64 values", (8, 12, 12) is "8×12×12 = 1,152 values"."""
    count = math.prod(shape)
    unit = "value" if count == 1 else "values"
    return f"{count:,} {unit}" if len(shape) == 1 else f"{times(shape)} = {count:,} {unit}"


def times(shape: Sequence[int]) -> str:
    """A shape as a product: (8, 12, 12) is "8×12×12"."""
    return "×".join(str(size) for size in shape)


def steps(count: int) -> str:
    """ "1 step", "2 steps"."""
    return f"{count} step" if count == 1 else f"{count} steps"


def one_of(words: Iterable[str]) -> str:
    """ "a, b or c"."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def both(words: Iterable[str]) -> str:
    """ "a, b and c"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def closest(word: object, known: Iterable[str]) -> str:
    """The way out for an unknown name: "did you mean X?" where one is near, else the names to choose from."""
    known = list(known)
    if not known:
        return "it takes none"
    lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(str(word).lower(), lower, n=1, cutoff=0.6) if isinstance(word, str) else []
    return f"did you mean {lower[near[0]]}?" if near else f"choose {one_of(known)}"
