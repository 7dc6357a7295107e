"""Wires that know where they may end: what glows and what is refused while one is drawn, and parts put in by a wire."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.ui.hand import middle

pytestmark = pytest.mark.ui


@pytest.fixture
def digits(digits):
    """The hand on the digits starter, with a neuron and a convolution beside it that have no wires yet."""
    digits.neuron, digits.image = digits.drop("Leaky", 600, 60), digits.drop("Conv2d", 600, 330)
    return digits


def pick_up(hand, port, place):
    """Draw a wire from the port to a place without letting it go."""
    hand.page.mouse.move(*middle(hand.port(port)))
    hand.page.mouse.down()
    hand.page.mouse.move(*place, steps=6)


def empty(hand):
    """A place of the canvas where nothing is."""
    box = hand.page.locator(".canvas").bounding_box()
    return box["x"] + 380, box["y"] + 330


def history(hand):
    return hand.history()[-1]


def test_ports_that_would_do_glow_and_the_others_fade(digits, page):
    pick_up(digits, "hidden.out", empty(digits))
    expect(digits.port(f"{digits.neuron}.in")).to_contain_class("fits")
    for port in (f"{digits.image}.in", "fc1.in", "fc2.in", "out.out"):
        expect(digits.port(port)).to_contain_class("closed")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".port.fits, .port.closed")).to_have_count(0)


def test_over_a_wrong_port_it_turns_red_and_says_why_and_then_offers_the_way_out(digits, page):
    pick_up(digits, "hidden.out", empty(digits))
    expect(digits.port(f"{digits.image}.in")).to_contain_class("closed")
    page.mouse.move(*middle(digits.port(f"{digits.image}.in")), steps=4)
    expect(digits.bubble.locator("p")).to_contain_text("hidden gives 32 values")
    expect(page.locator(".loose-wire .refused")).to_have_count(1)
    expect(digits.bubble.locator(".fix")).to_have_count(0)
    page.mouse.move(*empty(digits), steps=4)
    expect(digits.bubble).to_be_hidden()
    page.mouse.move(*middle(digits.port(f"{digits.image}.in")), steps=4)
    page.mouse.up()
    digits.bubble.locator(".fix").filter(has_text="Reshape").click()
    digits.until(lambda: any(wire.endswith(f"->{digits.image}.in") for wire in digits.wires))


def test_a_refused_wire_goes_when_the_network_is_another_one(digits, page):
    digits.wire("hidden.out", f"{digits.image}.in")
    refused = page.locator(".loose-wire .refused")
    expect(refused).to_have_count(1)
    expect(digits.bubble.locator(".fix")).to_have_count(1)
    page.keyboard.press("Control+z")
    digits.until(lambda: digits.image not in digits.nodes)
    expect(refused).to_have_count(0)
    expect(digits.bubble).to_be_hidden()


def test_a_wire_let_go_on_the_empty_sheet_offers_what_fits(digits, page):
    before = set(digits.nodes)
    pick_up(digits, "hidden.out", empty(digits))
    page.mouse.up()
    menu = page.locator(".parts-menu")
    expect(menu.locator("input")).to_be_focused()
    expect(menu.locator("[role=option]").first).to_be_visible()
    assert "Conv2d" not in menu.locator("[role=option]").evaluate_all("all => all.map(one => one.dataset.kind)")
    page.keyboard.type("linear")
    expect(menu.locator("[aria-selected=true]")).to_have_attribute("data-kind", "Linear")
    page.keyboard.press("Enter")
    new = digits.until(lambda: set(digits.nodes) - before).pop()
    digits.until(lambda: f"hidden.out->{new}.in" in digits.wires)
    expect(menu).to_have_count(0)
    assert history(digits) == f"Add Linear {new}"
    page.keyboard.press("Control+z")
    digits.until(lambda: set(digits.nodes) == before)


def test_a_wire_into_a_port_offers_what_may_feed_it(digits, page):
    pick_up(digits, f"{digits.neuron}.in", empty(digits))
    page.mouse.up()
    expect(page.locator(".parts-menu input")).to_be_focused()
    page.keyboard.type("sparse")
    page.locator(".parts-menu [data-kind=Sparse]").click()
    digits.until(lambda: any(wire.endswith(f".out->{digits.neuron}.in") for wire in digits.wires))


def test_the_offer_goes_by_escape_and_by_a_press_elsewhere(digits, page):
    nodes = digits.nodes
    menu = page.locator(".parts-menu")
    for leave in (lambda: page.keyboard.press("Escape"), lambda: page.locator(".titlebar .saved").click()):
        pick_up(digits, "hidden.out", empty(digits))
        page.mouse.up()
        expect(menu.locator("input")).to_be_focused()
        page.keyboard.type("no such part")
        expect(menu.locator("[role=status]")).to_have_text("No part that fits is called “no such part”.")
        page.keyboard.press("Enter")
        leave()
        expect(menu).to_have_count(0)
    assert digits.nodes == nodes and page.locator(".loose-wire").count() == 0


def test_two_clicks_on_the_empty_sheet_offer_every_part(digits, page):
    before = set(digits.nodes)
    page.mouse.dblclick(*empty(digits))
    expect(page.locator(".parts-menu input")).to_be_focused()
    page.keyboard.type("readout")
    page.keyboard.press("Enter")
    (new,) = digits.until(lambda: set(digits.nodes) - before)
    assert history(digits) == f"Add Readout {new}", "not a part whose description says the word"
    assert not any(new in wire for wire in digits.wires)


def test_a_part_dropped_on_a_wire_stands_within_it(digits, page):
    (x1, y), (x2, _) = middle(digits.port("fc1.out")), middle(digits.port("hidden.in"))
    corner = page.locator(".canvas").bounding_box()
    place = ((x1 + x2) / 2 - corner["x"], y - corner["y"])
    new = digits.drop("Dropout", *place)
    digits.until(lambda: {f"fc1.out->{new}.in", f"{new}.out->hidden.in"} <= set(digits.wires))
    assert "fc1.out->hidden.in" not in digits.wires
    boxes = [page.locator(f".react-flow__node[data-id='{n}']").bounding_box() for n in ("fc1", new, "hidden")]
    assert all(a["x"] + a["width"] < b["x"] for a, b in pairwise(boxes)), "they stand apart"
    assert history(digits) == f"Add Dropout {new}"
    page.keyboard.press("Control+z")
    digits.until(lambda: "fc1.out->hidden.in" in digits.wires and new not in digits.nodes)


def test_a_part_that_cannot_stand_in_a_wire_lies_there_and_says_why(digits, page):
    (x1, y), (x2, _) = middle(digits.port("fc1.out")), middle(digits.port("hidden.in"))
    corner = page.locator(".canvas").bounding_box()
    wires = digits.wires
    new = digits.drop("Conv2d", (x1 + x2) / 2 - corner["x"], y - corner["y"])
    expect(digits.bubble.locator("p")).to_contain_text(f"{new} expects channels")
    assert digits.wires == wires
