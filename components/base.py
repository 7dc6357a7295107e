"""What every component shares: its files found by name, the theme, one bundle for every mode, events as plain dicts.

A component is one folder, ``components/<name>/``: ``<name>.py`` (the class), ``<name>.js`` or ``<name>.jsx`` (what
draws), optionally ``<name>.css`` and further ``*.js`` / ``*.jsx`` files (imported as ``./file``), and ``dist/`` with
the compiled bundle (``python -m components.bundle``). Nothing is declared: the class finds these files beside itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import panel.custom
import param
from panel.io.state import state
from panel.util import classproperty

from components import theme
from components.kernel import OneLoop

SHARED = {path.stem: path for path in sorted(Path(__file__).parent.glob("*.js"))}
"""What every component's JavaScript may import as ``./name``: the modules beside this file."""
Event = dict[str, Any]


class _Shared(OneLoop):
    """The half of a component that plain-JavaScript and React components have in common."""

    _esm: Path
    _bundle: Path
    _compiled_prefix = ""

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self._listeners: list[Callable[[Event], Any]] = []

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Take source, shared modules, bundle and stylesheets from the folder of the class, where it has a source."""
        super().__init_subclass__(**kwargs)
        module = Path(sys.modules[cls.__module__].__file__ or "")
        sources = [path for path in (module.with_suffix(".js"), module.with_suffix(".jsx")) if path.is_file()]
        if not sources:
            return
        cls._esm = sources[0]
        shared = sorted(path for path in module.parent.glob("*.js*") if path != cls._esm)
        cls._esm_shared = {**SHARED, **{path.stem: path for path in shared}}
        cls._bundle = module.parent / "dist" / f"{module.stem}.bundle.js"
        # Inline text and not paths: a notebook loads no file, and a linked sheet would show one unstyled frame.
        sheets = [path for path in (cls._bundle.with_suffix(".css"), module.with_suffix(".css")) if path.is_file()]
        cls._stylesheets = [theme.CSS, *(path.read_text(encoding="utf-8") for path in sheets)]

    def on_event(self, callback: Callable[[Event], Any]) -> None:
        """Call ``callback`` with every message of the page as a plain dict that has a text under ``"type"``.

        Callbacks run in the order in which they were added, on the event loop of the page's session.
        """
        self._listeners.append(callback)

    def _handle_msg(self, data: Any) -> None:
        """Pass a message of the page on; a type that starts with ``_`` belongs to the component's own protocol."""
        kind = data.get("type") if isinstance(data, dict) else None
        if not isinstance(kind, str):
            return
        if kind.startswith("_"):
            self._handle_protocol(data)
            return
        for listener in tuple(self._listeners):
            # An exception goes where Panel's own go (`pn.config.exception_handler`), not up into the websocket.
            state.execute(partial(listener, data), schedule=False)

    def _update_model(self, *given: Any) -> None:
        """Panel calls this with what the page is to be told: (events, changed, root, model, document, comm).

        Until a page says that it is ready Panel drops this, taking it to come with the document (panel#8698). What
        changes after the document was sent and before that word would be lost; so a page counts as soon as it listens.
        """
        *_, doc, _ = given
        session = getattr(doc.session_context, "session", None) if doc else None
        if session is not None and session.connection_count:
            state._connected[doc] = True
        super()._update_model(*given)  # pyright: ignore[reportAttributeAccessIssue]

    def _handle_protocol(self, message: Event) -> None:
        """Answer a message of the component's own JavaScript, such as an acknowledgement; by default nothing."""

    # Panel's development mode would fetch the raw source's imports from the internet. Here only `components.bundle`
    # ("compiling") sees the source; every page, in every mode, gets the bundle.
    @classmethod
    def _esm_path(cls, compiled: Any = True) -> Path | None:
        return getattr(cls, "_esm" if compiled == "compiling" else "_bundle", None) or None

    @classmethod
    def _render_esm(cls, compiled: Any = True, server: bool = False) -> str:
        if compiled == "compiling":
            return cls._compiled_prefix + cls._esm.read_text(encoding="utf-8")
        return super()._render_esm(compiled=True, server=server)  # pyright: ignore[reportAttributeAccessIssue]

    @classproperty
    def _bundle_path(cls) -> Path | None:
        return cls._esm_path()

    @classproperty
    def _bundle_css(cls) -> list[Path]:
        return []  # it is among the stylesheets already

    @classmethod
    def _process_importmap(cls) -> dict[str, Any]:
        return {}


class Component(_Shared, panel.custom.JSComponent):  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]
    """Base of components in plain JavaScript."""

    dark = param.Boolean(default=False, allow_refs=True, doc="Whether the dark colours are used.")

    __abstract = True


class ReactComponent(_Shared, panel.custom.ReactComponent):  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]
    """Base of components in React; ``<name>.jsx`` must not import React, which the compiler puts in front of it."""

    dark = param.Boolean(default=False, allow_refs=True, doc="Whether the dark colours are used.")

    _compiled_prefix = 'import * as React from "react"\n'

    __abstract = True
