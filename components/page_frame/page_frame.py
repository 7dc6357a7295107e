"""PageFrame: header, rails, canvas over scope, the strip of figures; keys, notices, files and the connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import param
from panel.viewable import Child, Children

from components.base import Component, Event

LARGEST_FILE = 20_000_000
"""Bytes of the largest file that ``open_file`` and dropping take; files.js says the same number."""


class PageFrame(Component):
    """The frame of the workbench: a page of its own, or (``embedded``) a box of 760 px in a notebook.

    Children keep their state while hidden: tabs are switched, not rebuilt. Up to 1100 px of width the rails fold to
    columns of named icons: the right one, and the left one with a tab of ``wide_tabs``, open beside the canvas and
    stay (such a tab folds the right one, until that is reached for); else the left one opens over the canvas until a
    press elsewhere. The splitter between canvas and scope is remembered by the browser.

    Events:

    - ``{"type": "ready", "tab", "reload", "dark", "link"}``: the page stands. ``tab`` names this browser tab (the same
      after a reload, another in a duplicated tab), ``reload`` says whether it was loaded anew by the viewer, ``dark``
      what the viewer chose last or, without a choice, what the system prefers, ``link`` the design that the page was
      opened with: what its address has after "#", or nothing.
    - ``{"type": "command", "name"}``: a key of ``keymap``.
    - ``{"type": "tab", "side": "left" | "right", "name"}``: another tab; ``left_tab`` / ``right_tab`` has it as well.
    - ``{"type": "notice_action"}``, ``{"type": "notice_dismiss"}``: the notice's button, and its closing.
    - ``{"type": "open_file", "name", "text"}``: a ``.json`` file was chosen or dropped.
    - ``{"type": "link", "text"}``: such a text came behind "#" since then.
    - ``{"type": "file_refused", "message"}``: a file was chosen or dropped that the page does not even send, and why.
    - ``{"type": "visible", "value"}``: the tab was hidden or is seen again.
    """

    # Children change in place: drawing the whole frame anew would wipe the keyboard's focus and every listener.
    _render_policy = "manual"

    title = Child(default=None, doc="Fills the header behind the transports: a TitleBar.")
    simulation = Child(default=None, doc="The simulation's transport.")
    training = Child(default=None, doc="The training's transport.")
    left = Children(default=[], doc="What the left tabs show, in the order of ``left_tabs``.")
    center = Child(default=None, doc="The canvas.")
    tile = Child(default=None, doc="The sample beside the scope.")
    tile_shown = param.Boolean(
        default=True, doc="Whether there is a sample to show; if not, the scope takes its place."
    )
    scope = Child(default=None, doc="The scope.")
    right = Children(default=[], doc="What the right tabs show, in the order of ``right_tabs``.")

    left_tabs = param.List(default=["Parts", "Lessons", "Designs"], item_type=str, doc="Names of the left tabs.")
    right_tabs = param.List(default=["Inspect", "Train", "Hardware"], item_type=str, doc="Names of the right tabs.")
    left_tab = param.String(default="", doc="The left tab that is shown, in both directions; empty: the first.")
    right_tab = param.String(default="", doc="The right tab that is shown, in both directions; empty: the first.")
    wide_tabs = param.List(default=[], item_type=str, doc="Tabs that hold prose: their rail is wider while they show.")
    keymap = param.List(
        default=[],
        doc="""[{"group", "key", "ctrl", "shift", "alt", "repeat", "command", "label"}]: ``key`` as the browser's
        ``event.key`` (letters in lower case), ``repeat`` true when holding the key repeats the command; without a
        command the key belongs to a part of the page and is only listed. Ctrl is Cmd on a Mac. No key is taken while
        somebody types, but Escape; ``?`` shows the keys, by ``group``.""",
    )
    notice = param.Dict(
        default={},
        doc="""{"text", "level": "info" | "error", "action": label, "details": text}: one sentence over the canvas, with
        a button and with details to copy; empty: none.""",
    )
    page_title = param.String(default="", doc="Title of the browser tab; not used when embedded.")
    embedded = param.Boolean(default=False, constant=True, doc="Whether it stands in a notebook: keys while focused.")

    def __init__(self, **params: object) -> None:
        super().__init__(**params)
        self._parts: list[str] = []
        self._figures: list[dict[str, str]] = []

    def show_figures(self, figures: Sequence[Mapping[str, str]]) -> None:
        """Show the figures that are always seen: ``value`` with its unit, ``label``, ``kind``
        such as "measured" or "exact", ``title`` what hovering reads. A page that reappears shows the newest."""
        self._figures = [dict(figure) for figure in figures]
        self._send_msg({"type": "strip", "figures": self._figures})

    def beat(self) -> None:
        """Tell the page that Python is there; call it about once a second. Silence of 2 s (5 s in a notebook, whose
        kernel may be busy) shows the banner."""
        self._send_msg({"type": "beat"})

    def reveal(self, side: str) -> None:
        """Open the folded rail of this side, "left" or "right"; while a mouse button is held, at its release."""
        self._send_msg({"type": "reveal", "side": side})

    def help(self) -> None:
        """Show the keys."""
        self._send_msg({"type": "help"})

    def open_file(self) -> None:
        """Ask for a ``.json`` file; call it within a few seconds of a click or key, else browsers refuse."""
        self._send_msg({"type": "open_file"})

    def download(self, filename: str, data: str | bytes) -> None:
        """Offer ``data`` to the viewer as a file."""
        self._send_msg({"type": "download", "name": filename, "data": data})

    def share(self, plain: str, trained: str = "", why: str = "") -> None:
        """Show links to copy: this page's address with ``plain`` or ``trained`` after "#"; ``why`` says beside the
        choice what there is to know of it, such as that nothing was learned."""
        self._send_msg({"type": "share", "plain": plain, "trained": trained, "why": why})

    def address(self, url: str) -> None:
        """Show ``url`` (a path or query of this server) in the address bar without loading it."""
        self._send_msg({"type": "address", "url": url})

    def _handle_protocol(self, message: Event) -> None:
        """Join a file from its parts: one message of the websocket may not be as large as the file. A page that has
        just come up is told the figures."""
        if message["type"] == "_ready":
            self._send_msg({"type": "strip", "figures": self._figures})
            return
        if message.get("first"):
            self._parts = []
        self._parts.append(str(message.get("text", "")))
        if sum(map(len, self._parts)) > LARGEST_FILE:
            self._parts = []  # the page refuses such files itself: this was no page of ours
        elif message.get("last"):
            text, self._parts = "".join(self._parts), []
            self._handle_msg({"type": "open_file", "name": str(message.get("name", "")), "text": text})
