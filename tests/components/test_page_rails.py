"""PageFrame on a narrow page: rails fold to named icons; what stays stands beside the canvas, the rest over it."""

import pytest
from playwright.sync_api import expect

from tests.components.whole_page import frame

pytestmark = pytest.mark.ui


def test_folded_rails_open_over_the_canvas(open_page, serve):
    with open_page(viewport={"width": 1024, "height": 700}) as page:
        page.goto(serve(frame()))
        parts, designs = page.get_by_role("tab", name="Parts"), page.get_by_role("tab", name="Designs")
        parts.wait_for()
        expect(page.get_by_text("all parts")).to_be_hidden()
        canvas = page.get_by_text("the canvas").bounding_box()
        parts.click()
        expect(page.get_by_text("all parts")).to_be_visible()
        assert page.get_by_text("the canvas").bounding_box() == canvas
        designs.click()
        expect(page.get_by_role("button", name="digits")).to_be_visible()
        designs.click()
        expect(page.get_by_role("button", name="digits")).to_be_hidden()
        page.get_by_role("tab", name="Inspect").click()
        expect(page.get_by_label("beta, slider")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_label("beta, slider")).to_be_hidden()
        parts.click()
        page.mouse.click(600, 300)
        expect(page.get_by_text("all parts")).to_be_hidden()
        # Wide again, both stand open beside the canvas.
        page.set_viewport_size({"width": 1440, "height": 900})
        expect(page.get_by_label("beta, slider")).to_be_visible()


def test_the_folded_right_rail_stands_beside_the_canvas_and_stays(open_page, serve):
    shell = frame(wide_tabs=["Lessons"])
    with open_page(viewport={"width": 1024, "height": 700}) as page:
        page.goto(serve(shell))
        knob, canvas = page.get_by_label("beta, slider"), page.locator(".center")
        page.get_by_role("tab", name="Inspect").click()
        expect(knob).to_be_visible()
        edge = canvas.bounding_box()["x"] + canvas.bounding_box()["width"]
        assert edge <= page.locator(".right .panels").bounding_box()["x"]
        page.mouse.click(300, 300)
        page.mouse.click(300, 600)
        expect(knob).to_be_visible()
        page.get_by_role("tab", name="Lessons").click()  # a text that one follows stays as well, and has the room
        expect(knob).to_be_hidden()
        expect(page.get_by_text("the tile")).to_be_visible()
        page.get_by_role("tab", name="Inspect").click()  # until the knobs are reached for
        page.mouse.click(500, 300)
        expect(page.get_by_text("a lesson")).to_be_visible()
        left = page.locator(".left .panels").bounding_box()
        assert left["x"] + left["width"] <= canvas.bounding_box()["x"]
        expect(knob).to_be_visible()
        assert canvas.bounding_box()["width"] > 370
        page.get_by_role("tab", name="Inspect").click()
        expect(knob).to_be_hidden()


def test_python_opens_a_folded_rail_when_no_button_is_held(open_page, serve):
    shell = frame()
    with open_page(viewport={"width": 1024, "height": 700}) as page:
        page.goto(serve(shell))
        knob = page.get_by_label("beta, slider")
        page.get_by_text("the canvas").wait_for()
        page.mouse.move(300, 300)
        page.mouse.down()
        shell.reveal("right")
        page.wait_for_timeout(200)
        expect(knob).to_be_hidden()
        page.mouse.up()
        expect(knob).to_be_visible()
        page.keyboard.press("Escape")
        expect(knob).to_be_hidden()
        shell.reveal("right")
        expect(knob).to_be_visible()


def test_folded_tabs_show_their_names(open_page, serve):
    with open_page(viewport={"width": 1024, "height": 700}) as page:
        page.goto(serve(frame()))
        for name in ("Parts", "Lessons", "Designs", "Inspect", "Train", "Hardware"):
            box = page.get_by_role("tab", name=name).get_by_text(name).bounding_box()
            assert box["width"] > 20 and box["height"] > 8


def test_a_notice_stays_clear_of_an_open_rail(open_page, serve):
    shell = frame(notice={"text": "A sentence that is as long as such sentences tend to be, or a little longer still."})
    with open_page(viewport={"width": 1024, "height": 700}) as page:
        page.goto(serve(shell))
        page.get_by_role("tab", name="Inspect").click()
        box = page.locator(".notice").bounding_box()
        assert box["x"] + box["width"] <= page.locator(".right .panels").bounding_box()["x"]


def test_a_notice_stays_clear_of_what_lies_over_the_canvas(open_page, serve):
    shell = frame(notice={"text": "A sentence that is as long as such sentences tend to be, or a little longer still."})
    with open_page(viewport={"width": 1024, "height": 700}) as page:
        page.goto(serve(shell))
        page.get_by_role("tab", name="Designs").click()
        left = page.locator(".left .panels").bounding_box()
        assert page.locator(".notice").bounding_box()["x"] >= left["x"] + left["width"]
