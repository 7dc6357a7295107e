"""The whole page: every view in its place, the keys, notices, files, and what happens when the page comes and goes."""

from __future__ import annotations

from typing import Any

import panel as pn

from components.page_frame import PageFrame
from workbench.design import Design, DesignError
from workbench.design.history import History
from workbench.design.starters import templates
from workbench.session import Session
from workbench.session.playback import Moment
from workbench.session.seats import Alive
from workbench.views.canvas import CanvasView
from workbench.views.designs import DesignsView
from workbench.views.hardware import HardwareView
from workbench.views.inspector import InspectorView
from workbench.views.keys import KEYS
from workbench.views.lessons import LessonsView
from workbench.views.moments import Rates
from workbench.views.palette import PaletteView
from workbench.views.scope import ScopeView
from workbench.views.sharing import open_link, share
from workbench.views.strip import Strip
from workbench.views.tile import TileView
from workbench.views.title import TitleView, file_name
from workbench.views.train import TrainView
from workbench.views.transport import SimulationBar, TrainingBar

FIRST = "Drag the current, on the right: the neuron fires faster or slower."


class PageView:
    """Assembles the views of one session in a frame; `embedded` in a notebook."""

    def __init__(self, session: Session, embedded: bool = False) -> None:
        self.session = session
        rates = Rates(session)
        self.canvas, self.scope, self.palette = CanvasView(session, rates), ScopeView(session), PaletteView(session)
        self.designs, self.title = DesignsView(session), TitleView(session)
        self._training, self._learning = TrainingBar(session).bar, TrainView(session)
        self.frame = PageFrame(
            title=self.title.bar,
            simulation=SimulationBar(session).bar,
            training=self._training,
            left=[self.palette.palette, LessonsView(session, self._download).panel, self.designs.list],
            left_tabs=["Parts", "Lessons", "Designs"],
            wide_tabs=["Lessons"],
            center=self.canvas.canvas,
            tile=TileView(session).tile,
            tile_shown=presents(session.document.design),
            scope=self.scope.scope,
            right=[InspectorView(session).panel, self._learning.panel, HardwareView(session).table],
            right_tabs=["Inspect", "Train", "Hardware"],
            keymap=KEYS,
            notice=pn.bind(
                noticed,
                session.param.notice,
                session.param.details,
                session.param.refused,
                session.document.param.history,
            ),
            page_title=pn.bind(lambda design: f"{design.name} · SNN Workbench", session.document.param.design),
            dark=session.selection.param.dark,
            embedded=embedded,
            sizing_mode="stretch_both",
        )
        self.frame.on_event(self._hear)
        self.title.bar.on_event(self._hear)
        self._training.on_event(lambda event: self._look("Train"))
        self.canvas.canvas.on_event(self._follow)
        if untouched(session.document.history) and not session.notice:
            session.say(FIRST)
        self.alive: Alive = lambda: True  # whether this page still has its socket
        session.playback.moments.listen(self._place_tile)
        session.moved.listen(lambda id: self.frame.address(f"?design={id}"))
        session.playback.hold = lambda: self.scope.scope.feed.stalled or not self.alive()
        figures = Strip(session, rates)
        figures.listen(self.frame.show_figures)
        figures.listen(self._learning.agree)
        session.start()

    def _stand(self, event: dict[str, Any]) -> None:
        """The page stands: its theme, its knobs in sight, the design it was opened with, and its seat."""
        self.session.selection.dark = event["dark"]
        self.frame.reveal("right")
        if event["link"]:  # before it sits: the seat is that of what the link holds
            open_link(self.session, event["link"])
        self.session.sit(self.alive)

    def beat(self) -> None:
        """Tell the page that its session lives; a page that is gone is told nothing."""
        if self.alive():
            self.frame.beat()

    def _download(self, name: str, data: str | bytes) -> None:
        """Offer a file to the viewer."""
        self.frame.download(name, data)

    def _look(self, tab: str) -> None:
        """Show on the right what was just reached for."""
        self.frame.right_tab = tab
        self.frame.reveal("right")

    def _follow(self, event: dict[str, Any]) -> None:
        """What is selected on the canvas is inspected; a press beside it leaves the tab that is read or written in."""
        if event["type"] == "select" and event["nodes"]:
            self._look("Inspect")

    def _place_tile(self, moment: Moment) -> None:
        """There is a sample to show, or the scope has the whole width."""
        self.frame.tile_shown = moment.presentation is not None

    def _hear(self, event: dict[str, Any]) -> None:
        session = self.session
        match event["type"]:
            case "command":
                self._command(event["name"])
            case "open_file":
                self._open(event["name"], event["text"])
            case "file_refused":
                session.refuse(event["message"])
            case "save":
                design = session.document.design
                self._download(file_name(design), design.dumps())
            case "open":
                self.frame.open_file()
            case "share":
                share(session, self.frame)
            case "link":
                open_link(session, event["text"])
            case "help":
                self.frame.help()
            case "notice_dismiss":
                session.say()
            case "ready":
                session.runner.show("ready", self._stand, event)

    def _command(self, name: str) -> None:
        session, playback = self.session, self.session.playback
        match name:
            case "run":
                playback.pause() if playback.running else playback.run()
            case "step":
                playback.step()
            case "next_batch":
                session.learning.batch()
            case "undo":
                session.undo()
            case "redo":
                session.redo()
            case "insert":
                self.palette.palette.find()
            case "fit":
                self.canvas.canvas.fit()
            case "select_all":
                self.canvas.select_all()
            case "duplicate":
                self.canvas.duplicate()
            case "probe":
                self._probe()

    def _open(self, name: str, text: str) -> None:
        """A file chosen or dropped: opened as a copy of the visitor's own, or refused with its sentence."""
        self.session.say()  # what it said of the file before
        try:
            self.session.open(Design.load(text).fresh())
        except DesignError as refusal:
            self.session.refuse(f"{name}: {refusal}")

    def _probe(self) -> None:
        from workbench.views.scope import probe

        for node in self.session.selection.nodes:
            probe(self.session, node, 0)


def noticed(text: str, details: str, refused: bool, history: History) -> dict[str, str]:
    """The notice as the frame shows it: every refusal in red, and a fault of ours with something to report."""
    if text == FIRST and not untouched(history):
        return {}
    level = "error" if details or refused else "info"
    return {"text": text, "level": level, "details": details} if text else {}


def untouched(history: History) -> bool:
    """Whether nothing was done yet, and the page shows the neuron that newcomers find."""
    first = templates()["one_neuron"]
    shown = history.design
    return len(history.entries) == 1 and shown.network() == first.network() and shown.stimulus == first.stimulus


def presents(design: Design) -> bool:
    """Whether samples of a data set are shown."""
    return design.stimulus["kind"] == "data"
