"""The visitor's design and weights, their history, their problems, and whether they are safe on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import param

from workbench.design import Design
from workbench.design.check import Problem, check
from workbench.design.edit import Edit, apply
from workbench.design.history import Entry, History
from workbench.design.limits import NAME_LETTERS
from workbench.design.sentences import clip
from workbench.run.weights import Weights
from workbench.session.autosave import Autosave
from workbench.session.remembering import Kept, bounded

COPY = " (copy)"
BEGINNING = "This page opened: undo and curve begin here"


class Jump(NamedTuple):
    """What undo or redo means beside the document: a state to go back to, or time to be reset once more.

    `forgot`: the weights of that time are no longer kept; those of now stayed where they fit. `lost`: neither is the
    state of that time.
    """

    moment: Any
    resets: bool
    forgot: bool
    lost: bool


class Document(param.Parameterized):
    """One source of truth: every gesture makes a new Design (or Weights) and one entry in the history."""

    design = param.Parameter(allow_None=False, doc="The Design as it is now.")
    weights = param.Parameter(doc="The Weights as they are now; None while the design cannot be built.")
    history = param.Parameter(doc="Every gesture so far, and where undo stands among them.")
    problems = param.List(default=[], doc="What is wrong or unfinished in the design now.")
    saved = param.String(default="", doc="Whether the last edit is on the disk: saving…, saved, or why not.")

    def __init__(self, design: Design, weights: Weights | None, autosave: Autosave | None) -> None:
        weights = weights if weights is not None else initial(design)
        super().__init__(
            design=design,
            weights=weights,
            history=History.start(design, weights, BEGINNING),
            problems=check(design),
        )
        self._autosave = autosave
        self.held = False  # a slider is held: the next edit of the same thing takes its entry's place

    # Gestures ------------------------------------------------------------------------------------------------------

    def edit(self, edits: Sequence[Edit], said: str | None = None, final: bool = True) -> None:
        """Do these edits as one gesture; `final` is false while it goes on, such as a slider that is held.

        It is saved when it ends. DesignError where they are refused; then nothing has changed.
        """
        weights = carried(self.weights, self.design, apply(self.design, edits))
        history = self.history.edit(edits, _turned(edits) if self.held or not final else None, said)
        self.held = not final
        self._take(history.settle() if final else history, weights, final)

    def open(self, design: Design, weights: Weights | None, said: str) -> None:
        """Another design in this one's place, as a gesture that undo takes back."""
        weights = weights if weights is not None else initial(design)
        self._take(self.history.push(said, design, weights), weights)

    def learned(self, weights: Weights, said: str) -> None:
        """Training came to rest: its weights, as one gesture."""
        self._take(self.history.push(said, self.design, weights), weights)

    def new_weights(self, seed: int) -> None:
        """Forget what was learned: fresh weights drawn from `seed`."""
        weights = initial(self.design, seed)
        self._take(self.history.push(f"New weights, seed {seed}", self.design, weights), weights)

    def happened(self, said: str, moment: Any) -> None:
        """A gesture that changed neither design nor weights; `moment` is what undo gives back."""
        self.history = bounded(self.history.push(said, self.design, self.weights, moment=Kept.of(moment)))

    def become_copy(self) -> None:
        """Go on under an id of its own, with the same past: undo must not lead back to what is another tab's."""
        old, new = self.design.id, self.design.fresh().id
        entries = tuple(
            replace(entry, design=replace(entry.design, id=new, name=copy_name(entry.design.name)))
            if entry.design.id == old
            else entry
            for entry in self.history.entries
        )
        self.history = replace(self.history, entries=entries)
        self._show(self.history.design, self.weights)

    def jump(self, position: int) -> Jump:
        """Go to that place of the history, and say what else the gestures between had done."""
        old, new = self.history, self.history.jump(position)
        forgot = new.now.forgotten
        if forgot:
            new = new.with_weights(carried(self.weights, self.design, new.design))
        self.history = new = bounded(new)
        self._show(new.design, new.now.weights)
        back = [entry for entry in old.entries[new.position + 1 : old.position + 1] if _reset(entry)]
        forth = [entry for entry in old.entries[old.position + 1 : new.position + 1] if _reset(entry)]
        # A moment belongs to the network it was taken from; of several the oldest is where one arrives.
        first = next((entry for entry in back if _same_run(entry.design, new.design)), None)
        there = None if first is None or first.moment is None else first.moment.state
        return Jump(there, bool(forth), forgot, first is not None and there is None)

    # Keeping -------------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Put the present state on the disk, behind the visitor's back."""
        if self._autosave is not None:
            self._autosave.put(self.design, self.weights)

    def keep(self, weights: Weights) -> None:
        """Have these weights on the disk, as training goes on: a computer that stops loses little of it."""
        if self._autosave is not None:
            self._autosave.put(self.design, weights)

    def _take(self, history: History, weights: Weights | None, save: bool = True) -> None:
        self.history = history = bounded(history.with_weights(weights))
        self._show(history.design, weights, save)

    def _show(self, design: Design, weights: Weights | None, save: bool = True) -> None:
        # One update, so that no watcher sees the new design beside the old weights.
        self.param.update(design=design, weights=weights, problems=check(design))
        if save:
            self.save()
        elif self._autosave is not None:
            self._autosave.hold()


def _reset(entry: Entry) -> bool:
    """Whether the gesture changed what runs, and not the document."""
    return entry.moment is not None or entry.moment_forgotten


def copy_name(name: str) -> str:
    """What a copy of a design of that name is called, so that a list tells the two apart."""
    return name if name.endswith(COPY) else clip(name, NAME_LETTERS - len(COPY)) + COPY


def _same_run(one: Design, other: Design) -> bool:
    """Whether a state of one's run is a state of the other's: one network, one source of what comes in."""
    source = ("kind", "data", "split")
    same_source = all(one.stimulus.get(key) == other.stimulus.get(key) for key in source)
    return same_source and one.training["steps"] == other.training["steps"] and one.live_changes(other) is not None


def initial(design: Design, seed: int | None = None) -> Weights | None:
    """Fresh weights, or None while the design cannot be built."""
    return None if obstacles(check(design)) else Weights.initial(design, seed)


def carried(weights: Weights | None, old: Design, new: Design) -> Weights | None:
    """The weights under an edited design: kept where name and shape fit, else fresh.

    What the edit writes out, such as a Linear's weight or a beta that is learned, is taken from the design. While the
    design is broken, nothing is drawn.
    """
    if weights is None:
        return initial(new)
    written = _written(weights, old, new)
    same = new.live_changes(old) is not None and new.stimulus.get("data") == old.stimulus.get("data")
    if not written and same and not obstacles(check(old)):
        return weights
    kept = weights.without(written)
    return kept if obstacles(check(new)) else kept.carried(new).weights


def _written(weights: Weights, old: Design, new: Design) -> set[tuple[str, str]]:
    """(node, name) of the arrays that have another value written out in `new` than in `old`."""
    before, after = ({node: design.values(node) for node in weights if node in design} for design in (old, new))
    return {
        (node, name)
        for node in before.keys() & after.keys()
        for name in weights[node]
        if before[node].get(name) != after[node].get(name)
    }


def obstacles(problems: Sequence[Problem]) -> list[Problem]:
    """Those problems that keep a design from running: its errors, or that there is nothing in it to run."""
    return [problem for problem in problems if problem.level == "error" or problem.rule == "empty"]


def _turned(edits: Sequence[Edit]) -> str:
    """What a gesture turns; the steps of one slider drag turn the same."""
    return repr(
        [(edit["op"], edit.get("node"), sorted(edit.get("params") or edit.get("fields") or ())) for edit in edits]
    )
