"""One visitor: document, playback, learning and selection, and every gesture on them.

What one of them means to another is wired here and nowhere else; what that is stands in files of its own (harvest,
effects, inspected). This is the only room with `watch=True`: views set parameters and call methods, and derive what
they show.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.design import Design, DesignError
from workbench.design.edit import Edit
from workbench.design.parts import part
from workbench.design.probing import MOST_TRACES, drawn
from workbench.run.weights import Weights
from workbench.runner import Post, Runner
from workbench.session.at_rest import AtRest
from workbench.session.autosave import Autosave
from workbench.session.channel import Channel
from workbench.session.document import Document
from workbench.session.effects import Effects
from workbench.session.everyone import SESSIONS
from workbench.session.harvest import Harvest
from workbench.session.inspected import Inspected
from workbench.session.learning import Learned, Learning
from workbench.session.playback import Playback
from workbench.session.seats import SEATS, Alive
from workbench.session.selection import Selection
from workbench.session.shares import SHARES
from workbench.session.shelf import Shelf
from workbench.session.telling import Telling


class Session(Telling):
    """Everything one visitor has open."""

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
        self.inspected = Inspected(self.runner, self.document)
        self.edited = Channel(self.runner, "edited")  # the design, whenever it or its weights change
        self.moved = Channel(self.runner, "moved")  # the id of the design shown, whenever it is another one
        self.kept = Channel(self.runner, "kept")  # the design, whenever it is safe on the disk
        self._alive: Alive | None = None
        self._drawn = 0  # how often new weights were asked for: the next ones have the next seed
        self._at_rest = AtRest(self.learning, self.runner, self)
        self._harvest = Harvest(self.document, self.playback, self.learning, self.runner, self.inspected)
        self._effects = Effects(self.document, self.playback, self.learning, self._harvest, self._at_rest, self.say)
        self.learning.rested = self._rested
        self.learning.said.listen(self.say)
        self._before = (design, self.document.weights)
        self.document.param.watch(self._changed, ["design", "weights"])
        self.selection.param.watch(lambda _: self.inspected.look(stay=False), ["nodes"])
        self.learning.param.watch(self._trains, ["running"])
        SESSIONS.add(self)

    def start(self) -> None:
        """Run what is drawn. Whoever wants to hear of it listens first: the lanes do not wait."""
        self._effects.build()

    @property
    def learned(self) -> Weights | None:
        """The newest weights, be a training under way or not."""
        return self._harvest.newest or self.document.weights

    # Gestures ------------------------------------------------------------------------------------------------------

    def edit(self, *edits: Edit, said: str | None = None, final: bool = True) -> bool:
        """Do one gesture; a refusal becomes the notice. True when it was done.

        During training, what was learned until now becomes an entry of its own first.
        """
        if self.learning.running and not self.document.held:
            self._harvest.so_far()
        self.say()  # what it said was about what was before
        try:
            self.document.edit(edits, said, final)
        except DesignError as refusal:
            self.refuse(str(refusal))
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
        self.jump(self.document.history.position + 1)

    def jump(self, position: int) -> None:
        """Go to a place of the history; not forwards during training, which takes the place of what was undone."""
        if self.learning.running and position > self.document.history.position:
            self.refuse("Training has gone on from here, so what was undone before cannot be done again.")
            return
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
            if not self._harvest.save() and self.document.held:
                self.document.save()
            self._autosave.close()

    # Effects -------------------------------------------------------------------------------------------------------

    def _changed(self, *_: Any) -> None:
        """The document has changed, and with it whatever shows, runs or learns it."""
        (old, old_weights), new, weights = self._before, self.document.design, self.document.weights
        self._before = (new, weights)
        self.edited.show(new)
        self.inspected.look(stay=new.id == old.id)
        others = weights is not old_weights and not self._harvest.known(weights)
        if others:
            self._harvest.renumber()
        if new.id != old.id and not self._take_seat():
            return  # it has become a copy, and what follows was done for that
        self._effects.follow(old, old_weights, others=others)

    def _rested(self, learned: Learned | None) -> None:
        self._harvest.rested(learned)
        self._effects.measure()
        self._at_rest.rested()

    def _trains(self, _: Any) -> None:
        """What was refused before is not what is going on now."""
        if self.learning.running and self.refused:
            self.say()

    def _take_seat(self) -> bool:
        """Sit at the design shown; the address follows. False: another tab has it, so a copy is shown now."""
        if self.shelf is None or self._alive is None:
            return True
        SEATS.leave(self)
        design = self.document.design
        if SEATS.take(self.shelf.visitor, design.id, self, self._alive):
            self.moved.show(design.id)
            return True
        if not self.refused:  # its name says the same, and why something was not done is said nowhere else
            self.say(f"{design.name} is open in another tab: this is a copy.")
        self.document.become_copy()
        return False

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
