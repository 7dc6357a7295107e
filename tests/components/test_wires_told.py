"""What LayerCanvas and Python tell each other of a wire that is being drawn: its beginning, its end, and for whom an
answer is."""

import pytest
from playwright.sync_api import expect

from components.layer_canvas import LayerCanvas

pytestmark = pytest.mark.ui

PORTS = {
    "inputs": [{"id": "in", "label": "in", "shape": "64"}],
    "outputs": [{"id": "out", "label": "out", "shape": "32"}],
}
NODES = [
    {"id": name, "kind": "Leaky", "title": "Leaky", "subtitle": "", "shape": "32", "color": "", "light": "ready"}
    | {"note": "", "x": x, "y": 0, **PORTS}
    for name, x in (("one", 0), ("two", 260))
]
PARTS = [{"kind": kind, "title": kind, "group": "neurons", "meaning": ""} for kind in ("Leaky", "Alpha")]


@pytest.fixture
def canvas():
    return LayerCanvas(nodes=NODES, wires=[], sizing_mode="stretch_both")


def middle(page, name):
    box = page.locator(f"[data-port='{name}']").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def take(page, name, place=(700, 700)):
    """Draw a wire from that port to a place of the empty sheet, and hold it there."""
    page.mouse.move(*middle(page, name))
    page.mouse.down()
    page.mouse.move(*place, steps=4)


@pytest.mark.parametrize("way", ["dropped", "wired", "cancelled"])
def test_the_end_of_a_wire_is_told_however_it_ends(page, show, until, canvas, way):
    events = show(canvas)
    take(page, "one.out")
    until(lambda: events.of("pick") == [{"type": "pick", "port": "one.out"}])
    if way == "wired":
        page.mouse.move(*middle(page, "two.in"), steps=4)
    if way == "cancelled":
        page.keyboard.press("Escape")
    page.mouse.up()
    until(lambda: [event["port"] for event in events.of("pick")] == ["one.out", ""])


def test_an_answer_for_a_list_that_was_closed_does_not_fill_the_next_one(page, show, until, canvas):
    events, menu = show(canvas), page.locator(".parts-menu")
    for name in ("one.out", "two.out"):
        take(page, name)
        page.mouse.up()
        expect(menu.locator("input")).to_be_focused()
        until(lambda: events.of("offer") and events.of("offer")[-1]["port"] == name)  # noqa: B023
        if name == "one.out":
            page.keyboard.press("Escape")
            expect(menu).to_have_count(0)
    page.keyboard.press("Enter")  # hasty: nothing is offered yet
    canvas.offer("one.out", PARTS)
    page.wait_for_timeout(200)
    assert menu.locator("[role=status]").inner_text() == "…" and not events.of("add")
    canvas.offer("two.out", PARTS[1:])
    until(lambda: [(event["kind"], event["port"]) for event in events.of("add")] == [("Alpha", "two.out")])


def test_while_a_wire_is_drawn_the_port_it_comes_from_covers_nothing(page, show, canvas):
    show(canvas)
    tips = page.locator("[data-port='one.out'] .tip"), page.locator("[data-port='two.in'] .tip")
    page.locator("[data-port='one.out']").hover()
    expect(tips[0]).to_have_css("opacity", "1")
    take(page, "one.out")
    expect(tips[0]).to_be_hidden()
    page.mouse.move(*middle(page, "two.in"), steps=4)
    expect(tips[1]).to_have_css("opacity", "1")
    page.keyboard.press("Escape")
    page.mouse.up()
    page.locator("[data-port='one.out']").hover()
    expect(tips[0]).to_have_css("opacity", "1")
