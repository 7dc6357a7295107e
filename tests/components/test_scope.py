"""Scope in a real browser: what is drawn is what was pushed, and the hand, the keys and a hidden page behave."""

import threading
import time

import numpy as np
import pytest
from playwright.sync_api import expect

from components.scope import Scope
from tests.drawn_spikes import drawn_spikes

pytestmark = pytest.mark.ui

BANDS = [
    {"id": "in", "name": "in", "n": 12, "color": ""},
    {"id": "hidden", "name": "hidden", "n": 8, "color": "layer0"},
    {"id": "out", "name": "out", "n": 4, "color": "layer1"},
]
NEURONS = 24
TRACE = {"id": 14, "name": "hidden 2", "color": "layer0", "theta": 1.0, "lo": None, "hi": None}

# Hits of all pixels, pixels a mark has, spikes drawn in the first band, most hits of a pixel.
COUNT = """({ raster, picture }) => [
  raster.hits.reduce((sum, hits) => sum + hits, 0),
  Math.max(...raster.bands.map((band) => band.wide * band.tall)),
  picture.drawn[0],
  raster.hits.reduce((most, hits) => Math.max(most, hits), 0),
]"""

HIDE = """(value) => {
  Object.defineProperty(document, "hidden", { get: () => value, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""

TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

WATCH = """(el) => {
  const named = ({ type, attributeName, target }) => `${type} ${attributeName || target.nodeName}`;
  el.changes = [];
  const watch = new MutationObserver((list) => el.changes.push(...list.map(named)));
  watch.observe(el, { subtree: true, childList: true, attributes: true, characterData: true });
}"""


def record(steps, seed=0, rate=0.1):
    """Random spikes as (step, neuron) booleans."""
    return np.random.default_rng(seed).random((steps, NEURONS)) < rate


def push(feed, first, spikes, traces=1):
    values = np.sin(np.arange(first, first + len(spikes)) / 5)
    feed.push(first, spikes.sum(1), np.nonzero(spikes)[1], np.tile(values, (traces, 1)))


def pairs(spikes, first=0):
    """The same spikes as the page reports its ink."""
    return [[int(neuron), int(step) + first] for step, neuron in zip(*np.nonzero(spikes), strict=True)]


class Bench:
    """One scope on a page, with what it holds."""

    scope: Scope

    def __init__(self, page, serve, **params):
        made = {"bands": BANDS, "traces": [TRACE], "window": 100, "sizing_mode": "stretch_both"} | params
        self.ready = threading.Event()
        self.events = []
        self.page = page

        def app():
            self.scope = Scope(**made)
            self.scope.on_event(self.events.append)
            self.ready.set()
            return self.scope

        page.goto(serve(app))
        self.root = page.locator(".time-scope")
        expect(self.root).to_be_visible()

    def until(self, step):
        """Wait until the page has painted the step before ``step``."""
        self.page.wait_for_timeout(50)
        there = "([el, step]) => el.ring.next === step"
        self.page.wait_for_function(there, arg=[self.root.element_handle(), step])
        self.page.evaluate(TWO_FRAMES)

    def ink(self, first, last):
        return drawn_spikes(self.root, first, last)

    def view(self):
        return self.root.evaluate("({ view }) => [view.a, view.span, view.live]")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("dpr", [1, 2])
def test_the_ink_is_the_record(open_page, serve, dpr, dark):
    with open_page(device_scale_factor=dpr, viewport={"width": 1200, "height": 600}) as page:
        bench = Bench(page, serve, dark=dark)
        spikes = record(90)
        for first in range(0, 90, 9):
            push(bench.scope.feed, first, spikes[first : first + 9])
        bench.until(90)
        assert bench.ink(0, 90) == pairs(spikes)


def test_a_crowd_loses_no_spike(page, serve, until):
    """1,000 neurons, 5,000 steps: every spike is counted in, in close view and with all steps in view."""
    bench = Bench(
        page, serve, bands=[{"id": "all", "name": "all", "n": 1000, "color": "layer0"}], traces=[], window=400
    )
    spikes = np.random.default_rng(1).random((5000, 1000)) < 0.02
    for first in range(0, 5000, 500):
        part = spikes[first : first + 500]
        bench.scope.feed.push(first, part.sum(1), np.nonzero(part)[1], np.empty((0, 500)))
    bench.until(5000)
    hits, mark, drawn, most = bench.root.evaluate(COUNT)
    first = bench.root.evaluate("({ view }) => Math.floor(view.a)")
    assert drawn == spikes[first:].sum()
    assert hits == drawn * mark and most < 255
    bench.root.get_by_role("button", name="all").click()
    until(lambda: bench.root.evaluate(COUNT)[2] == spikes.sum())
    hits, _, drawn, most = bench.root.evaluate(COUNT)
    assert hits >= drawn and most < 255


def test_rewind_takes_the_future_off_the_page(page, serve):
    bench = Bench(page, serve)
    spikes, other = record(80), record(20, seed=5)
    bench.scope.feed.mark(60, "label 9")
    push(bench.scope.feed, 0, spikes)
    bench.until(80)
    bench.scope.feed.rewind(40)
    bench.until(40)
    assert bench.ink(0, 80) == pairs(spikes[:40])
    assert bench.root.evaluate("({ ring }) => ring.marks.length") == 0
    push(bench.scope.feed, 40, other)
    bench.until(60)
    assert bench.ink(0, 80) == pairs(spikes[:40]) + pairs(other, 40)
    bench.scope.reset()
    bench.until(0)
    expect(bench.root.locator(".empty")).to_have_text("Press Space to run: spikes appear here.")


def test_a_page_that_reappears_shows_the_same(open_page, serve):
    """Two visitors of one component: the second gets everything that is remembered."""
    scope = Scope(bands=BANDS, traces=[TRACE], window=100, sizing_mode="stretch_both")
    address = serve(lambda: scope)
    spikes = record(70)
    for visit in range(2):
        with open_page() as page:
            page.goto(address)
            if not visit:
                scope.feed.mark(25, "label 3")
                push(scope.feed, 0, spikes)
            root = page.locator(".time-scope")
            expect(root).to_be_visible()
            page.wait_for_function("(el) => el.ring.next === 70 && el.picture.drawn", arg=root.element_handle())
            page.evaluate(TWO_FRAMES)
            assert drawn_spikes(root, 0, 70) == pairs(spikes)
            assert root.evaluate("({ ring }) => ring.marks") == [[25, "label 3"]]


def test_new_bands_keep_what_they_share(page, serve):
    bench = Bench(page, serve)
    spikes = record(60)
    push(bench.scope.feed, 0, spikes)
    bench.until(60)
    bench.scope.arrange([BANDS[1], {**BANDS[0], "id": "x", "n": 16}], [])
    page.wait_for_function("(el) => el.ring.values.length === 0", arg=bench.root.element_handle())
    bench.until(60)
    assert bench.ink(0, 60) == pairs(spikes[:, 12:20])


def test_zoom_pan_and_live(page, serve, until):
    bench = Bench(page, serve)
    push(bench.scope.feed, 0, record(300))
    bench.until(300)
    plot = bench.root.locator(".plot")
    plot.hover(position={"x": 700, "y": 300})
    a, span, live = bench.view()
    assert live and a + span > 300
    page.mouse.wheel(0, 400)
    until(lambda: bench.view()[1] > span)
    wider = bench.view()
    assert wider[2]
    box = plot.bounding_box()
    page.mouse.move(box["x"] + 600, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 900, box["y"] + 200, steps=5)
    page.mouse.up()
    until(lambda: not bench.view()[2])
    panned = bench.view()
    assert panned[0] < wider[0]
    assert [event for event in bench.events if event["type"] == "pick"] == []
    push(bench.scope.feed, 300, record(50))
    bench.until(350)
    assert bench.view()[0] == pytest.approx(panned[0], abs=0.5)  # looking back is not disturbed by what is new
    plot.focus()
    page.keyboard.press("End")
    until(lambda: bench.view()[2])
    page.keyboard.press("f")
    until(lambda: bench.view()[0] == 0 and bench.view()[1] >= 350)
    page.keyboard.press("+")
    until(lambda: bench.view()[1] == pytest.approx(364 / 1.4, rel=0.01))
    bench.root.get_by_role("button", name="live").click()
    expect(bench.root.get_by_role("button", name="live")).to_have_attribute("aria-pressed", "true")


def test_hover_and_click_name_the_neuron(page, serve, until):
    bench = Bench(page, serve)
    spikes = np.zeros((80, NEURONS), bool)
    spikes[40, 14] = True
    push(bench.scope.feed, 0, spikes)
    bench.until(80)
    x, y = bench.root.evaluate("(el) => el.place(14, 40)")
    box = bench.root.locator(".plot").bounding_box()
    page.mouse.move(box["x"] + x + 3, box["y"] + y + 2)  # near is near enough
    tip = bench.root.locator(".tip")
    expect(tip).to_contain_text("hidden · neuron 2")
    expect(tip).to_contain_text("40 ms · spike · 0.99")
    page.mouse.click(box["x"] + x + 3, box["y"] + y + 2)
    until(lambda: {"type": "pick", "band": "hidden", "neuron": 2, "step": 40, "spike": True} in bench.events)


LABELS = """() => {
  const write = CanvasRenderingContext2D.prototype.fillText;
  window.labels = {};
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    window.labels[text] = [x, y];
    write.call(this, text, x, y);
  };
}"""


def test_names_in_the_gutter_are_whole_or_keep_what_tells_them_apart(page, serve):
    long = "a_hidden_layer_with_a_name_that_says_all_1"
    bands = [*BANDS[:1], {**BANDS[1], "id": long, "name": long}, BANDS[2]]
    traces = [{**TRACE, "name": f"{long} {neuron}", "id": 12 + neuron} for neuron in (2, 7)]
    scope = Scope(sizing_mode="fixed", width=400, height=330)
    page.add_init_script(f"({LABELS})()")
    page.goto(serve(scope))
    scope.arrange(BANDS, [TRACE])
    push(scope.feed, 0, record(80))
    page.wait_for_function("() => window.labels?.['hidden 2']")  # whole, in the narrowest scope of the page
    scope.arrange(bands, traces)
    page.wait_for_function("() => Object.keys(window.labels).some((one) => one.endsWith('…l_1 7'))")
    names = page.evaluate("() => Object.keys(window.labels).filter((one) => one.includes('…'))")
    assert len(names) == 3 and all(name.startswith("a_hidden") for name in names), names
    plot = page.locator(".time-scope .plot")
    y = page.locator(".time-scope").evaluate("({ picture }) => picture.nameAt(1)")
    box = plot.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + y)
    expect(plot).to_have_attribute("title", f"{long} 7")
    page.mouse.move(box["x"] + 300, box["y"] + y)
    expect(plot).to_have_attribute("title", "")


def test_only_its_cross_takes_a_trace_away(page, serve, until):
    bench = Bench(page, serve, bands=[{**band, "pick": "click to draw it"} for band in BANDS])
    push(bench.scope.feed, 0, record(80))
    bench.until(80)
    box = bench.root.locator(".plot").bounding_box()
    lane = bench.root.evaluate("({ picture }) => picture.places.lanes[0]")
    row = bench.root.evaluate("({ picture }) => picture.places.rows[1]")
    tip, middle = bench.root.locator(".tip"), box["x"] + 600
    page.mouse.click(middle, box["y"] + lane["y"] + lane["h"] / 2)  # on the trace
    expect(tip).to_contain_text("hidden · neuron 2")
    expect(tip.locator(".way")).to_have_text("")
    page.mouse.click(middle, box["y"] + row["y"] + 2)  # on a neuron without one
    expect(tip.locator(".way")).to_have_text("click to draw it")
    bench.root.get_by_role("button", name="Stop drawing neuron 2 of hidden").click()
    until(lambda: [event["type"] for event in bench.events] == ["pick", "drop"])
    assert bench.events[1] == {"type": "drop", "band": "hidden", "neuron": 2, "trace": "hidden 2"}
    bench.scope.arrange(BANDS, [])
    expect(bench.root.locator(".drops button")).to_have_count(0)


def test_no_label_lies_on_another(page, serve):
    """Thresholds that are close to each other, to round numbers, and to the lower end of the scale."""
    page.add_init_script(f"({LABELS})()")
    thetas = [1.0, 0.98, -0.99]
    traces = [{**TRACE, "id": 12 + k, "name": f"n{k}", "theta": theta} for k, theta in enumerate(thetas)]
    bench = Bench(page, serve, traces=traces)
    push(bench.scope.feed, 0, record(120), traces=3)
    bench.until(120)
    page.evaluate("labels = {}")
    push(bench.scope.feed, 120, record(4), traces=3)
    bench.until(124)
    labels = page.evaluate("labels")
    assert {"θ 1", "θ 0.98", "θ −0.99"} <= set(labels)
    right = max(x for x, _ in labels.values())
    heights = sorted(y for x, y in labels.values() if x == right)
    assert len(heights) >= 4 and np.diff(heights).min() >= 12


def test_the_keys_reach_every_neuron(page, serve, until):
    bench = Bench(page, serve)
    push(bench.scope.feed, 0, record(50))
    bench.until(50)
    bench.root.locator(".plot").focus()
    for _ in range(15):
        page.keyboard.press("ArrowDown")
    expect(bench.root.locator(".tip")).to_contain_text("hidden · neuron 2")
    page.keyboard.press("Enter")
    until(lambda: [(event["band"], event["neuron"]) for event in bench.events] == [("hidden", 2)])


def test_a_summary_for_those_who_do_not_see(page, serve):
    bench = Bench(page, serve)
    spikes = np.zeros((500, NEURONS), bool)
    spikes[::100, 12:20] = True
    push(bench.scope.feed, 0, spikes)
    expect(bench.root.locator(".plot")).to_have_attribute(
        "aria-label", "in: 12 neurons, 0.0 Hz; hidden: 8 neurons, 10.0 Hz; out: 4 neurons, 0.0 Hz"
    )


def test_a_hidden_page_draws_nothing_and_loses_nothing(page, serve):
    bench = Bench(page, serve)
    push(bench.scope.feed, 0, record(20))
    bench.until(20)
    page.evaluate(HIDE, True)
    page.wait_for_timeout(200)
    draws, frames = bench.root.evaluate("({ stats }) => [stats.draws.length, stats.frames]")
    for first in range(20, 80, 2):
        push(bench.scope.feed, first, record(2, seed=first))
        time.sleep(0.05)
    page.wait_for_timeout(800)
    after, arrived = bench.root.evaluate("({ stats }) => [stats.draws.length, stats.frames]")
    assert after == draws
    assert arrived - frames <= 4
    page.evaluate(HIDE, False)
    bench.until(80)
    expected = pairs(record(20)) + [pair for first in range(20, 80, 2) for pair in pairs(record(2, seed=first), first)]
    assert bench.ink(0, 80) == expected


def test_frames_lost_on_the_way_are_asked_for_again(page, serve):
    bench = Bench(page, serve)
    push(bench.scope.feed, 0, record(20))
    bench.until(20)
    bench.scope.feed._seq += 1  # as if one had left and not arrived
    push(bench.scope.feed, 20, record(20, seed=2))
    bench.until(40)
    assert bench.ink(0, 40) == pairs(record(20)) + pairs(record(20, seed=2), 20)


def test_traces_find_their_own_range(page, serve):
    """Negative values are drawn in full; several traces beyond three get a lane each."""
    bench = Bench(page, serve, traces=[{**TRACE, "theta": -55.0}])
    values = np.linspace(-80, -50, 60)
    bench.scope.feed.push(0, np.zeros(60, int), [], [values])
    bench.until(60)
    low, high = bench.root.evaluate("({ picture }) => picture.ranges[0]")
    assert low <= -80 and -50 <= high <= 0
    bench.scope.arrange(BANDS, [{**TRACE, "id": k, "name": f"t{k}"} for k in range(8)])
    page.wait_for_function("(el) => el.picture.places.lanes.length === 8", arg=bench.root.element_handle())


def test_nothing_blinks_while_running(page, serve):
    """No element comes, goes or changes its size while steps arrive; only the words of the summary may change."""
    bench = Bench(page, serve)
    push(bench.scope.feed, 0, record(120))
    bench.until(120)
    bench.root.evaluate(WATCH)
    for first in range(120, 220, 4):
        push(bench.scope.feed, first, record(4, seed=first))
        time.sleep(0.03)
    bench.until(220)
    assert set(bench.root.evaluate("(el) => el.changes")) <= {"attributes aria-label"}
