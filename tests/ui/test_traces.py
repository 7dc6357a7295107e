"""Which traces the scope draws: a click on a neuron adds one, its × takes it away, and both can be undone."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.ui


def test_a_trace_comes_by_a_click_and_goes_by_its_cross(hand, page):
    hand.open_starter("Digits 64-32-10")
    crosses = hand.scope.locator(".drops button")
    expect(crosses).to_have_count(2)
    row = hand.scope.evaluate("({ picture }) => picture.places.rows[1]")
    box = hand.scope.locator(".plot").bounding_box()
    neuron = (box["x"] + 300, box["y"] + row["y"] + row["h"] * 0.6)
    page.mouse.move(*neuron)
    expect(hand.scope.locator(".tip .way")).to_have_text("click to draw its membrane")
    page.mouse.click(*neuron)
    expect(crosses).to_have_count(3)
    page.mouse.click(*neuron)
    lane = hand.scope.evaluate("({ picture }) => picture.places.lanes[0]")
    page.mouse.click(box["x"] + 200, box["y"] + lane["y"] + lane["h"] / 2)
    page.wait_for_timeout(300)
    expect(crosses).to_have_count(3)
    cross = hand.scope.get_by_role("button", name="Stop drawing neuron 7 of hidden")
    assert cross.get_attribute("title") == "Stop drawing neuron 7 of hidden"
    cross.click()
    expect(crosses).to_have_count(2)
    assert hand.history()[-1] == "Stop drawing hidden 7"
    page.keyboard.press("Control+z")
    expect(crosses).to_have_count(3)
