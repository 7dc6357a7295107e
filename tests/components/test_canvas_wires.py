"""Wires on LayerCanvas by mouse and keyboard: drawn, refused with a way out, delayed, laid around what is there."""

import pytest
from playwright.sync_api import expect

from tests.components.canvas_editor import FIRST, drag, middle, node, port, until, wires

pytestmark = pytest.mark.ui


@pytest.mark.parametrize("backwards", [False, True])
def test_a_wire_is_drawn_by_dragging(page, edit, backwards):
    editor = edit()
    ends = [middle(port(page, "fc.out")), middle(port(page, "hid.in"))]
    start, end = reversed(ends) if backwards else ends
    drag(page, start, end)
    until(page, lambda: wires(page) == ["fc.out->hid.in", "in.out->fc.in"])
    assert editor.of("wire") == [{"type": "wire", "source": "fc.out", "target": "hid.in"}]
    assert page.locator(".loose-wire").count() == 0


def test_a_wire_is_drawn_by_two_clicks(page, edit):
    editor = edit()
    port(page, "fc.out").click()
    expect(page.locator(".loose-wire .drawn")).to_have_count(1)
    port(page, "hid.in").click()
    until(page, lambda: "fc.out->hid.in" in wires(page))
    assert len(editor.of("wire")) == 1
    assert editor.of("select") == [] and editor.of("move") == []


def test_escape_or_a_click_elsewhere_lets_a_wire_go(page, edit):
    editor = edit()
    start, end = middle(port(page, "fc.out")), middle(port(page, "hid.in"))
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.keyboard.press("Escape")
    expect(page.locator(".loose-wire")).to_have_count(0)
    page.mouse.up()
    port(page, "fc.out").click()
    page.mouse.click(900, 800)
    expect(page.locator(".loose-wire")).to_have_count(0)
    page.mouse.click(*end)
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)
    assert editor.of("wire") == [] and wires(page) == ["in.out->fc.in"]


def test_ports_are_large_enough_to_hit_and_say_what_they_are(page, edit):
    edit()
    for locator in page.locator("[data-port]").all():
        box = locator.bounding_box()
        assert min(box["width"], box["height"]) >= 24
    port(page, "fc.in").hover()
    expect(port(page, "fc.in").locator(".tip")).to_have_css("opacity", "1")
    expect(port(page, "fc.in").locator(".tip")).to_have_text("in64")


def test_a_refused_wire_is_red_and_its_bubble_has_the_way_out(page, edit):
    editor = edit()
    drag(page, middle(port(page, "hid.out")), middle(port(page, "end.in")))
    bubble = page.locator(".bubble")
    expect(bubble.locator("p")).to_have_text("hid gives 32 values, end expects 10.")
    expect(page.locator(".loose-wire .refused")).to_have_count(1)
    expect(port(page, "end.in")).to_have_class("port in nodrag nopan bad")
    bubble.get_by_role("button", name="Take end away").click()
    until(page, lambda: editor.of("fix") != [])
    said = "hid gives 32 values, end expects 10."
    asked = {"type": "fix", "node": "end", "port": "in", "message": said, "refused": True, "fix": 1}
    assert editor.of("fix") == [asked]
    expect(bubble).to_have_count(0)
    expect(page.locator(".loose-wire")).to_have_count(0)
    drag(page, middle(port(page, "hid.out")), middle(port(page, "end.in")))
    expect(bubble).to_have_count(1)
    page.keyboard.press("Escape")
    expect(bubble).to_have_count(0)
    expect(page.locator(".port.bad")).to_have_count(0)


def test_problems_open_one_at_a_time_and_stay_inside(page, edit):
    editor = edit()
    problems = [
        {"node": "fc", "port": "in", "message": "in gives 64 values, fc expects 10.", "fixes": ["Set fc to 64"]},
        {"node": "end", "port": "in", "message": "Nothing arrives at end. " * 6, "fixes": []},
    ]
    editor.canvas.problems = problems
    bubble = page.locator(".bubble")
    expect(bubble.locator("p")).to_have_text(problems[0]["message"])
    expect(page.locator(".port.bad")).to_have_count(2)
    port(page, "end.in").hover()
    expect(bubble).to_have_count(1)
    expect(bubble.locator("p")).to_contain_text("Nothing arrives at end.")
    drag(page, (900, 800), (1330, 1010))  # push the drawing into the lower right corner
    port(page, "fc.in").hover()
    box = bubble.bounding_box()
    assert box["x"] >= 208 and box["x"] + box["width"] <= 1440
    assert box["y"] >= 0 and box["y"] + box["height"] <= 900
    page.keyboard.press("Escape")
    expect(bubble).to_have_count(0)
    page.mouse.move(500, 100)
    port(page, "fc.in").hover()
    bubble.get_by_role("button", name="Set fc to 64").click()
    asked = {"type": "fix", "node": "fc", "port": "in", "message": problems[0]["message"], "refused": False, "fix": 0}
    until(page, lambda: editor.of("fix") == [asked])
    editor.canvas.problems = []
    expect(page.locator(".port.bad")).to_have_count(0)


UNMEASURED = """() => {
    const Real = window.ResizeObserver;
    const isNode = ({ target }) => target.matches(".react-flow__node");
    window.ResizeObserver = class extends Real {
        constructor(report) {
            super((entries) => {
                const others = entries.filter((entry) => !isNode(entry));
                if (others.length) report(others, this);
            });
        }
    };
}"""


def test_a_wire_is_drawn_at_nodes_that_nobody_has_measured(page, edit):
    """Under load React Flow lost the measure of a node that changed again at once, and with it all wires there."""
    page.add_init_script(f"({UNMEASURED})()")
    editor = edit()
    expect(page.locator(".react-flow__edge")).to_have_count(1)
    editor.canvas.param.update(
        nodes=[*editor.canvas.nodes, node("late", "Leaky", 500, 200)],
        wires=[*editor.canvas.wires, {"source": "fc.out", "target": "late.in", "delay": 0}],
    )
    expect(page.locator(".react-flow__edge")).to_have_count(2)
    ends = page.locator("[data-id='fc.out->late.in'] .react-flow__edge-path").evaluate(
        """(line) => [0, line.getTotalLength()].map((length) => {
            const { x, y } = line.getPointAtLength(length).matrixTransform(line.getScreenCTM());
            return [x, y];
        })"""
    )
    for end, name in zip(ends, ("fc.out", "late.in"), strict=True):
        assert end == pytest.approx(middle(port(page, name)), abs=1)


def test_a_wire_is_selected_delayed_and_deleted(page, edit):
    editor = edit()
    line = page.locator(".react-flow__edge-interaction")
    page.mouse.click(*middle(line))
    until(page, lambda: editor.canvas.selection == {"nodes": [], "wires": ["in.out->fc.in"]})
    page.get_by_role("button", name="One step more delay").click()
    until(page, lambda: editor.canvas.wires[0]["delay"] == 1)
    assert editor.of("delay") == [{"type": "delay", "source": "in.out", "target": "fc.in", "delay": 1}]
    page.mouse.click(900, 800)
    expect(page.locator(".delay")).to_have_text("z⁻¹")
    page.mouse.click(middle(line)[0] - 20, middle(line)[1])
    page.keyboard.press("Delete")
    until(page, lambda: wires(page) == [])
    assert editor.of("remove") == [{"type": "remove", "nodes": [], "wires": ["in.out->fc.in"]}]


def passes(page, wire, name):
    """Whether the line of a wire goes through a node."""
    return page.evaluate(
        """([wire, name]) => {
            const inside = (root) => [...root.querySelectorAll("*")].map((one) => one.shadowRoot).filter(Boolean);
            const find = (root, what) =>
                root.querySelector(what) ?? inside(root).map((one) => find(one, what)).find(Boolean);
            const path = find(document, `.react-flow__edge[data-id='${wire}'] path`);
            const node = find(document, `.react-flow__node[data-id='${name}']`);
            const box = node.getBoundingClientRect();
            const matrix = path.getScreenCTM();
            const length = path.getTotalLength();
            return Array.from({ length: 400 }, (_, k) => path.getPointAtLength((k / 399) * length))
                .map((point) => point.matrixTransform(matrix))
                .some(({ x, y }) => x > box.left && x < box.right && y > box.top && y < box.bottom);
        }""",
        [wire, name],
    )


def levels(page):
    """The heights at which wires pass others, by name."""
    found = page.locator(".react-flow__edge").evaluate_all(
        """all => all.map(one => {
            const box = one.querySelector("path").getBBox();
            return [one.dataset.id, box.y, box.y + box.height];
        })"""
    )
    return {name: (low, high) for name, low, high in found}


def test_a_wire_passes_around_what_lies_in_its_way(page, edit):
    skipping = [
        {"source": "in.out", "target": "hid.in", "delay": 0},
        {"source": "in.out", "target": "end.in", "delay": 0},
    ]
    editor = edit(wires=[FIRST, *skipping])
    for wire, between in (("in.out->hid.in", "fc"), ("in.out->end.in", "fc"), ("in.out->end.in", "hid")):
        assert not passes(page, wire, between)
    drawn = levels(page)
    assert drawn["in.out->fc.in"][0] == drawn["in.out->fc.in"][1], "nothing is in its way"
    assert drawn["in.out->hid.in"] != drawn["in.out->end.in"], "two that pass one way lie apart"
    editor.canvas.nodes = [one | ({"y": 300} if one["id"] in ("fc", "hid") else {}) for one in editor.canvas.nodes]
    until(page, lambda: (ends := levels(page)["in.out->end.in"])[0] == ends[1])


def test_a_wire_to_a_port_of_the_same_side_is_refused_with_a_sentence(page, edit):
    editor = edit()
    drag(page, middle(port(page, "in.out")), middle(port(page, "fc.out")))
    expect(page.locator(".bubble p")).to_contain_text("this is an output too")
    assert not editor.of("wire")
    page.keyboard.press("Escape")
    expect(page.locator(".bubble")).to_have_count(0)
