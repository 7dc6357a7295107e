"""The network on the canvas: every gesture becomes an edit of the document, every refusal appears at its port."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import panel as pn

from components.layer_canvas import LayerCanvas
from workbench.design import Design, DesignError, fitting
from workbench.design.check import Problem, can_wire
from workbench.design.clip import copied, pasted
from workbench.design.edit import Edit, in_words
from workbench.design.parts import part, parts
from workbench.design.shapes import shapes
from workbench.session import Session
from workbench.session.playback import Moment
from workbench.views.activity import Activity
from workbench.views.bit_by_bit import BitByBit
from workbench.views.captions import drawn_node, node_colours
from workbench.views.moments import Rates, follow


class CanvasView:
    """Draws the design, judges wires, and keeps the live badges."""

    def __init__(self, session: Session, rates: Rates) -> None:
        self._session = session
        self._refused: Problem | None = None
        self._refused_of: dict[str, Any] = {}  # the network that it was about
        post = session.runner.post
        self._fits = BitByBit[tuple[str, str]](post)  # what is still to be said of the wire being drawn
        self._offers = BitByBit[tuple[str, bool]](post)  # and of the parts at its loose end
        document, playback = session.document, session.playback
        self.canvas = LayerCanvas(
            nodes=pn.bind(drawn, document.param.design, document.param.problems, playback.param.running),
            wires=pn.bind(wires, document.param.design),
            problems=pn.bind(problems, document.param.problems),
            drawing=pn.bind(lambda design: design.id, document.param.design),
            stale=pn.bind(bool, playback.param.broken),
            dark=session.selection.param.dark,
            selection=pn.bind(marked, session.selection.param.nodes, session.selection.param.wires),
            autofocus=True,
            sizing_mode="stretch_both",
        )
        self.canvas.on_event(self._hear)
        session.edited.listen(self._withdraw)
        self._activity = Activity()
        playback.rebuilt.listen(self._activity.begin)
        playback.frames.listen(self._activity.add)
        follow(session, self._badge, self.canvas.clear_live)
        rates.listen(lambda rates: self.canvas.set_rates(rates) if rates else None)

    def _hear(self, event: dict[str, Any]) -> None:
        getattr(self, f"_on_{event['type']}")(event)

    def _on_add(self, event: dict[str, Any]) -> None:
        """A part: alone, at the loose end of a wire, or within one; where it cannot stand there its port says why."""
        design, kind, place = self._session.document.design, event["kind"], (event["x"], event["y"])
        wires, wrong = list[Edit](), None
        try:
            if "port" in event:
                wires = fitting.added(design, kind, event["port"])
            elif "wire" in event:
                wires, wrong = fitting.into(design, kind, design.wire_from(*event["wire"].split("->")))
        except DesignError as refusal:  # nothing can stand within that wire; the part lies there all the same
            self._session.add(kind, place)
            self._session.refuse(str(refusal))
            return
        self._session.add(kind, place, wires)
        if wrong is not None:
            self._refuse(wrong)

    def _on_pick(self, event: dict[str, Any]) -> None:
        """Say of every port whether a wire from this one may end there; without a port no wire is drawn any more."""
        self._fits.stop()
        if port := event["port"]:
            document = self._session.document
            with suppress(DesignError):  # it has gone meanwhile
                found = fitting.misfits(document.design, port, document.problems)
                self._fits.begin(found, lambda some, done: self.canvas.show_fits(port, dict(some)))

    def _on_offer(self, event: dict[str, Any]) -> None:
        """The parts that may stand at the loose end of a wire, or all."""
        document, port = self._session.document, event["port"]
        kinds = list[str]()

        def gather(some: list[tuple[str, bool]], done: bool) -> None:
            kinds.extend(kind for kind, fits in some if fits)
            if done:
                known = [part(kind) for kind in kinds]
                words = [{"kind": p.kind, "title": p.title, "group": p.group, "meaning": p.meaning} for p in known]
                self.canvas.offer(port, words)

        self._offers.stop()
        if not port:
            gather([(kind, True) for kind in parts()], True)
            return
        try:
            self._offers.begin(fitting.parts_for(document.design, port, document.problems), gather)
        except DesignError:  # it has gone meanwhile
            gather([], True)

    def _on_wire(self, event: dict[str, Any]) -> None:
        """Wire, or say at the port why not."""
        source, target = event["source"], event["target"]
        wrong = can_wire(self._session.document.design, source, target)
        if wrong is None:
            self._session.edit({"op": "wire", "source": source, "target": target, "delay": 0})
        else:
            self._refuse(wrong, target)

    def _refuse(self, wrong: Problem, port: str = "") -> None:
        """Say why not at this port, or where it is wrong, with a button for each way out."""
        self._refused, self._refused_of = wrong, self._session.document.design.network()
        self.canvas.refuse(port or f"{wrong.node}.{wrong.port}", wrong.message, [fix.label for fix in wrong.fix])

    def _withdraw(self, design: Design) -> None:
        """What was refused was about another network: by an undo, or by what was done beside it."""
        if self._refused is not None and design.network() != self._refused_of:
            self._refused = None
            self.canvas.withdraw()

    def _on_delay(self, event: dict[str, Any]) -> None:
        self._session.edit({"op": "delay", **{key: event[key] for key in ("source", "target", "delay")}})

    def _on_remove(self, event: dict[str, Any]) -> None:
        cut = [wire.split("->") for wire in event["wires"]]
        gone = set(event["nodes"])
        edits: list[dict[str, Any]] = [
            {"op": "unwire", "source": source, "target": target}
            for source, target in cut
            if not {source.partition(".")[0], target.partition(".")[0]} & gone
        ]
        if gone:
            edits.append({"op": "remove", "nodes": sorted(gone)})
        if edits:
            self._session.edit(*edits)

    def _on_move(self, event: dict[str, Any]) -> None:
        self._session.edit({"op": "move", "positions": event["positions"]})

    def _on_select(self, event: dict[str, Any]) -> None:
        self._session.selection.param.update(nodes=list(event["nodes"]), wires=list(event["wires"]))

    def _on_fix(self, event: dict[str, Any]) -> None:
        """Put right what the button belongs to; what is no longer wrong needs nothing."""
        place, found = (event["node"], event["port"]), self._session.document.problems
        asked = [self._refused] if event["refused"] else [p for p in found if (p.node, p.port or "") == place]
        chosen = next((problem for problem in asked if problem and problem.message == event["message"]), None)
        if chosen is not None:
            fix = chosen.fix[event["fix"]]
            self._session.edit(*fix.edits, said=fix.label)

    # Copies --------------------------------------------------------------------------------------------------------

    def select_all(self) -> None:
        """Mark every part."""
        nodes = [node.id for node in self._session.document.design.nodes]
        self._session.selection.param.update(nodes=nodes, wires=[])

    def duplicate(self) -> None:
        """The marked parts once more, with the wires between them."""
        if nodes := self._session.selection.nodes:
            self._insert(copied(self._session.document.design, nodes), "Duplicate")

    def _on_copy(self, event: dict[str, Any]) -> None:
        self.canvas.copy_text(copied(self._session.document.design, event["nodes"]))

    def _on_cut(self, event: dict[str, Any]) -> None:
        """Nothing goes before its text is on the clipboard: a browser may refuse, and then all is as it was."""
        self.canvas.copy_text(copied(self._session.document.design, event["nodes"]), event["nodes"])

    def _on_cut_away(self, event: dict[str, Any]) -> None:
        design = self._session.document.design
        if nodes := [node for node in event["nodes"] if node in design]:
            self._session.edit({"op": "remove", "nodes": nodes}, said=f"Cut {in_words(nodes)}")

    def _on_paste(self, event: dict[str, Any]) -> None:
        self._insert(event["text"], "Paste")

    def _on_uncopied(self, event: dict[str, Any]) -> None:
        self._session.say("The browser keeps its clipboard to itself; allow it for this page and copy again.")

    def _insert(self, text: str, gesture: str) -> None:
        """Put copied parts onto the canvas and mark them; a text that holds none becomes the notice."""
        try:
            edits, nodes = pasted(self._session.document.design, text)
        except DesignError as refusal:
            self._session.refuse(str(refusal))
            return
        if self._session.edit(*edits, said=f"{gesture} {in_words(nodes)}"):
            self._session.selection.param.update(nodes=nodes, wires=[])

    # Live ----------------------------------------------------------------------------------------------------------

    def _badge(self, moment: Moment) -> None:
        """What happens now, at every node."""
        if not moment.rates:
            self.canvas.clear_live()
            return
        self.canvas.set_activity(self._activity.cells())


def drawn(design: Design, found: list[Problem], running: bool) -> list[dict[str, Any]]:
    """Every node as the canvas draws it."""
    sizes, colours = shapes(design), node_colours(design)
    return [drawn_node(design, node, sizes, colours, found, running) for node in design.nodes]


def wires(design: Design) -> list[dict[str, Any]]:
    """Every wire as the canvas draws it."""
    return [{"source": wire.source, "target": wire.target, "delay": wire.delay} for wire in design.wires]


def problems(found: list[Problem]) -> list[dict[str, Any]]:
    """Errors at their ports; notes stay in the node's light."""
    return [
        {"node": p.node, "port": p.port or "", "message": p.message, "fixes": [fix.label for fix in p.fix]}
        for p in found
        if p.level == "error"
    ]


def marked(nodes: list[str], chosen: list[str]) -> dict[str, list[str]]:
    """The selection as the canvas holds it."""
    return {"nodes": nodes, "wires": chosen}
