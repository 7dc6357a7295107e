"""A PageFrame that loses Python says so within two seconds, and comes back by itself."""

import socket
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from components.page_frame import PageFrame

pytestmark = pytest.mark.ui
APP = """
import sys, panel
from components.page_frame import PageFrame

def app():
    frame = PageFrame(page_title=sys.argv[2])
    panel.state.add_periodic_callback(frame.beat, 500)
    return frame

panel.serve(app, port=int(sys.argv[1]), address="127.0.0.1", show=False, verbose=False)
"""
LOST = "Connection lost. Trying again…"


def beat(page, shell, seconds):
    """Let Python beat five times a second for a while."""
    for _ in range(int(seconds * 5)):
        shell.beat()
        page.wait_for_timeout(200)


def test_silence_shows_the_banner_within_two_seconds_and_a_beat_takes_it_away(page, show):
    shell = PageFrame()
    events = show(shell)
    banner = page.get_by_role("alert")
    beat(page, shell, 1)
    expect(banner).to_be_hidden()
    start = time.monotonic()
    expect(banner).to_have_text(LOST, timeout=2500)
    assert 1 < time.monotonic() - start < 2.2
    beat(page, shell, 0.4)
    expect(banner).to_be_hidden()
    beat(page, shell, 3)
    assert len(events.of("ready")) == 1  # the session lives: nothing was loaded anew


def test_without_a_first_beat_nothing_is_missed(page, show):
    show(PageFrame())
    page.wait_for_timeout(2500)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_in_a_notebook_five_silent_seconds_ask_for_the_kernel(page, show):
    shell = PageFrame(embedded=True)
    show(shell)
    page.wait_for_timeout(2500)
    banner = page.get_by_role("alert")
    expect(banner).to_be_hidden()
    expect(banner).to_contain_text("The kernel does not answer.", timeout=4000)
    beat(page, shell, 1)
    expect(banner).to_be_hidden()


def test_a_page_that_was_asleep_raises_no_alarm(page, show):
    shell = PageFrame()
    show(shell)
    beat(page, shell, 0.4)
    page.evaluate("() => { const end = performance.now() + 2600; while (performance.now() < end); }")
    shell.beat()
    page.wait_for_timeout(400)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_session_that_stays_silent_on_a_living_server_is_loaded_anew(page, show, until):
    shell = PageFrame()
    events = show(shell)
    beat(page, shell, 0.4)
    until(lambda: len(events.of("ready")) == 2, seconds=8)
    assert events.of("ready")[0]["tab"] == events.of("ready")[1]["tab"]


@pytest.fixture
def server():
    """Start a server of its own process, which can die: `process = server(port, title)`."""
    processes = []

    def start(port, title):
        processes.append(subprocess.Popen([sys.executable, "-c", APP, str(port), title]))
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return processes[-1]
            time.sleep(0.1)
        raise AssertionError("the server did not start")

    yield start
    for process in processes:
        process.kill()
        process.wait()


def test_a_server_that_went_and_came_back(page, server):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    first = server(port, "first")
    page.goto(f"http://127.0.0.1:{port}/")
    expect(page).to_have_title("first")
    page.wait_for_timeout(700)
    first.kill()
    expect(page.get_by_role("alert")).to_have_text(LOST, timeout=2000)
    expect(page.get_by_text("permanently")).to_have_count(0)  # Bokeh's own sign
    server(port, "second")
    expect(page).to_have_title("second", timeout=8000)
    expect(page.get_by_role("alert")).to_be_hidden()
    page.context.faults.clear()  # what Chromium writes about a server that is not there
    page.goto("about:blank")
