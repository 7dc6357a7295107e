"""Training: an epoch raises the accuracy in sight, and a digit drawn with the mouse is then read."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.ui

EPOCHS = 6
# Strokes on the pad of 8 × 8 pixels, as a hand would draw them: [(x, y), …] each.
STROKES = {
    0: [[(3.9, 0.8), (2.2, 1.8), (1.8, 4.0), (2.2, 6.2), (3.9, 7.2), (5.5, 6.2), (5.9, 4.0), (5.5, 1.8), (3.9, 0.8)]],
    1: [[(2.6, 2.4), (4.2, 0.8), (4.2, 7.3)], [(4.0, 0.8), (4.0, 7.3)]],
}


@pytest.fixture
def digits(hand):
    """The hand on the digits starter, at ten times the usual speed."""
    hand.open_starter("Digits 64-32-10")
    hand.until(lambda: hand.figure("accuracy"))
    return hand


def train(hand, epochs):
    """Run training until so many epochs are done, then pause it and wait for the word that it rests."""
    bar = hand.page.locator(".transport.training")
    bar.get_by_role("button", name="Run training").click()
    hand.until(lambda: f"epoch {epochs + 1} of" in bar.locator(".status").inner_text(), 90)
    bar.get_by_role("button", name="Pause training").click()
    expect(bar.get_by_role("button", name="Run training")).to_be_visible()


def test_one_epoch_raises_the_accuracy_in_sight(digits, page):
    digits.tab("Train")
    before = digits.figure("accuracy")
    assert before < 30
    weights = digits.saved()["weights"]
    train(digits, 1)
    digits.until(lambda: digits.figure("accuracy") > before + 20)
    assert "of 360 held-out" in page.locator(".strip dl").first.get_attribute("title")
    assert digits.saved()["weights"] != weights
    assert digits.history()[-1].startswith("Train, epoch 1")


def test_one_batch_and_new_weights_are_one_gesture_each(digits, page):
    first = digits.saved()["weights"]
    digits.press("+1 batch")
    digits.until(lambda: digits.history()[-1] == "Train one batch, epoch 1")
    digits.press("new weights")
    digits.until(lambda: digits.history()[-1] == "New weights, seed 1")
    assert digits.saved()["weights"] != first
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    digits.until(lambda: digits.saved()["weights"] == first)


def test_a_digit_drawn_with_the_mouse_is_read(digits, page):
    page.locator(".transport.simulation select").select_option("200")
    train(digits, EPOCHS)
    assert digits.figure("accuracy") > 80
    tile = page.locator(".tile")
    tile.get_by_role("button", name="draw your own").click()
    pad = tile.locator("canvas")
    for digit, strokes in STROKES.items():
        tile.get_by_role("button", name="clear").click()
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        for first, *rest in [
            [(box["x"] + x * box["width"] / 8, box["y"] + y * box["height"] / 8) for x, y in stroke]
            for stroke in strokes
        ]:
            page.mouse.move(*first)
            page.mouse.down()
            for place in rest:
                page.mouse.move(*place, steps=6)
            page.mouse.up()
        page.wait_for_timeout(400)
        digits.until(lambda digit=digit: tile.locator(".says").inner_text() == f"says {digit}", 10)
        assert tile.locator(".votes li.first .name").inner_text() == str(digit)
    assert tile.locator(".label").inner_text() == "your drawing"
    tile.get_by_role("button", name="back to the data").click()
    digits.until(lambda: tile.locator(".label").inner_text().startswith("label"))
