"""What the page says goes with the next thing that succeeds, and a press beside the network leaves the tab as it is."""

import pytest
from playwright.sync_api import expect

from tests.ui.hand import middle
from tests.ui.test_files import open_file
from workbench.design.starters import templates

pytestmark = pytest.mark.ui


def test_the_refusal_of_a_file_goes_when_the_next_one_opens(hand, page):
    design = hand.id
    for name, content in (("broken.json", b"{"), ("picture.png", b"{}")):
        open_file(hand, content, name)
        expect(hand.notice).to_contain_text(name)
        expect(page.locator(".notice")).to_contain_class("error")
    open_file(hand, templates()["digits"].dumps().encode(), "good.json")
    hand.until(lambda: hand.id != design)
    expect(hand.notice).to_be_hidden()


def test_only_a_node_brings_the_inspector(hand, page):
    hand.tab("Train")
    rate = page.get_by_label("learning rate")
    rate.fill("0.01")
    canvas = page.locator(".canvas").bounding_box()
    page.mouse.click(canvas["x"] + 40, canvas["y"] + 60)
    page.wait_for_timeout(400)
    expect(rate).to_be_visible()
    expect(rate).to_have_value("0.01")
    page.mouse.click(*middle(page.locator(".react-flow__node .head").first))
    expect(rate).to_be_hidden()
    expect(page.locator(".knobs")).to_be_visible()
