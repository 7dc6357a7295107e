"""How the page is served: one server process, loopback by default, every socket without delay.

Three things are ours: websockets send at once (Nagle's algorithm costs 40 ms on every small frame), each browser gets a
visitor cookie before its page is made (autosave is kept per visitor), and torch is read while Panel is, so the first
page does not wait for one after the other.
"""

import contextlib
import importlib
import json
import logging
import re
import secrets
import signal
import socket
import sys
import threading
import webbrowser
from pathlib import Path
from typing import Any

VISITOR = re.compile(r"[0-9a-f]{32}\Z")
TEN_YEARS_IN_DAYS = 3650
LARGEST_MESSAGE_BYTES = 64 * 1024 * 1024
TURN_S = 0.0005  # Python's own 5 ms: the loop would wait that long for a busy lane after every write to a socket
ENDS = (signal.SIGINT, signal.SIGTERM)  # a service manager means what Ctrl+C means
UNUSED_SESSION_MS = 20_000  # under 15 s Panel re-creates sessions with style sheets that point off the machine


def serve(
    port: int = 5006,
    address: str = "127.0.0.1",
    open_browser: bool = True,
    dev: bool = False,
    as_json: bool = False,
) -> None:
    """Serve the workbench until Ctrl+C or SIGTERM, when every visitor's work is saved.

    A port in use is refused with a sentence; port 0 takes any free one.
    With `as_json`, what is printed is one object, {"url": …}.
    """
    threading.Thread(target=importlib.import_module, args=("torch",), daemon=True).start()
    server = start(port, address, dev=dev)
    url = f"http://{'127.0.0.1' if address in ('', '0.0.0.0') else address}:{server.port}/"
    print(json.dumps({"url": url}) if as_json else f"SNN Workbench runs at {url}  (Ctrl+C stops it)", flush=True)
    if open_browser:
        webbrowser.open(url)
    for number in ENDS:
        signal.signal(number, _end_once)
    with contextlib.suppress(KeyboardInterrupt):
        server.io_loop.start()
    from workbench.session import close_all

    close_all()
    if not as_json:
        print("Stopped. Every design is kept.")


def _end_once(*_: object) -> None:
    """End the loop; whoever asks again while work is being saved waits for it."""
    for number in ENDS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def start(port: int = 0, address: str = "127.0.0.1", dev: bool = False) -> Any:
    """A listening server whose loop the caller runs (`server.io_loop`)."""
    port = free_port(port, address)
    shadowed_components()
    import panel as pn

    from workbench.app import page

    _serve_our_way()
    sys.setswitchinterval(TURN_S)
    for name in ("asyncio", "bokeh.server.views.ws"):
        logging.getLogger(name).addFilter(SocketGone())
    pn.config.autoreload = dev
    origins = ["*"] if address in ("", "0.0.0.0") else [f"{address}:{port}", f"localhost:{port}"]
    return pn.io.server.get_server(
        {"/": page},
        port=port,
        address=address,
        title="SNN Workbench",
        websocket_origin=origins,
        websocket_max_message_size=LARGEST_MESSAGE_BYTES,
        unused_session_lifetime_milliseconds=UNUSED_SESSION_MS,
        check_unused_sessions_milliseconds=2_000,
        location=False,  # Panel's keeper of the address would put its own, older one back when "#" changes
        liveness="alive",
    )


def shadowed_components() -> None:
    """Stop with a sentence when another folder named `components` would be imported instead of ours."""
    import components

    ours = Path(__file__).resolve().parent.parent / "components"
    found = Path(components.__file__ or ".").resolve().parent
    if found != ours:
        raise ImportError(
            f"'components' is found at {found}, which hides the workbench's own. Start `workbench` in another folder."
        )


def free_port(port: int, address: str) -> int:
    """The port, or any free one for 0; a sentence where it cannot be used."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address, port))
        except OSError as error:
            raise ValueError(
                f"serve: port {port} at {address} cannot be used ({(error.strerror or 'refused').lower()}); "
                f"choose another with --port, or 0 for any free one"
            ) from None
        return trial.getsockname()[1]


class SocketGone(logging.Filter):
    """A page that leaves while something is on its way to it is no fault, and not worth a page of log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """False for what is not to be logged."""
        from tornado.websocket import WebSocketClosedError

        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, WebSocketClosedError) and "connection was closed" not in record.getMessage()


def _serve_our_way() -> None:
    """Put our two handlers where Panel registered its own."""
    from bokeh.server.urls import per_app_patterns
    from panel.io.server import DocHandler, WSHandler

    from workbench.app import COOKIE

    class PromptSocket(WSHandler):
        def open(self, *args: Any, **kwargs: Any) -> Any:
            opened = super().open(*args, **kwargs)
            self.set_nodelay(True)
            return opened

    class VisitorPage(DocHandler):
        async def get(self, *args: Any, **kwargs: Any) -> None:
            known = self.get_cookie(COOKIE)
            if known is None or not VISITOR.match(known):
                fresh = secrets.token_hex(16)
                self.set_cookie(COOKIE, fresh, expires_days=TEN_YEARS_IN_DAYS, httponly=True, samesite="Lax")
                cookies: Any = self.request.cookies
                cookies[COOKIE] = fresh  # this very page is already theirs
            await super().get(*args, **kwargs)  # pyright: ignore[reportGeneralTypeIssues]

    ours: dict[Any, Any] = {WSHandler: PromptSocket, DocHandler: VisitorPage}
    patterns: Any = per_app_patterns
    patterns[:] = [(route, ours.get(handler, handler), *rest) for route, handler, *rest in per_app_patterns]
