"""A thousand neurons and eight traces on the real page: frames, spikes, and what they cost the server."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from playwright.sync_api import Page
from process import cpu_seconds
from row import Effort, Row
from workbench_page import await_ticking, chromed, layered, open_design, served, set_speed, visit

from workbench.design import Design
from workbench.run import Simulation

NEURONS, TRACES = 1000, 8
SPEEDS = (100, 1000)  # model ms per second: brisk, and real time
WHAT = f"{NEURONS:,} neurons, {TRACES} traces"


def rows(effort: Effort) -> Iterator[Row]:
    seconds = 4 if effort.quick else 15
    with tempfile.TemporaryDirectory() as data, served(Path(data)) as (url, server), chromed() as browser:
        page = visit(browser, url)
        await_ticking(page)
        open_design(page, watched(), Path(data))
        for speed in SPEEDS:
            set_speed(page, speed)
            page.wait_for_timeout(2000)
            yield from seen(page, server.pid, speed, seconds)


def watched() -> dict[str, Any]:
    """Random spikes into a thousand neurons, the membranes of eight traced."""
    return layered(
        WHAT,
        [NEURONS],
        encoder=None,
        stimulus={"kind": "poisson", "rate_hz": 100, "amplitude": 1.0},
        shape=[100],
        probes=[{"node": "lif1", "state": "mem", "neurons": list(range(0, NEURONS, NEURONS // TRACES))}],
    )


def seen(page: Page, server: int, speed: int, seconds: float) -> Iterator[Row]:
    """Some seconds of it."""
    page.locator("button.reset").click()
    page.wait_for_function("probe.find('.time-scope').ring.next < 1000")
    page.evaluate("""() => {
        const { draws } = (probe.stats = probe.find(".time-scope").stats);
        probe.drawn = 0;
        draws.push = (ms) => (probe.drawn++, Array.prototype.push.call(draws, ms));
        probe.count = probe.frames();
    }""")
    counts = "[probe.count.frames, probe.drawn, probe.stats.frames, probe.find('.time-scope').ring.next]"
    before, start, cpu = page.evaluate(counts), time.perf_counter(), cpu_seconds(server)
    page.wait_for_timeout(1000 * seconds)
    after, passed, used = page.evaluate(counts), time.perf_counter() - start, cpu_seconds(server) - cpu
    page.evaluate("probe.count.on = false; delete probe.stats.draws.push")
    offered, drawn, sent, steps = ((b - a) / passed for a, b in zip(before, after, strict=True))
    how = f"{WHAT}, {speed} ms/s, {passed:.0f} s"
    yield Row("frames that the browser offers", offered, "frames/s", 30, how, at_least=True)
    yield Row(
        "the scope draws",
        drawn,
        "frames/s",
        30,
        f"{how}; it asks for 30, the canvas beside it draws too",
        at_least=True,
    )
    yield Row("steps on the page", steps, "steps/s", 0.97 * speed, how, at_least=True)
    spikes, wanted = page_spikes(page), None
    wanted = simulated(spikes)
    rate = spikes[1].size / max(1, spikes[2] - spikes[0]) * steps
    assert spikes[1].size > 0 and np.array_equal(spikes[1], wanted), f"{spikes[1].size} drawn, {wanted.size} simulated"
    yield Row("spikes on the page", rate, "spikes/s", how=f"{how}; all {wanted.size:,} equal a simulation of their own")
    cost = "all threads of the server: simulation, record, encoding, socket, badges, strip"
    yield Row("server CPU a frame", 1000 * used / (sent * passed), "ms", 5, f"{how}; {sent:.1f} frames/s sent; {cost}")


def page_spikes(page: Page) -> tuple[int, np.ndarray, int]:
    """(first step, step × neurons + neuron of every spike, last step + 1) that the scope holds, in order."""
    first, next_, keys = page.evaluate(
        """(neurons) => {
            const { ring } = probe.find(".time-scope");
            const keys = [], [first, next] = [ring.first, ring.next];
            ring.each(first, next, (step, id) => keys.push(step * neurons + id));
            return [first, next, keys];
        }""",
        NEURONS,
    )
    return first, np.sort(np.array(keys, np.int64)), next_


def simulated(spikes: tuple[int, np.ndarray, int]) -> np.ndarray:
    """The same steps, made here."""
    torch.set_num_threads(1)
    times, ids = Simulation(Design.load(watched())).step(spikes[2]).spikes["lif1"]
    keys = np.sort(times * NEURONS + ids)
    return keys[keys >= spikes[0] * NEURONS]
