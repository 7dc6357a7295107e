"""What LayerCanvas and Python tell each other of a wire that is being drawn: its beginning and its end."""

import pytest

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
