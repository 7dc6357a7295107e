"""A hidden tab: nothing is drawn, the clock goes on, and no step is missing afterwards."""

import pytest

pytestmark = pytest.mark.ui

# Headless Chromium never hides a page, so the page is told what a browser would tell it. This is the one place where a
# script stands in for a hand.
HIDE = """(value) => {
  Object.defineProperty(document, "hidden", { get: () => value, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
A_MINUTE = 1200  # steps of a minute at the usual 20 ms/s; run through ten times as fast
DRAWN = "el => el.stats.draws.length"
GAPS = "el => el.ring.trace(0, el.ring.first, el.ring.next).filter(Number.isNaN).length"
CLOCK = ".transport.simulation .digits"


def test_a_hidden_tab_stops_drawing_but_not_the_clock(hand, page):
    page.locator(".transport.simulation select").select_option("200")
    hand.until(lambda: hand.step > 50)
    page.evaluate(HIDE, True)
    page.wait_for_timeout(300)
    began, drawn = float(page.locator(CLOCK).inner_text().replace(",", "")), hand.scope.evaluate(DRAWN)
    page.wait_for_timeout(1000 * A_MINUTE // 200)
    assert hand.scope.evaluate(DRAWN) == drawn, "nobody sees it"
    page.evaluate(HIDE, False)
    hand.until(lambda: hand.step > began + 0.9 * A_MINUTE, 2)
    assert hand.scope.evaluate(DRAWN) > drawn
    assert hand.scope.evaluate(GAPS) == 0 and hand.scope.evaluate("el => el.ring.first") == 0
    assert not page.locator(".banner").is_visible()
