"""Undo and redo: the past of a design as a row of (design, weights hash) with the names of the gestures between."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from workbench.design import edit
from workbench.design.document import Design

LEVELS = 500


@dataclass(frozen=True)
class Entry:
    """One state of the document: the gesture that led to it, its weights by hash, the moment (seconds since 1970).

    `key` is set while the gesture goes on, such as a slider that is held.
    """

    label: str
    design: Design
    weights_hash: str | None
    moment: float
    key: str | None = None


@dataclass(frozen=True)
class History:
    """All states, oldest first, and where we are among them. Immutable; every method returns another History."""

    entries: tuple[Entry, ...]
    position: int = 0

    @classmethod
    def start(cls, design: Design, weights_hash: str | None = None, label: str = "Open") -> History:
        """A past that begins here."""
        return cls((Entry(label, design, weights_hash, time.time()),))

    @property
    def now(self) -> Entry:
        """Where we are."""
        return self.entries[self.position]

    @property
    def design(self) -> Design:
        """The design as it is now."""
        return self.now.design

    def before(self, key: str | None) -> Design:
        """What a gesture's label compares with: the design before the gesture that `key` continues, else the present."""
        return self.entries[self.position - 1].design if self._continues(key) else self.design

    def push(
        self,
        label: str,
        design: Design,
        weights_hash: str | None,
        key: str | None = None,
        final: bool = True,
        moment: float | None = None,
    ) -> History:
        """A new present; what was undone is forgotten.

        With a `key` and `final=False` the entry stays open, and the next push with the same key takes its place: one
        drag is one entry. A gesture that ends where it began leaves none.
        """
        kept = self.entries[: self.position + (0 if self._continues(key) else 1)]
        last = kept[-1]
        if not final:
            fresh = Entry(label, design, weights_hash, time.time() if moment is None else moment, key)
        elif (last.design, last.weights_hash) == (design, weights_hash):
            return self if kept == self.entries[: self.position + 1] else History(kept, len(kept) - 1)
        else:
            fresh = Entry(label, design, weights_hash, time.time() if moment is None else moment)
        entries = (*kept, fresh)[-LEVELS:]
        return History(entries, len(entries) - 1)

    def edit(
        self, edits: Sequence[edit.Edit], *, final: bool = True, label: str | None = None, moment: float | None = None
    ) -> History:
        """The gesture done and remembered under its own name; raises `DesignError` and changes nothing if refused.

        `final=False` for a gesture that goes on (a slider held, a part being dragged).
        """
        key = edit.key(edits)
        name = label or edit.label(self.before(key), edits)
        return self.push(name, edit.apply(self.design, edits), self.now.weights_hash, key, final, moment)

    def with_weights(self, weights_hash: str | None) -> History:
        """The present with other weights and no entry of its own, as training goes on."""
        return self._with_now(replace(self.now, weights_hash=weights_hash))

    def settle(self) -> History:
        """The gesture that was going on is over; the next one is an entry of its own."""
        return self._with_now(replace(self.now, key=None)) if self.now.key else self

    def undo(self) -> History:
        """One gesture back; itself at the start."""
        return self.jump(self.position - 1)

    def redo(self) -> History:
        """One gesture forth; itself at the end."""
        return self.jump(self.position + 1)

    def jump(self, position: int) -> History:
        """To any state of the row, cut to its ends."""
        return replace(self.settle(), position=min(max(position, 0), len(self.entries) - 1))

    def _continues(self, key: str | None) -> bool:
        return key is not None and self.position > 0 and self.now.key == key

    def _with_now(self, entry: Entry) -> History:
        entries = (*self.entries[: self.position], entry, *self.entries[self.position + 1 :])
        return History(entries, self.position)
