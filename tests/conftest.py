"""A browser for the tests marked `ui`: real Chromium, a guard over everything it does, a server on a free port.

`make test` shares the tests between two workers: one has all that is done in a browser, one test after the other, and
goes first wherever both want the processor; the rest is for whoever is free.
"""

import asyncio
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import panel
import pytest
from bokeh.document import Document
from panel.io.state import state
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, WebSocket, expect, sync_playwright

from scripts.find_chromium import chromium

NOBODY_LOOKS_AT = ["SpareRendererForSitePerProcess", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup"]
"""What would start two more processes for each page: one kept ready for the next, and one for an address bar."""
OFF_WITH_PLAYWRIGHT = [
    *("AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync"),
    *("DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay"),
    *("MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch"),
    *("ThirdPartyStoragePartitioning",),
]
"""What Playwright turns off by the same flag, of which Chromium heeds only the last one it is given."""
FLAGS = [
    f"--disable-features={','.join(NOBODY_LOOKS_AT + OFF_WITH_PLAYWRIGHT)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

SHARED = "PYTEST_XDIST_WORKER" in os.environ
IN_BROWSER = ("tests/components", "tests/notebook", "tests/scripts/test_reference", "tests/test_app", "tests/ui")

WAIT_MS = 10_000  # what does not come in that time does not come; a loaded machine is slower than a person's patience
expect.set_options(timeout=WAIT_MS)

OpenPage = Callable[..., AbstractContextManager[Page]]
Serve = Callable[..., str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Between workers the slow ones come first, lest one worker be left alone with one of them."""
    if SHARED:
        items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out what belongs together as one, the largest first, and else test by test."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return together(nodeid)

    return Together(config, log)


def together(test: str) -> str:
    """The name under which a test goes to a worker: all in a browser are one, and so are those of one environment."""
    if test.startswith(IN_BROWSER):
        return "browser"
    return "wheel" if test.startswith("tests/wheel") else test


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Stand back behind the browser once this worker has none: waiting has a limit in seconds, arithmetic has none."""
    if SHARED and together(item.nodeid) != "browser":
        stand_back()


@cache
def stand_back() -> None:
    """Let others go first from now on; there is no way back."""
    os.nice(10)


def is_local(url: str) -> bool:
    """Whether a request to `url` stays on this machine."""
    parts = urlsplit(url)
    return parts.scheme in ("data", "blob", "about") or parts.hostname in ("127.0.0.1", "localhost", "::1")


def await_server(port: int, seconds: float = 10) -> None:
    """Return as soon as something listens on `port`; Panel's thread says nothing when it is ready."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


@contextmanager
def guarded(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page in a context of its own; at the end, fail if it asked another machine for anything or reported an error.

    `options` are those of Playwright's `new_context`. A test that causes an error on purpose removes it from the list
    `page.context.faults` after having looked at it.
    """
    context: BrowserContext = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
    context.set_default_timeout(WAIT_MS)
    faults: list[str] = []
    context.faults = faults  # pyright: ignore[reportAttributeAccessIssue]

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(f"console: {message.text}")

    def connect(websocket: WebSocket) -> None:
        if not is_local(websocket.url):
            faults.append(f"left the machine: {websocket.url}")

    context.route(
        lambda url: not is_local(url),
        lambda route: (faults.append(f"left the machine: {route.request.url}"), route.abort()),
    )
    context.on("console", listen)
    context.on("weberror", lambda error: faults.append(f"page: {error.error}"))
    context.on("page", lambda page: page.on("websocket", connect))
    try:
        yield context.new_page()
        assert not faults, "\n".join(faults)
    finally:
        context.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    program = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> OpenPage:
    """Open further guarded pages: `with open_page(viewport={"width": 1024, "height": 700}) as page: ...`."""
    return lambda **options: guarded(browser, **options)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Serve a component, or a function that makes one, from a thread; `serve(app)` returns the address to open.

    A test changes components from its own thread. Panel would then ask the document for a callback from that thread,
    and lose it where the server's thread is just sending; so the request itself goes to the server's loop.
    """
    threads, homes = [], {}
    ask = Document.add_next_tick_callback

    def ask_at_home(document: Document, callback: Any) -> Any:
        home = homes.get(document)
        if home is None or home is asyncio._get_running_loop():
            return ask(document, callback)
        return home.call_soon_threadsafe(ask, document, callback)

    monkeypatch.setattr(Document, "add_next_tick_callback", ask_at_home)

    def start(app: Any, **options: Any) -> str:
        def made() -> Any:
            homes[state.curdoc] = asyncio.get_running_loop()
            return app if isinstance(app, panel.viewable.Viewable) else app()

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        thread = panel.serve(made, port=port, address="127.0.0.1", threaded=True, show=False, verbose=False, **options)
        threads.append(thread)
        await_server(port)
        return f"http://127.0.0.1:{port}/"

    yield start
    for thread in threads:
        thread.stop()
        thread.join(timeout=5)
    state.reset()


@pytest.fixture
def page(open_page: OpenPage, serve: Serve) -> Iterator[Page]:
    """A guarded page of 1440 × 900, closed before the server stops: a page that lost its server reports errors."""
    with open_page() as page:
        yield page
