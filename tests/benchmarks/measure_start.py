"""How long a person waits: for an import, from the command to a neuron that ticks, and from run to the first spikes."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser
from row import Effort, Row
from workbench_page import await_ticking, chromed, open_design, served, visit
from workbench_page import layered as design_of


def rows(effort: Effort) -> Iterator[Row]:
    repeats = 3 if effort.quick else 5
    imports = [seconds_of("import workbench") for _ in range(repeats)]
    yield Row("import workbench", 1000 * statistics.median(imports), "ms", 150, f"median of {repeats} processes")
    yield Row(
        "the first neuron, workbench.Leaky", seconds_of("import workbench; workbench.Leaky"), "s", how="torch included"
    )
    with chromed() as browser:
        starts = [waits(browser) for _ in range(1 if effort.quick else 3)]
    first, second, spikes = (statistics.median(each) for each in zip(*starts, strict=True))
    how = f"median of {len(starts)}; new process, files may be cached, the browser runs already"
    yield Row("`workbench serve` → a page whose time ticks", first, "s", 8, how)
    yield Row("another visitor's page → ticks", second, "s", 2, f"median of {len(starts)}")
    yield Row("run → first spikes painted in the raster", spikes, "s", 0.6, "digits 64-32-10, Space pressed, 20 ms/s")


def seconds_of(statement: str) -> float:
    """Seconds that one statement takes in a fresh Python, its own start not counted."""
    script = f"import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"
    return float(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)


def waits(browser: Browser) -> tuple[float, float, float]:
    """Command → ticking, a second visitor → ticking, run → spikes, in seconds."""
    with tempfile.TemporaryDirectory() as data:
        start = time.perf_counter()
        with served(Path(data)) as (url, _):
            page = visit(browser, url)
            await_ticking(page)
            first = time.perf_counter() - start
            again = time.perf_counter()
            other = visit(browser, url)
            await_ticking(other)
            second = time.perf_counter() - again
            other.context.close()
            open_design(page, design_of("digits 64-32-10", [32, 10]), Path(data))
            page.locator(".canvas").focus()
            page.keyboard.press("Space")
            page.wait_for_function("!probe.find('.transport.simulation').classList.contains('running')")
            page.locator("button.reset").click()
            page.wait_for_function("probe.find('.time-scope').ring.next === 0")
            page.locator(".canvas").focus()
            page.evaluate("""() => {
                addEventListener("keydown", (event) => (probe.pressed = event.timeStamp), { capture: true });
                const scope = probe.find(".time-scope");
                probe.spikes = new Promise((resolve) => {
                    const look = () => {
                        let spikes = 0;
                        scope.ring.each(0, scope.ring.next, () => spikes++);
                        if (spikes) probe.painted().then(resolve);
                        else requestAnimationFrame(look);
                    };
                    look();
                });
            }""")
            page.keyboard.press("Space")
            spikes = page.evaluate("probe.spikes.then((end) => (end - probe.pressed) / 1000)")
            page.context.close()
    return first, second, spikes
