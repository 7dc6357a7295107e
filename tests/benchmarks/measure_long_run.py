"""A page left running: does memory stay, and does a hidden tab stop drawing while the clock goes on?

An hour is promised. The default run is shorter and says so: its growth an hour is the slope of a line through the
samples, laid out over an hour, which is a guess and no measurement; `--hour` measures.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from measure_frames import WHAT, watched
from playwright.sync_api import CDPSession, Page
from process import command, family, megabytes, own_children
from row import Effort, Row
from workbench_page import await_ticking, chromed, open_design, served, set_speed, visit

SPEED = 1000  # model ms a second: the scope's whole memory of 10,000 steps is full after 10 s
WARM_S = 25
EVERY_S = 1.0
FLAT = 0.05


def rows(effort: Effort) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as data, served(Path(data)) as (url, server), chromed() as browser:
        page = visit(browser, url)
        await_ticking(page)
        open_design(page, watched(), Path(data))
        set_speed(page, SPEED)
        page.wait_for_timeout(1000 * WARM_S)
        renderer = largest_renderer()
        devtools = page.context.new_cdp_session(page)  # one for all samples: each would cost the page 30 kB for good
        moments, sizes = [], []
        start = time.monotonic()
        while time.monotonic() - start < 60 * effort.minutes:
            page.wait_for_timeout(1000 * EVERY_S)
            page.request_gc()  # what is garbage is no growth
            moments.append((time.monotonic() - start) / 3600)
            sizes.append((megabytes(server.pid), megabytes(renderer), heap(devtools)))
        for name, mine in zip(
            ("server", "the page's process", "the page's JavaScript"), zip(*sizes, strict=True), strict=True
        ):
            yield from flat(name, moments, mine)
        yield from hidden(page)


def flat(name: str, hours: list[float], sizes: tuple[float, ...]) -> Iterator[Row]:
    """The last fifth of the run beside the first one, and a line through all of it."""
    fifth = max(1, len(sizes) // 5)
    first, last = float(np.median(sizes[:fifth])), float(np.median(sizes[-fifth:]))
    slope = float(np.polyfit(hours, sizes, 1)[0]) if len(sizes) > 1 else 0.0
    how = f"{60 * hours[-1]:.1f} min of {WHAT} at {SPEED} ms/s after {WARM_S} s; {first:.1f} → {last:.1f} MB"
    yield Row(f"memory of {name}: growth from first to last fifth", 100 * (last / first - 1), "%", 100 * FLAT, how)
    if hours[-1] < 0.9:
        yield Row("    the slope laid out over an hour", 100 * slope / first, "%/h", how="extrapolated, not measured")


def hidden(page: Page, seconds: float = 5) -> Iterator[Row]:
    """The tab is hidden. Chromium without a window keeps every tab visible: what the page asks is answered for it."""
    counts = "[probe.scope.stats.draws.length, probe.scope.ring.next, performance.now()]"
    page.evaluate("""() => {
        probe.hide = (value) => {
            Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
            document.dispatchEvent(new Event("visibilitychange"));
        };
        probe.scope = probe.find(".time-scope");
        probe.scope.stats.draws.splice(0);
        probe.hide(true);
    }""")
    page.wait_for_timeout(1500)
    before = page.evaluate(counts)
    page.wait_for_timeout(1000 * seconds)
    after = page.evaluate(counts)
    page.evaluate("probe.hide(false)")
    passed = (after[2] - before[2]) / 1000
    how = f"{passed:.0f} s; `document.hidden` answered for a browser that has no window"
    yield Row("a hidden tab draws", (after[0] - before[0]) / passed, "frames/s", 0, how)
    yield Row("a hidden tab's clock", (after[1] - before[1]) / passed / SPEED, "× speed", 0.75, how, at_least=True)


def largest_renderer() -> int:
    """The process that runs the page: the largest of the browser's renderers."""
    found = [pid for child in own_children() for pid in family(child) if "--type=renderer" in command(pid)]
    if not found:
        raise SystemExit("The browser has no renderer process that can be found.")
    return max(found, key=megabytes)


def heap(devtools: CDPSession) -> float:
    """Megabytes of living JavaScript objects and buffers."""
    used = devtools.send("Runtime.getHeapUsage")
    return (used["usedSize"] + used.get("backingStorageSize", 0)) / 1e6
