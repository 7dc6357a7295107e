"""SampleTile: the sample and the answer in words, and a pad that a mouse and a keyboard can draw on."""

from functools import cached_property

import numpy as np
import pytest
from playwright.sync_api import expect

from components.sample_tile import SampleTile

IMAGE = np.arange(64).reshape(8, 8) / 63


@pytest.mark.parametrize("image", [[1, 2, 3], np.zeros((2, 2, 2)), np.zeros((0, 4))])
def test_only_a_picture_is_shown(image):
    with pytest.raises(ValueError, match=r"SampleTile.present: image must be \(height, width\)"):
        SampleTile().present(image)


@pytest.mark.parametrize("image", [None, "x", [[]], [[1], [1, 2]], [["a"]], [[float("nan")]], [[0] * 65]])
def test_a_drawing_that_is_none_goes_nowhere(image):
    tile, heard = SampleTile(), []
    tile.on_event(heard.append)
    tile._handle_msg({"type": "draw", "image": image})
    assert heard == []


class Bench:
    """A tile on a page and what it said."""

    def __init__(self, page, serve, **params):
        self.page, self.events, self.params = page, [], params
        self.address = serve(self.made)
        page.goto(self.address)
        self.root = page.locator(".tile")
        expect(self.root).to_be_visible()
        self.pad = self.root.locator("canvas")

    @cached_property
    def tile(self):
        tile = SampleTile(width=170, height=480, **self.params)
        tile.on_event(self.events.append)
        return tile

    def made(self):
        """The tile, made where the page is: on the server's loop, which all that it sends from any thread goes by."""
        return self.tile

    def open_pad(self):
        self.root.get_by_role("button", name="draw your own").click()
        expect(self.root.get_by_role("button", name="back to the data")).to_be_visible()

    def at(self, row, column):
        """The middle of a pixel of the pad on the page."""
        box = self.pad.bounding_box()
        left, top, cell, scale = self.pad.evaluate("(c) => [c.left, c.top, c.cell, c.width / c.clientWidth]")
        return box["x"] + (left + (column + 0.5) * cell) / scale, box["y"] + (top + (row + 0.5) * cell) / scale

    def stroke(self, *places, button="left"):
        self.page.mouse.move(*self.at(*places[0]))
        self.page.mouse.down(button=button)
        for place in places[1:]:
            self.page.mouse.move(*self.at(*place), steps=8)
        self.page.mouse.up(button=button)

    def drawn(self):
        """What was drawn, as soon as nothing more was said about it for a quarter of a second."""
        known = -1
        while known < len(self.events):
            known = len(self.events)
            self.page.wait_for_timeout(250)
        return np.array(self.events[-1]["image"])


@pytest.mark.ui
def test_the_sample_and_the_answer_are_said_in_words(page, serve):
    bench = Bench(page, serve)
    expect(bench.root.locator(".empty")).to_have_text("Press Space to run: the sample appears here.")
    bench.tile.present(IMAGE, 3, 17)
    expect(bench.root.locator(".label")).to_have_text("label 3")
    expect(bench.root.locator(".says")).to_have_text("")
    bench.tile.votes([0, 0, 1, 9, 0, 0, 0, 0, 0, 0], 3)
    expect(bench.root.locator(".says")).to_have_text("says 3, right")
    expect(bench.root.locator("li").nth(3)).to_have_class("first")
    expect(bench.root.locator("li .count").nth(3)).to_have_text("9")
    bench.tile.votes([0, 0, 12, 9, 0, 0, 0, 0, 0, 0], 2)
    expect(bench.root.locator(".says")).to_have_text("says 2, wrong")
    bench.tile.present(None)
    expect(bench.root.locator(".empty")).not_to_be_empty()


@pytest.mark.ui
def test_a_page_that_reappears_shows_the_same(page, serve):
    bench = Bench(page, serve)
    bench.tile.present(IMAGE, 3)
    bench.tile.votes([1] * 10, 5)
    expect(bench.root.locator(".says")).to_have_text("says 5, wrong")
    bench.open_pad()
    bench.stroke((1, 1), (5, 5))
    drawing = bench.drawn()
    page.reload()
    expect(bench.root.get_by_role("button", name="back to the data")).to_be_visible()
    bench.stroke((1, 6), (1, 7))
    again = bench.drawn()
    np.testing.assert_allclose(again[4:, :4], drawing[4:, :4], atol=1e-3)


@pytest.mark.ui
def test_the_mouse_draws_soft_strokes(page, serve, until):
    bench = Bench(page, serve)
    bench.tile.present(IMAGE, 3)
    bench.open_pad()
    bench.stroke((1, 3), (6, 3))
    image = bench.drawn()
    assert image.shape == (8, 8)
    assert (image[1:6, 3] > 0.8).all() and image[6, 3] > 0.5 and image.max() <= 1
    assert ((image[2:6, 2] > 0.05) & (image[2:6, 2] < 0.6)).all()
    assert (image[:, 5:] < 0.02).all()
    draws = [event for event in bench.events if event["type"] == "draw"]
    assert 2 <= len(draws) <= 12
    bench.stroke((3, 0), (3, 7), button="right")
    erased = bench.drawn()
    assert erased[3, 3] < 0.2 < 0.5 < erased[5, 3]
    bench.root.get_by_role("button", name="clear").click()
    assert bench.drawn().max() == 0
    bench.root.get_by_role("button", name="back to the data").click()
    until(lambda: bench.events[-1] == {"type": "draw_clear"})
    expect(bench.root.locator(".label")).to_have_text("label 3")


@pytest.mark.ui
def test_the_ink_of_a_stroke_does_not_depend_on_its_speed(page, serve):
    bench = Bench(page, serve)
    bench.open_pad()
    images = []
    for steps in (2, 40):
        bench.root.get_by_role("button", name="clear").click()
        page.mouse.move(*bench.at(2, 1))
        page.mouse.down()
        page.mouse.move(*bench.at(2, 6), steps=steps)
        page.mouse.up()
        images.append(bench.drawn())
    np.testing.assert_allclose(*images, atol=0.1)


@pytest.mark.ui
def test_the_keys_draw_too_and_the_page_does_not_hear_them(page, serve):
    bench = Bench(page, serve)
    page.evaluate("() => { window.heard = []; document.addEventListener('keydown', (e) => window.heard.push(e.key)); }")
    bench.open_pad()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    bench.pad.focus()
    page.evaluate("() => (window.heard = [])")
    page.keyboard.press("ArrowRight")
    for key in ("ArrowRight", "ArrowDown", " "):
        page.keyboard.press(key)
    image = bench.drawn()
    assert np.argwhere(image).tolist() in ([[1, 2]], [[1, 1]])
    page.keyboard.press("Backspace")
    assert bench.drawn().max() == 0
    assert page.evaluate("() => window.heard") == []


@pytest.mark.ui
def test_every_target_is_large_enough(page, serve):
    bench = Bench(page, serve)
    bench.open_pad()
    for button in bench.root.get_by_role("button").all():
        box = button.bounding_box()
        assert box["width"] >= 24 and box["height"] >= 24


@pytest.mark.ui
def test_an_empty_pad_has_no_verdict(page, serve):
    bench = Bench(page, serve)
    bench.tile.present(IMAGE, 3, 17, [0, 4, 0, 9, 0, 0, 0, 0, 0, 0], 3)
    expect(bench.root.locator(".says")).to_have_text("says 3, right")
    bench.open_pad()
    bench.tile.votes([0, 2, 0, 0, 0, 0, 0, 0, 0, 0], 1)  # whatever Python may still say
    page.wait_for_timeout(150)
    for _ in range(2):
        expect(bench.root.locator(".says")).to_have_text("")
        assert set(bench.root.locator("li .count").all_inner_texts()) == {""}
        assert bench.root.locator("li.first").count() == 0
        bench.stroke((1, 1), (5, 5))
        bench.tile.votes([0, 2, 0, 0, 0, 0, 0, 0, 0, 0], 1)
        expect(bench.root.locator(".says")).to_have_text("says 1")
        bench.root.get_by_role("button", name="clear").click()
