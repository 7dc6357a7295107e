"""Another data set: its sizes are put right by buttons, its samples are shown and drawn, its classes have names."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.ui


@pytest.fixture
def digits(digits):
    """The hand on the digits starter, its Input selected."""
    digits.pick("in")
    return digits


def press_fix(hand, words):
    """Press the button of the bubble that says these words."""
    hand.bubble.locator(".fix").filter(has_text=words).first.click()
    expect(hand.bubble).to_be_hidden()


def class_names(hand):
    return hand.page.locator(".tile .votes .name").all_inner_texts()


def runs(hand):
    began = hand.step
    hand.until(lambda: hand.step > began + 5)


def test_mnist_is_shown_drawn_and_learned(digits):
    hand, tile = digits, digits.page.locator(".tile")
    hand.choose("data", "mnist 5k")
    expect(hand.bubble.locator("p")).to_contain_text("mnist_5k gives 784 values, in expects 64")
    press_fix(hand, "Set in.shape to [784]")
    runs(hand)
    assert hand.history()[-2:] == ["Data digits → mnist_5k", "Set in.shape to [784]"]
    saved = hand.saved()
    assert saved["stimulus"]["data"] == saved["training"]["data"] == "mnist_5k"
    hand.press("+1 batch")
    status = hand.page.locator(".transport.training .status")
    hand.until(lambda: "batch 1 of 63" in status.inner_text(), 90)  # the first compiles what a wide layer is made of
    tile.locator(".toggle").click()
    assert "Drawing pad of 28 by 28" in (tile.locator("canvas").get_attribute("aria-label") or "")
    box = tile.locator("canvas").bounding_box()
    assert box
    x, y, side = box["x"], box["y"], box["width"]
    hand.drag((x + side / 2, y + side / 4), (x + side / 2, y + 3 * side / 4))
    runs(hand)
    expect(tile.locator(".label")).to_have_text("your drawing")


def test_a_data_set_of_other_classes(digits):
    hand, tile = digits, digits.page.locator(".tile")
    tile.locator(".toggle").click()
    hand.choose("data", "yin yang")
    press_fix(hand, "Leave in.shape empty")
    hand.page.locator(".react-flow__node[data-id=out]").press("Enter")
    expect(hand.bubble.locator("p")).to_contain_text("out gives 10 values, yin_yang has 3 classes")
    press_fix(hand, "Set fc2.out_features to 3")
    runs(hand)
    hand.until(lambda: class_names(hand) == ["yin", "yang", "dot"])
    expect(tile.locator(".toggle")).to_contain_text("draw your own")  # the pad of 8 × 8 has gone with its network
    hand.pick("in")
    hand.choose("data", "digits")  # in.shape follows the data by now, and the weights with it
    press_fix(hand, "Set fc2.out_features to 10")
    runs(hand)
    hand.until(lambda: len(class_names(hand)) == 10)
