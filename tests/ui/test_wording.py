"""One voice for every refusal of the page, and the word on saving that a kept design comes with."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.ui


def test_every_field_refuses_in_one_voice(hand, page):
    hand.open_starter("Digits 64-32-10")
    hand.until(lambda: len(hand.wires) == 5)
    hand.pick("hidden")
    hand.type("beta", "1.5")
    said = {"slider": hand.knob("beta").locator(".refused").inner_text()}
    hand.type("surrogate_alpha", "-1")
    said["number"] = hand.until(lambda: hand.knob("surrogate_alpha").locator(".refused").inner_text())
    hand.pick("fc1")
    hand.type("in_features", "many")
    said["text"] = hand.until(lambda: hand.knob("in_features").locator(".refused").inner_text())
    hand.tab("Train")
    page.get_by_label("batch", exact=True).fill("0")
    page.keyboard.press("Enter")
    said["setting"] = hand.until(lambda: page.locator(".settings .refused:not(:empty)").inner_text())
    name = page.get_by_label("Name of the design")
    name.fill("n" * 120)
    page.keyboard.press("Enter")
    said["name"] = hand.until(lambda: page.locator(".titlebar .refused").inner_text())
    expect(name).to_have_value("Digits 64-32-10")
    assert page.locator(".settings .refused:not(:empty)").count() == 0, "that field was left"
    begins = {
        "slider": "hidden.beta: must be a number from 0 to 1, got 1.5; ",
        "number": "hidden.spike_grad.alpha: must be a number from ",
        "text": 'fc1.in_features: must be a whole number from 1 to 10,000,000, got "many"; ',
        "setting": "batch: must be a whole number from 1 to 10,000, got 0; ",
        "name": "name: must be text of at most 100 characters, got 120; ",
    }
    for field, words in begins.items():
        assert said[field].startswith(words), said[field]
        assert len(said[field]) <= 200 and said[field].endswith(".")
    expect(hand.notice).to_be_hidden()


def test_a_kept_design_is_said_to_be_saved(hand, page):
    assert page.locator(".titlebar .saved").inner_text() == ""
    hand.pick("lif1")
    hand.type("beta", "0.8")
    hand.saved()
    page.reload()
    hand.stands()
    expect(page.locator(".titlebar .saved")).to_have_text("saved")
