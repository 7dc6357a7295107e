"""Undo and redo: the past of a design as a row of (design, weights) with the names of the gestures between."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workbench.design import edit
from workbench.design.document import Design
from workbench.design.sentences import clip

LEVELS = 500
LABEL_LETTERS = 60
FORGOTTEN = " · weights not kept"
MOMENT_FORGOTTEN = " · time not kept"


@dataclass(frozen=True)
class Entry:
    """One state of the document: the gesture that led to it, the design, its weights as their owner has them.

    `moment` is whatever else the gesture changed and whoever takes it back needs (such as the simulation's state before
    "reset time"). `key` is what a gesture that goes on, such as a slider that is held, is recognised by. `forgotten`
    weights were let go to save memory, and so was a `moment_forgotten`; the design is still there.
    """

    label: str
    design: Design
    weights: Any
    moment: Any = None
    key: str | None = None
    forgotten: bool = False
    moment_forgotten: bool = False


@dataclass(frozen=True)
class History:
    """All states, oldest first, and where we are among them. Immutable; every method returns another History."""

    entries: tuple[Entry, ...]
    position: int = 0

    @classmethod
    def start(cls, design: Design, weights: Any = None, label: str = "Open") -> History:
        """A past that begins here."""
        return cls((Entry(label, design, weights),))

    @property
    def now(self) -> Entry:
        """Where we are."""
        return self.entries[self.position]

    @property
    def design(self) -> Design:
        """The design as it is now."""
        return self.now.design

    def before(self, key: str | None) -> Design:
        """What a label compares with: the design before the gesture that `key` continues, else the present."""
        return self.entries[self.position - 1].design if self._continues(key) else self.design

    def push(self, label: str, design: Design, weights: Any, key: str | None = None, moment: Any = None) -> History:
        """A new present; what was undone is forgotten.

        With the same `key` as the present it takes its place, so that one drag is one entry, and none at all where the
        drag ends where it began.
        """
        if self._continues(key):
            before, moment = self.entries[self.position - 1], self.now.moment
            kept = self.entries[: self.position]
            if (before.design, before.weights) == (design, weights) and moment is None:
                return History(kept, len(kept) - 1)
        else:
            kept = self.entries[: self.position + 1]
        entries = (*kept, Entry(label, design, weights, moment, key))[-LEVELS:]
        return History(entries, len(entries) - 1)

    def edit(self, edits: Sequence[edit.Edit], key: str | None = None, label: str | None = None) -> History:
        """The gesture done and remembered under its own name; raises `DesignError` and changes nothing if refused."""
        name = label or edit.label(self.before(key), edits)
        return self.push(name, edit.apply(self.design, edits), self.now.weights, key)

    def with_weights(self, weights: Any) -> History:
        """The present with other weights and no entry of its own."""
        return self._with_now(replace(self.now, weights=weights, forgotten=False))

    def forget(self, positions: Collection[int]) -> History:
        """Let go of the weights there; the names of these gestures say so from now on."""
        entries = tuple(
            replace(entry, weights=None, forgotten=True, label=_marked(entry.label, FORGOTTEN))
            if place in positions
            else entry
            for place, entry in enumerate(self.entries)
        )
        return replace(self, entries=entries)

    def forget_moments(self, positions: Collection[int]) -> History:
        """Let go of the moments there; the names of these gestures say so from now on."""
        entries = tuple(
            replace(entry, moment=None, moment_forgotten=True, label=_marked(entry.label, MOMENT_FORGOTTEN))
            if place in positions
            else entry
            for place, entry in enumerate(self.entries)
        )
        return replace(self, entries=entries)

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


def _marked(label: str, mark: str) -> str:
    name = label.removesuffix(mark)
    return clip(name, LABEL_LETTERS - len(mark)) + mark
