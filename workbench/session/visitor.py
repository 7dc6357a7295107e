"""One visitor: document, playback, learning and selection, and every effect that one has on another.

This is the only room with `watch=True`: views set parameters and call methods, and derive what they show.
"""

from __future__ import annotations

import time
import traceback
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import param

from workbench.design import Design, DesignError
from workbench.design.edit import Edit
from workbench.design.memory import LACKING, countable, lacked
from workbench.design.parts import part
from workbench.design.probing import MOST_TRACES, drawn
from workbench.design.settings import training_params
from workbench.run.weights import Weights
from workbench.runner import Post, Runner
from workbench.session.at_rest import AtRest
from workbench.session.autosave import Autosave
from workbench.session.channel import Channel
from workbench.session.document import Document, obstacles
from workbench.session.learning import Learned, Learning
from workbench.session.playback import Playback
from workbench.session.seats import SEATS, Alive
from workbench.session.selection import Selection
from workbench.session.shares import SHARES
from workbench.session.shelf import Shelf

KEEP_S = 5.0  # how much of a training a computer that stops may cost
HOUSE = str(Path(__file__).resolve().parents[1])
SESSIONS: weakref.WeakSet[Session] = weakref.WeakSet()  # every visitor there is, for the end of the server


class Session(param.Parameterized):
    """Everything one visitor has open."""

    notice = param.String(default="", doc="One sentence for the visitor, at the top of the page.")
    details = param.String(default="", doc="What a report about the notice should hold; empty where it is no fault.")

    def __init__(self, post: Post, design: Design, weights: Weights | None = None, shelf: Shelf | None = None) -> None:
        super().__init__()
        self.shelf = shelf
        self.runner = Runner(post, self.fail)
        self._autosave = Autosave(shelf, self._saved) if shelf is not None else None
        self.document = Document(design, weights, self._autosave)
        self.share = SHARES.join()
        self.playback = Playback(self.runner, self.share)
        self.learning = Learning(self.runner, self.share)
        self.selection = Selection()
        self.inspected = Channel(self.runner, "inspected")  # the newest weights, whenever they or the selection change
        self.edited = Channel(self.runner, "edited")  # the design, whenever it or its weights change
        self.moved = Channel(self.runner, "moved")  # the id of the design shown, whenever it is another one
        self.kept = Channel(self.runner, "kept")  # the design, whenever it is safe on the disk
        self.log: Callable[[BaseException], None] = lambda error: None
        self._alive: Alive | None = None
        self._drawn = 0  # how often new weights were asked for: the next ones have the next seed
        self._kept_at = 0.0  # when training's weights were put on the disk
        self._at_rest = AtRest(self.learning, self.runner, self.say)
        self._published: Learned | None = None  # the newest of the training under way; its lane replaces it any time
        self._learned: Weights | None = None
        self._entered = 0  # the version of the newest training in the history
        self._version = 0  # that of the document's weights
        self.learning.published = self._publish
        self.learning.rested = self._rested
        self.learning.said.listen(self.say)
        self._before = (design, self.document.weights)
        self.document.param.watch(self._changed, ["design", "weights"])
        self.selection.param.watch(lambda _: self._inspect(False), ["nodes"])
        SESSIONS.add(self)

    def start(self) -> None:
        """Run what is drawn. Whoever wants to hear of it listens first: the lanes do not wait."""
        self._run_what_is_drawn()

    # Gestures ------------------------------------------------------------------------------------------------------

    def edit(self, *edits: Edit, said: str | None = None, final: bool = True) -> bool:
        """Do one gesture; a refusal becomes the notice. True when it was done.

        During training, what was learned until now becomes an entry of its own first.
        """
        if self.learning.running and not self.document.held:
            self._learn(self._published)
        self.say()  # what it said was about what was before
        try:
            self.document.edit(edits, said, final)
        except DesignError as refusal:
            self.say(str(refusal))
            return False
        return True

    def add(self, kind: str, position: tuple[float, float] | None = None, then: Sequence[Edit] = ()) -> None:
        """A part onto the canvas, `then` its wires. A neuron's first membrane is probed while the scope has room."""
        design = self.document.design
        name = design.free_id(kind)
        edits: list[Edit] = [{"op": "add", "kind": kind, "id": name, "position": position}, *then]
        known = part(kind)
        if known.group == "neurons" and drawn(design, design.probes) < MOST_TRACES:
            state = next(state for state in known.states if state != "spk")
            probes = [*design.to_json()["probes"], {"node": name, "state": state, "neurons": [0]}]
            edits.append({"op": "change", "fields": {"probes": probes}})
        if self.edit(*edits, said=f"Add {known.title} {name}"):
            self.selection.param.update(nodes=[name], wires=[])

    def undo(self) -> None:
        """Take the last gesture back; a training under way is stopped first, and is then the last gesture."""
        self._at_rest.do(lambda: self._jump(self.document.history.position - 1), "it is undone")

    def redo(self) -> None:
        """Do again what was taken back."""
        self._at_rest.do(lambda: self._jump(self.document.history.position + 1), "it is done again")

    def jump(self, position: int) -> None:
        """Go to a place of the history."""
        self._at_rest.do(lambda: self._jump(position), "the page goes to that place of the history")

    def open(self, design: Design, weights: Weights | None = None) -> None:
        """Show another design; the one shown until now stays where it was saved."""

        def show() -> None:
            self.selection.param.update(nodes=[], wires=[])
            self.document.open(design, weights, f"Open {design.name}")

        self._at_rest.do(show, f"{design.name} is opened")

    def reset_time(self) -> None:
        """All states to rest and t to 0: a gesture that undo takes back."""
        self.playback.reset(lambda before: self.document.happened("Reset time", before))

    def new_weights(self) -> None:
        """Forget what was learned, with the next seed."""

        def renew() -> None:
            self._drawn += 1
            self.document.new_weights(self.document.design.seed + self._drawn)

        self._at_rest.do(renew, "weights are drawn anew")

    def sit(self, alive: Alive) -> None:
        """The page stands: take the seat of its design, or turn to a copy where another tab has it."""
        self._alive = self.share.alive = alive
        self._take_seat()

    def close(self) -> None:
        """The visitor has left: nothing learned or held is lost."""
        SEATS.leave(self)
        self.share.alive = lambda: False
        self.runner.close()
        if self._autosave is not None:
            learned = self._published
            if learned is not None and learned.design.live_changes(self.document.design) is not None:
                self.document.keep(learned.weights)
            elif self.document.held:
                self.document.save()
            self._autosave.close()

    def say(self, sentence: str = "") -> None:
        """One sentence for the visitor in the place of the last one, which was about what was before."""
        self.param.update(notice=sentence, details="")

    def fail(self, error: BaseException) -> None:
        """What should not have happened: one sentence for the visitor, the rest for the log."""
        first = LACKING if lacked(error) else next(iter(str(error).splitlines()), type(error).__name__)
        told = lacked(error) or (isinstance(error, ValueError) and raised_here(error))
        if not told:
            self.log(error)
        details = "" if told else "".join(traceback.format_exception(error))
        self.param.update(details=details, notice=first if told else f"Something went wrong: {first}")

    # Effects -------------------------------------------------------------------------------------------------------

    def _changed(self, *_: Any) -> None:
        """The document has changed: adjust what runs where that is enough, else rebuild it."""
        (old, old_weights), new, weights = self._before, self.document.design, self.document.weights
        self._before = (new, weights)
        self.edited.show(new)
        self._inspect(new.id == old.id)
        others = weights is not old_weights and weights is not self._learned
        if others:
            self._version = self.learning.renumber()
        if new.id != old.id and not self._take_seat():
            return  # it has become a copy, and what follows was done for that
        other_source = any(new.stimulus.get(name) != old.stimulus.get(name) for name in ("kind", "data"))
        changes = None if other_source else new.live_changes(old)
        if self.playback.broken or changes is None or new.id != old.id or obstacles(self.document.problems):
            self._pause_training()
            self._run_what_is_drawn()
            return
        for node, values in changes.items():
            for name, value in values.items():
                self.playback.adjust(node, name, value)
            if "threshold" in values:
                self.playback.announce()  # the scope draws the threshold
        self.learning.follow(new, changes)
        if new.stimulus != old.stimulus:
            self.playback.stimulate(new.stimulus)
        if new.training != old.training:
            self._retrain(old)
        if new.training["steps"] != old.training["steps"]:
            self.playback.load(new, weights, self._version)
        elif new.probes != old.probes:
            self.playback.rewatch(new.probes)
        if others and weights is not None and old_weights is not None:
            self.playback.use(weights, self._version)
            if not self.learning.running:  # what trains has turned its own
                knobs = {(node, name) for node, values in changes.items() for name in values}
                if weights.turned(old_weights) <= knobs:
                    self.learning.use(weights)
                else:
                    self.learning.load(new, weights)
        self._measure()

    def _inspect(self, stay: bool) -> None:
        """Show the weights. Those still to be drawn follow when that is done, in the lane of the simulation; with
        `stay`, the old ones, which run until then, stay in sight."""
        weights: Weights | None = self.document.weights
        if weights is None or weights.ready:
            self.inspected.show(weights)
        else:
            if not stay:
                self.inspected.show(None)
            self.runner.simulate.tell(lambda: self._read(weights))

    def _read(self, weights: Weights) -> None:
        for array in weights.arrays:
            _ = array.numbers
        self.runner.show("drawn", self._inspect_drawn, weights)

    def _inspect_drawn(self, weights: Weights) -> None:
        if weights is self.document.weights:
            self.inspected.show(weights)

    def _take_seat(self) -> bool:
        """Sit at the design shown; the address follows. False: another tab has it, so a copy is shown now."""
        if self.shelf is None or self._alive is None:
            return True
        SEATS.leave(self)
        design = self.document.design
        if SEATS.take(self.shelf.visitor, design.id, self, self._alive):
            self.moved.show(design.id)
            return True
        self.say(f"{design.name} is open in another tab: this is a copy.")
        self.document.become_copy()
        return False

    def _retrain(self, old: Design) -> None:
        """A setting that can be turned while it runs counts from the next batch; any other begins a new training."""
        new = self.document.design.training
        if any(one.structural and new[one.name] != old.training[one.name] for one in training_params()):
            self._at_rest.do(
                lambda: self.learning.load(self.document.design, self.document.weights), "training begins anew"
            )

    def _pause_training(self) -> None:
        if self.learning.running:
            self.learning.pause()
            self.say("The network has changed: training pauses.")

    def _run_what_is_drawn(self) -> None:
        if wrong := obstacles(self.document.problems):
            self.playback.refuse(wrong[0].message)
            self.learning.load(None, None)
            if countable(self.document.problems):
                self.learning.count_only(self.document.design)
        else:
            self.playback.load(self.document.design, self.document.weights, self._version)
            self.learning.load(self.document.design, self.document.weights)
            self._measure()

    def _measure(self) -> None:
        if not obstacles(self.document.problems):
            self.learning.measure(self.document.design, self.document.weights)

    def _publish(self, learned: Learned) -> None:
        """From the train lane: the simulation adopts the newest weights between two of its steps."""
        self._published = learned
        if time.monotonic() - self._kept_at > KEEP_S:
            self._kept_at = time.monotonic()
            self.runner.show("keep", self._keep, learned)
        self.inspected.show(learned.weights)
        self.playback.use(learned.weights, learned.version, learned.design)

    def _keep(self, learned: Learned) -> None:
        if learned.design.live_changes(self.document.design) is not None:
            self.document.keep(learned.weights)

    def _rested(self, learned: Learned | None) -> None:
        self._published = None
        self._learn(learned)
        self._measure()
        self._at_rest.rested()

    def _learn(self, learned: Learned | None) -> None:
        """Weights that training and simulation have already: nobody needs to be told. Those of another network go."""
        if learned is None or learned.version == self._entered:
            return
        if learned.design.live_changes(self.document.design) is not None:
            self._entered = self._version = learned.version
            self._learned = learned.weights
            self.document.learned(learned.weights, learned.said)
            self._learned = None

    def _jump(self, position: int) -> None:
        self.say()
        jump = self.document.jump(position)
        if jump.moment is not None:
            self.playback.restore(jump.moment)
        if jump.resets:
            self.playback.reset()
        if jump.forgot:
            self.say("The weights of that time are not kept any more: those of now stay where they fit.")
        elif jump.lost:
            self.say("The state of that time is not kept any more: time goes on from where it is.")

    def _saved(self, said: str) -> None:
        self.runner.show("saved", self._say_saved, said)

    def _say_saved(self, said: str) -> None:
        self.document.saved = said
        if said == "saved":
            self.kept.send(self.document.design)


def raised_here(error: BaseException) -> bool:
    """Whether a sentence of our own house was raised, and not one of the libraries below it."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and frames[-1].filename.startswith(HOUSE)


def close_all() -> None:
    """The server ends: no lane computes on while every visitor's work is saved, and all come to rest."""
    sessions = list(SESSIONS)
    for session in sessions:
        session.runner.close()
    for session in sessions:
        session.close()
    for session in sessions:
        session.runner.join()
