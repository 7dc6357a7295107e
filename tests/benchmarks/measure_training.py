"""While a large network trains: how long after an input its effect is painted, and how soon a pause is one."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Page
from row import Effort, Row, percentile
from workbench_page import RUN_TRAINING, await_ticking, chromed, layered, open_design, served, visit

# The only data set that is shipped has 64 values, so a first layer makes 784 of them. Everything of 784-1000-10 is
# there, and that layer comes on top.
SIZES = [784, 1000, 10]
SHAPE = "training 64→784-1000-10, batch 128, T 25"
PAUSE_MS = 60  # between two moves of a hand
PROMISE_MS = 100

BATCH = "probe.find('.transport.training .status').textContent"
RUNNING = "probe.find('.transport.training').classList.contains('running')"
SHOWN = {  # what a person waits to see
    "select": """probe.watch = probe.stopwatch("pointerup", () => probe.find(".knobs h2").textContent,
        (event) => "Leaky · " + event.composedPath().find((one) => one.dataset?.id).dataset.id)""",
    "number": """probe.watch = probe.stopwatch("input", () => Number(probe.find("[data-knob=beta] input.figure").value),
        (event) => Number(event.composedPath()[0].value))""",
    "canvas": """probe.watch = probe.stopwatch("input",
        () => probe.find(".react-flow__node[data-id=lif2] .subtitle").textContent.match(/β (\\S+)/)[1],
        (event) => String(Number(Number(event.composedPath()[0].value).toPrecision(3))))""",
    "pan": """probe.watch = probe.stopwatch("pointermove",
        () => probe.find(".react-flow__viewport").style.transform)""",
}


def rows(effort: Effort) -> Iterator[Row]:
    moves, pauses = (15, 1) if effort.quick else (60, 5)
    with tempfile.TemporaryDirectory() as data, served(Path(data)) as (url, _), chromed() as browser:
        page = visit(browser, url)
        await_ticking(page)
        open_design(page, layered("784-1000-10", SIZES), Path(data))
        page.locator(RUN_TRAINING).click()
        page.wait_for_function(f"{BATCH}.includes('batch 3')")
        yield answered("select a node → the inspector shows it", page, "select", select, moves)
        yield answered("drag a slider → its number", page, "number", slide, moves)
        yield answered("drag a slider → the node on the canvas", page, "canvas", slide, moves)
        yield answered("pan the canvas → it moves", page, "pan", pan, moves)
        yield Row(
            "one batch meanwhile", seconds_of_batches(page), "s", how=f"{SHAPE}, with the page and its simulation"
        )
        said, rested, batches = zip(*(stop(page) for _ in range(pauses)), strict=True)
        how = f"{SHAPE}, {pauses} pauses"
        yield Row("pause → “stopping…” painted", max(said), "ms", PROMISE_MS, f"the slowest; {how}")
        yield Row("pause → the training rests", median(rested), "s", how=f"median; {how}")
        yield Row("batches that end after a pause", max(batches), "", 1, f"the most; {how}")


def answered(what: str, page: Page, watch: str, act, moves: int) -> Row:
    """The 95th percentile from an input to the paint of what it changes, while training goes on."""
    act(page, 0)  # to where the hand begins
    page.evaluate(SHOWN[watch])
    act(page, moves)
    page.wait_for_timeout(1000)
    taken, waiting = page.evaluate("[probe.watch.taken, probe.watch.waiting.length]")
    assert taken and page.evaluate(RUNNING), f"{what}: {len(taken)} inputs were answered"
    how = f"p95 of {len(taken)}, median {median(taken):.0f} ms; {SHAPE}"
    return Row(what, percentile(taken, 0.95), "ms", PROMISE_MS, how + (f"; {waiting} never" if waiting else ""))


def select(page: Page, moves: int) -> None:
    """Click one neuron after the other."""
    boxes = [page.locator(f".react-flow__node[data-id=lif{n}] .head").bounding_box() for n in (1, 2)]
    for move in range(moves):
        box = boxes[move % 2]
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(5 * PAUSE_MS)


def slide(page: Page, moves: int) -> None:
    """Drag β of the large layer back and forth."""
    page.locator(".react-flow__node[data-id=lif2] .head").click()
    page.locator(".knobs h2", has_text="lif2").wait_for()
    page.wait_for_timeout(300)
    box = page.locator("[data-knob=beta] input[type=range]").bounding_box()
    assert box is not None
    x, y = box["x"], box["y"] + box["height"] / 2
    page.mouse.move(x + 0.9 * box["width"], y)
    page.mouse.down()
    for move in range(moves):
        page.mouse.move(x + box["width"] * (0.85 + 0.1 * (move % 7) / 7), y)
        page.wait_for_timeout(PAUSE_MS)
    page.mouse.up()


def pan(page: Page, moves: int) -> None:
    """Drag the empty sheet in a zigzag."""
    box = page.locator(".react-flow__pane").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 40
    page.mouse.move(x, y)
    page.mouse.down()
    for move in range(moves):
        page.mouse.move(x + 12 * (move % 5), y - 9 * (move % 3))
        page.wait_for_timeout(PAUSE_MS)
    page.mouse.up()


def stop(page: Page) -> tuple[float, float, int]:
    """Pause and go on. Gives ms until the page says so, seconds until it rests, batches that ended in between."""
    page.evaluate("""() => {
        const bar = probe.find(".transport.training");
        addEventListener("pointerup", (event) => {
            [probe.paused, probe.stood] = [event.timeStamp, bar.querySelector(".status").textContent];
        }, { capture: true, once: true });
        const shows = (name) => bar.classList.contains(name);
        const when = (there) => new Promise((resolve) => {
            const look = () => there() ? probe.painted().then(resolve) : requestAnimationFrame(look);
            look();
        });
        const rests = () => !shows("running");
        probe.said = when(() => shows("stopping") || rests());  // a short batch is over before a frame says “stopping”
        probe.rested = when(rests);
    }""")
    page.locator(RUN_TRAINING).click()
    said = page.evaluate("probe.said.then((end) => end - probe.paused)")
    rested = page.evaluate("probe.rested.then((end) => (end - probe.paused) / 1000)")
    page.wait_for_timeout(300)
    before, after = page.evaluate(f"[probe.stood, {BATCH}]")
    page.locator(RUN_TRAINING).click()
    page.wait_for_function(f"{RUNNING} && {BATCH} !== '{after}' && !{BATCH}.startsWith('stop')")
    return said, rested, number(after) - number(before)


def number(status: str) -> int:
    """ "epoch 2 of 40 · batch 3 of 12" is batch 15."""
    words = status.split()
    return (int(words[1]) - 1) * int(words[8]) + int(words[6])


def seconds_of_batches(page: Page, seconds: float = 5) -> float:
    """Seconds that one batch takes, by what the page says."""
    first, start = number(page.evaluate(BATCH)), time.perf_counter()
    page.wait_for_timeout(1000 * seconds)
    return (time.perf_counter() - start) / max(1, number(page.evaluate(BATCH)) - first)
