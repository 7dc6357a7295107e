"""The page of 1024 × 700: the knobs stand beside the canvas and stay there, the first thing to do is in sight."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.ui

FAULTS = (Path(__file__).parent / "layout_faults.js").read_text(encoding="utf-8")


@pytest.fixture
def page(open_page):
    """A guarded page of 1024 × 700."""
    with open_page(viewport={"width": 1024, "height": 700}) as page:
        yield page


def test_a_newcomer_sees_the_current_and_what_to_do_with_it(hand, page):
    slider = hand.knob("amplitude").locator("input[type=range]")
    expect(slider).to_be_visible()
    expect(hand.knob("amplitude").locator("label").first).to_contain_text("current")
    expect(hand.notice).to_contain_text("Drag the current")
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    hand.drag((box["x"] + box["width"] * 0.31, y), (box["x"] + box["width"] * 0.6, y))
    expect(hand.notice).to_be_hidden()


def test_selecting_opens_the_knobs_and_the_canvas_keeps_them(hand, page):
    knobs = page.locator(".knobs")
    expect(knobs).to_be_visible()
    page.keyboard.press("Escape")
    expect(knobs).to_be_hidden()
    hand.pick("lif1")
    expect(knobs.locator("h2")).to_have_text("Leaky · lif1")
    expect(hand.knob("beta")).to_be_visible()
    canvas = page.locator(".canvas").bounding_box()
    assert canvas["x"] + canvas["width"] <= knobs.bounding_box()["x"]
    page.mouse.click(canvas["x"] + 40, canvas["y"] + 60)
    expect(knobs.locator("h2")).to_have_text("Stimulus")
    expect(knobs).to_be_visible()


def test_a_lesson_can_be_followed_beside_the_knobs(hand, page):
    hand.tab("Lessons")
    page.get_by_role("button", name="A resistor, a capacitor, a current").click()
    hand.until(lambda: "neuron" in hand.nodes)
    answer = page.get_by_text("Never. Half of 0.5 nA")
    expect(answer).to_be_hidden()
    page.get_by_text("Show the answer", exact=True).click()
    expect(answer).to_be_visible()
    hand.pick("neuron")
    expect(hand.knob("beta")).to_be_visible()
    expect(answer).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="zip file").click()
    assert download.value.suggested_filename == "01_rc_circuit.zip"


def test_a_sample_keeps_its_place_between_a_lesson_and_the_knobs(hand, page):
    hand.open_starter("Digits 64-32-10")
    hand.tab("Lessons")
    hand.pick("hidden")
    hand.until(page.locator(".tile .image").is_visible)
    expect(page.locator(".knobs h2")).to_be_visible()
    expect(page.get_by_text("A resistor, a capacitor, a current")).to_be_visible()
    for name in ("live", "draw your own"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="draw your own").click()
    expect(page.get_by_role("button", name="clear", exact=True)).to_be_in_viewport(ratio=1)
    assert not (found := page.evaluate(FAULTS)), found


def test_all_keys_are_read_at_once(hand, page):
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("remove what is selected")
    assert dialog.evaluate("one => one.scrollHeight <= one.clientHeight && one.scrollWidth <= one.clientWidth")
