"""What a newcomer sees first: a neuron that ticks, and a slider that changes how fast."""

import pytest

pytestmark = pytest.mark.ui

SPIKES = "el => { let count = 0; el.ring.each(0, Infinity, () => count++); return count; }"
SPIKES_SINCE = "(el, step) => { let count = 0; el.ring.each(step, Infinity, () => count++); return count; }"
FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"  # entered a little after it


def test_the_first_page_ticks_within_three_seconds_of_its_first_paint(page, app):
    page.goto(app.url, wait_until="commit")

    now = page.wait_for_function(
        """() => {
          const find = (root) => root.querySelector('.time-scope') ||
            [...root.querySelectorAll('*')].map((one) => one.shadowRoot && find(one.shadowRoot)).find(Boolean);
          return find(document)?.ring?.next > 0 && performance.now();
        }""",
        polling=20,
    ).json_value()
    painted = page.wait_for_function(FIRST_PAINT, polling=20).json_value()
    assert now - painted < 3000


def test_spikes_come_one_after_another_and_are_drawn(hand):
    hand.until(lambda: hand.scope.evaluate(SPIKES) >= 2)
    assert hand.scope.evaluate("el => el.picture.drawn[0]") >= 2
    before = hand.scope.evaluate(SPIKES)
    hand.until(lambda: hand.scope.evaluate(SPIKES) > before)


def test_the_current_under_the_cursor_changes_the_rate(hand, page):
    page.locator(".transport.simulation select, .transport select").first.select_option("200")
    hand.until(lambda: hand.step > 100)
    rate = hand.figure("rate")
    slider = hand.knob("amplitude").locator("input[type=range]")
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    hand.drag((box["x"] + box["width"] * 0.515, y), (box["x"] + box["width"] * 0.56, y))
    moved = hand.step
    hand.until(lambda: hand.step > moved + 150)
    assert hand.figure("rate") > 2 * rate
    assert hand.saved()["stimulus"]["amplitude"] == float(hand.knob("amplitude").locator("input.figure").input_value())
    assert len(hand.history()) == 2, "one drag is one gesture"


def test_keys_run_pause_and_step(hand, page):
    hand.until(lambda: hand.step > 3)
    page.keyboard.press("Space")
    page.get_by_role("button", name="Run simulation").wait_for()
    page.wait_for_timeout(300)
    rested = hand.step
    page.wait_for_timeout(300)
    assert hand.step == rested
    page.keyboard.press(".")
    hand.until(lambda: hand.step == rested + 1)
    page.keyboard.press("Space")
    hand.until(lambda: hand.step > rested + 5)
