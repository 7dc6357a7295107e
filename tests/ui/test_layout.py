"""Nothing is cut off and nothing lies on something else, at both sizes, in both themes, with every tab open."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.ui

SIZES = [(1024, 700), (1440, 900)]
TABS = ["Lessons", "Designs", "Parts", "Train", "Hardware", "Inspect"]

FAULTS = (Path(__file__).parent / "layout_faults.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_everything_has_its_place(app, hand_on, open_page, size, scheme):
    width, height = size
    with open_page(viewport={"width": width, "height": height}, color_scheme=scheme) as page:
        hand = hand_on(page).visit()
        assert page.locator(".wb.frame.dark").count() == (scheme == "dark")
        assert page.locator(".frame.narrow").count() == (width <= 1100)
        hand.tab("Designs")
        page.locator(".designs .open", has=page.get_by_text("Digits 64-32-10", exact=True)).click()
        hand.until(lambda: hand.figure("accuracy"))
        page.keyboard.press("Escape")
        hand.press("+1 batch")
        hand.pick("fc2")
        page.wait_for_timeout(300)
        faults = {"all closed": page.evaluate(FAULTS)}
        for tab in TABS:
            hand.tab(tab)
            page.wait_for_timeout(250)
            faults[tab] = page.evaluate(FAULTS)
            if width <= 1100:
                page.keyboard.press("Escape")
        assert not (found := {tab: each for tab, each in faults.items() if each}), found


def test_the_theme_button_turns_the_page_and_it_stays(hand, page):
    assert not page.locator(".wb.frame.dark").count()
    hand.press("Dark colours")
    expect(page.locator(".wb.frame")).to_contain_class("dark")
    for part in (".canvas", ".time-scope", ".palette", ".knobs", ".titlebar", ".transport"):
        expect(page.locator(part).first).to_contain_class("dark")
    page.reload()
    hand.stands()
    expect(page.locator(".wb.frame")).to_contain_class("dark")
    expect(page.locator(".time-scope")).to_contain_class("dark")


def test_rails_fold_and_open_over_the_canvas(app, hand_on, open_page):
    with open_page(viewport={"width": 1024, "height": 700}) as page:
        hand = hand_on(page).visit()
        assert not page.locator(".part").first.is_visible()
        hand.tab("Parts")
        expect(page.locator(".part").first).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".part").first).to_be_hidden()
