"""LayerCanvas in a real browser, used with mouse and keyboard: what is drawn, what is reported, what stays calm.

Long because every gesture needs the same editor around it: a palette, a canvas and the Python that judges its wires.
"""

import copy
import time

import numpy as np
import panel
import pytest
from playwright.sync_api import expect

from components.layer_canvas import LayerCanvas
from components.parts_palette import PartsPalette

pytestmark = pytest.mark.ui

PORTS = {"Input": (0, 1), "Linear": (1, 1), "Leaky": (1, 1), "Readout": (1, 0)}
GROUPS = [{"name": "All", "parts": [{"kind": kind, "title": kind, "meaning": "", "picture": ""} for kind in PORTS]}]


def node(name, kind, x, y, **more):
    """One node as Python hands it to the canvas."""
    ins, outs = PORTS[kind]
    ports = [{"id": "in", "label": "in", "shape": "64"}], [{"id": "out", "label": "out", "shape": "32"}]
    layer = "layer0" if kind == "Leaky" else ""
    fixed = {"title": kind, "subtitle": "64 → 32", "shape": "32", "color": layer, "light": "ready", "note": ""}
    return (
        {"id": name, "kind": kind, "x": x, "y": y, "inputs": ports[0][:ins], "outputs": ports[1][:outs]} | fixed | more
    )


ROW = [
    node("in", "Input", 0, 0),
    node("fc", "Linear", 200, 0),
    node("hid", "Leaky", 400, 0),
    node("end", "Readout", 600, 0),
]
FIRST = {"source": "in.out", "target": "fc.in", "delay": 0}


class Editor:
    """The Python side of a drawing: takes gestures over as an app does, and refuses any wire into `end`."""

    def __init__(self, nodes=ROW, wires=(FIRST,), **params):
        self.canvas = LayerCanvas(
            nodes=copy.deepcopy(list(nodes)), wires=list(wires), sizing_mode="stretch_both", **params
        )
        self.palette = PartsPalette(groups=GROUPS, width=208, sizing_mode="stretch_height")
        self.events = []
        self.canvas.on_event(self.take)

    def page(self):
        return panel.Row(self.palette, self.canvas, sizing_mode="stretch_both")

    def of(self, kind):
        return [event for event in self.events if event["type"] == kind]

    def take(self, event):
        self.events.append(event)
        canvas = self.canvas
        if event["type"] == "add":
            canvas.nodes = [*canvas.nodes, node(f"new{len(canvas.nodes)}", event["kind"], event["x"], event["y"])]
        elif event["type"] == "wire" and event["target"] == "end.in":
            canvas.refuse("end.in", "hid gives 32 values, end expects 10.", ["Insert Linear 32 → 10", "Take end away"])
        elif event["type"] == "wire":
            canvas.wires = [*canvas.wires, {"source": event["source"], "target": event["target"], "delay": 0}]
        elif event["type"] == "delay":
            ends = {"source": event["source"], "target": event["target"]}
            canvas.wires = [
                wire | {"delay": event["delay"]} if ends.items() <= wire.items() else wire for wire in canvas.wires
            ]
        elif event["type"] == "remove":
            gone = set(event["nodes"])
            canvas.nodes = [one for one in canvas.nodes if one["id"] not in gone]
            canvas.wires = [
                wire
                for wire in canvas.wires
                if not gone & {wire["source"].split(".")[0], wire["target"].split(".")[0]}
                and f"{wire['source']}->{wire['target']}" not in event["wires"]
            ]
        elif event["type"] == "select":
            canvas.selection = {key: event[key] for key in ("nodes", "wires")}
        elif event["type"] == "move":
            places = {name: dict(zip("xy", place, strict=True)) for name, place in event["positions"].items()}
            canvas.nodes = [one | places.get(one["id"], {}) for one in canvas.nodes]


@pytest.fixture
def edit(page, serve):
    """Open a page with palette and canvas: `editor = edit(nodes=…)`."""

    def open_editor(**params):
        editor = Editor(**params)
        page.goto(serve(editor.page()))
        page.locator(".wb.canvas").wait_for()
        if editor.canvas.nodes:
            page.locator(".react-flow__node").first.wait_for()
            page.wait_for_timeout(100)  # the first fit
        return editor

    return open_editor


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def port(page, name):
    return page.locator(f"[data-port='{name}']")


def body(page, name):
    return page.locator(f".react-flow__node[data-id='{name}'] .head")


def in_sight(page, name):
    """Whether a node lies on the canvas that is seen."""
    box = page.locator(f".react-flow__node[data-id='{name}'] .head").bounding_box()
    return box and 208 < box["x"] < 1440 and 0 < box["y"] < 900


def drag(page, start, end, steps=8):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=steps)
    page.mouse.up()


def until(page, holds):
    """Wait until `holds()` is true, ten seconds at most."""
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, "still not so after ten seconds"
        page.wait_for_timeout(20)


def wires(page):
    return sorted(page.locator(".react-flow__edge").evaluate_all("all => all.map(one => one.dataset.id)"))


def selected(page):
    return sorted(page.locator(".react-flow__node.selected").evaluate_all("all => all.map(one => one.dataset.id)"))


def test_a_part_dropped_from_the_palette_lies_under_the_pointer(page, edit):
    editor = edit()
    drag(page, middle(page.locator(".part[data-kind=Leaky]")), (900, 700))
    expect(page.locator(".react-flow__node")).to_have_count(5)
    assert editor.of("add")[0]["kind"] == "Leaky"
    x, y = middle(page.locator(".react-flow__node[data-id=new4] .node"))
    assert abs(x - 900) <= 5 and abs(y - 700) <= 5


def test_a_click_in_the_palette_inserts(page, edit):
    editor = edit()
    inserted = []
    editor.palette.on_event(inserted.append)
    page.locator(".part[data-kind=Linear]").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    page.keyboard.type("read")
    expect(page.locator(".part")).to_have_count(1)
    page.keyboard.press("Enter")
    until(page, lambda: [event["kind"] for event in inserted] == ["Linear", "Leaky", "Readout"])
    page.keyboard.type("xyz")
    expect(page.locator(".palette .nothing")).to_have_text("No part is called “readxyz”.")
    page.keyboard.press("Escape")
    expect(page.locator(".part")).to_have_count(4)


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


@pytest.mark.parametrize("key", ["Delete", "Backspace"])
def test_the_selection_is_deleted(page, edit, key):
    editor = edit()
    body(page, "hid").click()
    page.keyboard.down("Shift")
    body(page, "end").click()
    page.keyboard.up("Shift")
    assert selected(page) == ["end", "hid"]
    page.keyboard.press(key)
    expect(page.locator(".react-flow__node")).to_have_count(2)
    assert editor.of("remove") == [{"type": "remove", "nodes": ["hid", "end"], "wires": []}]
    until(page, lambda: editor.canvas.selection == {"nodes": [], "wires": []})


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


def test_a_drag_reports_once_where_the_node_lies(page, edit):
    editor = edit()
    start = middle(body(page, "hid"))
    drag(page, start, (start[0] + 40, start[1] + 120), steps=20)
    until(page, lambda: len(editor.of("move")) == 1)
    x, y = editor.of("move")[0]["positions"]["hid"]
    zoom = page.locator(".react-flow__node[data-id=hid]").bounding_box()["width"] / 132
    assert abs(x - 400 - 40 / zoom) <= 8 and abs(y - 120 / zoom) <= 8
    assert (x % 8, y % 8) == (0, 0)
    page.mouse.click(*middle(body(page, "fc")))
    page.wait_for_timeout(100)
    assert len(editor.of("move")) == 1, "a click is no move"


def test_the_keyboard_alone_selects_moves_and_deletes(page, edit):
    editor = edit(autofocus=True)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(page, lambda: editor.canvas.selection == {"nodes": [], "wires": ["in.out->fc.in"]})
    page.keyboard.press("Tab")
    if page.locator(".delay button:focus").count():  # the selected wire's own controls come in between
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    until(page, lambda: editor.of("move") != [])
    (name,) = editor.canvas.selection["nodes"]
    before = next(one for one in ROW if one["id"] == name)
    assert editor.of("move") == [{"type": "move", "positions": {name: [before["x"] + 8, before["y"] + 16]}}]
    page.keyboard.press("Escape")
    until(page, lambda: editor.canvas.selection["nodes"] == [])
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")
    until(page, lambda: len(editor.canvas.nodes) == 3)
    assert page.locator(".wb.canvas:focus").count() == 1, "the keyboard does not go with the node"


def test_only_its_own_keys_stay_in_the_canvas(page, edit):
    edit(autofocus=True)
    page.evaluate("() => { window.keys = []; document.addEventListener('keydown', event => keys.push(event.key)) }")
    pressed = ["Control+z", "Control+Shift+Z", "Control+f", "p", "/", " ", "ArrowRight", ".", "Delete", "Escape"]
    for key in pressed:
        page.keyboard.press(key)
    heard = page.evaluate("() => keys.filter(key => !['Control', 'Shift'].includes(key))")
    assert heard == ["z", "Z", "f", "p", "/", " ", "ArrowRight", ".", "Delete", "Escape"]
    page.keyboard.press("f")
    body(page, "fc").click()
    page.keyboard.press("Escape")
    assert page.evaluate("() => keys.filter(key => !['Control', 'Shift'].includes(key)).length") == len(pressed)


def test_f_shows_all_and_so_does_another_drawing(page, edit):
    editor = edit(autofocus=True)
    first = body(page, "in").bounding_box()
    drag(page, (900, 800), (1400, 300))
    page.mouse.move(900, 400)
    page.mouse.wheel(0, -600)
    until(page, lambda: abs(body(page, "in").bounding_box()["x"] - first["x"]) > 50)
    page.keyboard.press("f")
    until(page, lambda: body(page, "in").bounding_box() == pytest.approx(first, abs=1))
    editor.canvas.param.update(nodes=[node("far", "Leaky", 5000, 5000), node("away", "Linear", 5200, 5000)], wires=[])
    until(page, lambda: in_sight(page, "far"))
    editor.canvas.param.update(nodes=[node("far", "Leaky", 9000, 0)], drawing="another with a node of the same name")
    expect(page.locator(".react-flow__node")).to_have_count(1)
    until(page, lambda: in_sight(page, "far"))


def test_an_echo_of_python_keeps_selection_and_drag(page, edit):
    editor = edit()
    body(page, "hid").click()
    start = middle(body(page, "hid"))
    page.mouse.move(*start)
    page.mouse.down()
    for step in range(1, 13):
        page.mouse.move(start[0], start[1] + 10 * step)
        editor.canvas.nodes = [one | {"subtitle": f"echo {step}"} for one in copy.deepcopy(ROW)]
        editor.canvas.set_rates({"hid": float(step)})
        page.wait_for_timeout(15)
    assert abs(middle(body(page, "hid"))[1] - start[1] - 120) <= 8
    page.mouse.up()
    until(page, lambda: len(editor.of("move")) == 1)
    assert selected(page) == ["hid"]
    assert editor.canvas.selection == {"nodes": ["hid"], "wires": []}
    expect(page.locator(".react-flow__node[data-id=hid] .subtitle")).to_have_text("echo 12")
    editor.canvas.selection = {"nodes": ["in"], "wires": []}
    until(page, lambda: selected(page) == ["in"])
    assert len(editor.of("select")) == 1, "what Python selects is not reported back"


def test_a_frame_drawn_with_shift_selects_and_no_echo_disturbs_it(page, edit):
    editor = edit()
    waiting = []
    editor.canvas.on_event(lambda event: waiting.append(event) or time.sleep(0.05))  # Python lags behind the hand
    start, end = body(page, "fc").bounding_box(), body(page, "end").bounding_box()
    page.keyboard.down("Shift")
    page.mouse.move(start["x"] - 30, start["y"] - 80)
    page.mouse.down()
    states = []
    for step in range(1, 31):
        page.mouse.move(start["x"] - 30 + step * (end["x"] + 160 - start["x"]) / 30, start["y"] + 100)
        states.append(len(selected(page)))
    page.mouse.up()
    page.keyboard.up("Shift")
    assert states == sorted(states), "no node flips back while the frame grows"
    until(page, lambda: sorted(editor.canvas.selection["nodes"]) == ["end", "fc", "hid"])
    page.wait_for_timeout(200)
    assert selected(page) == ["end", "fc", "hid"]
    assert editor.canvas.selection["wires"] == []


def test_rates_and_activity_redraw_no_node(page, edit):
    editor = edit()
    page.evaluate(
        """() => {
            const root = document.querySelector('*').ownerDocument;
            window.mutations = 0;
            const find = (scope) => scope.querySelector('.react-flow__nodes')
                ?? [...scope.querySelectorAll('*')].map(one => one.shadowRoot && find(one.shadowRoot)).find(Boolean);
            const outside = (change) => !change.target.parentElement?.closest('.live');
            new MutationObserver(all => { mutations += all.filter(outside).length })
                .observe(find(root), {subtree: true, childList: true, attributes: true, characterData: true});
        }"""
    )
    cells = np.zeros((4, 30), bool)
    cells[1, 15:] = True
    editor.canvas.set_rates({"hid": 12.64})
    editor.canvas.set_activity({"hid": cells})
    rate = page.locator(".react-flow__node[data-id=hid] .rate")
    expect(rate).to_have_text("12.6 Hz")
    filled = """canvas => {
        const {width, height} = canvas;
        const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
        const half = [0, 0];
        for (let i = 3; i < data.length; i += 4) if (data[i]) half[(((i - 3) / 4) % width) * 2 < width ? 0 : 1]++;
        return half;
    }"""
    strip = page.locator(".react-flow__node[data-id=hid] canvas")
    until(page, lambda: strip.evaluate(filled)[1] > 100)
    assert strip.evaluate(filled)[0] == 0, "the newest column is at the right"
    editor.canvas.set_rates({"hid": 250.0})
    expect(rate).to_have_text("250 Hz")
    assert page.evaluate("mutations") <= 1, "only the badge appeared"
    editor.canvas.clear_live()
    expect(rate).to_have_count(0)


def test_activity_of_another_form_is_refused():
    with pytest.raises(ValueError, match=r"hid has cells of shape \(9, 9\); allowed are at most 8 rows and 64 columns"):
        LayerCanvas().set_activity({"hid": np.zeros((9, 9))})


def time_on_processor(page):
    """A clock of the seconds that the page's own thread has had of the processor."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def seconds():
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")

    return seconds


def test_a_drag_among_sixty_nodes_moves_one_element(page, edit):
    """Nothing but the dragged node is laid out anew, and so the frames keep coming, sixty a second and more.

    What counts is the page's own time on the processor: frames that come late may be a neighbour's doing.
    """
    many = [node(f"n{i}", "Leaky", 176 * (i % 10), 120 * (i // 10)) for i in range(60)]
    links = [{"source": f"n{i}.out", "target": f"n{i + 1}.in", "delay": 0} for i in range(59)]
    editor = edit(nodes=many, wires=links)
    expect(page.locator(".react-flow__edge")).to_have_count(59)
    page.locator(".react-flow__nodes").evaluate(
        """(nodes) => {
            window.moved = new Set();
            const note = (change) => moved.add(change.target.dataset.id);
            const seen = new MutationObserver((changes) => changes.forEach(note));
            for (const node of nodes.children) seen.observe(node, { attributes: true, attributeFilter: ["style"] });
            window.frames = 0;
            const tick = () => (frames++, requestAnimationFrame(tick));
            requestAnimationFrame(tick);
        }"""
    )
    start = middle(body(page, "n34"))
    page.mouse.move(*start)
    clock = time_on_processor(page)
    frames, seconds = -page.evaluate("frames"), -clock()
    page.mouse.down()
    for step in range(1, 61):
        page.mouse.move(start[0] + 2 * step, start[1] + step)
        editor.canvas.set_rates({one["id"]: float(step) for one in many})
    page.mouse.up()
    frames, seconds = frames + page.evaluate("frames"), seconds + clock()
    assert seconds / frames < 1 / 60, f"{frames} frames took {seconds:.3f} s of the processor"
    until(page, lambda: len(editor.of("move")) == 1)
    assert page.evaluate("[...moved]") == ["n34"]


def test_an_empty_canvas_says_what_to_do(page, edit):
    editor = edit(nodes=[], wires=[])
    expect(page.locator(".canvas .empty")).to_have_text("Drag a part here, or press / to insert one.")
    drag(page, middle(page.locator(".part[data-kind=Input]")), (800, 400))
    expect(page.locator(".canvas .empty")).to_have_count(0)
    assert editor.of("add")
    page.wait_for_timeout(200)
    x, y = middle(page.locator(".react-flow__node .node"))
    assert abs(x - 800) <= 5 and abs(y - 400) <= 5, "the first part stays where it was dropped"


def test_a_node_reached_by_keyboard_comes_into_view(page, edit):
    edit(nodes=[node("near", "Leaky", 0, 0), node("far", "Leaky", 600, 0)], wires=[], autofocus=True)
    drag(page, (900, 800), (1400, 800))
    assert body(page, "far").bounding_box()["x"] > 1440
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    until(page, lambda: body(page, "far").bounding_box()["x"] < 1440)
    assert page.locator(".wb.canvas").evaluate("canvas => [canvas.scrollLeft, canvas.scrollTop]") == [0, 0]


def test_reduced_motion_is_honoured(open_page, serve):
    editor = Editor()
    with open_page(reduced_motion="reduce") as page:
        page.goto(serve(editor.page()))
        expect(page.locator(".react-flow__node .node").first).to_have_css("transition-property", "none")
        expect(page.locator(".palette .part").first).to_have_css("transition-property", "none")


def test_colours_follow_the_theme_and_stale_pictures_are_greyed(page, edit):
    editor = edit()
    canvas = page.locator(".wb.canvas")
    expect(canvas).to_have_css("background-color", "rgb(246, 247, 249)")
    editor.canvas.param.update(dark=True, stale=True)
    expect(canvas).to_have_css("background-color", "rgb(18, 22, 28)")
    expect(page.locator(".react-flow__node[data-id=hid] .live")).to_have_css("filter", "grayscale(1)")


def test_the_canvas_takes_the_keyboard_only_when_asked(page, edit):
    focused = """() => {
        let one = document.activeElement;
        while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
        return one.className;
    }"""
    edit()
    assert "canvas" not in page.evaluate(focused)
    editor = edit(autofocus=True)
    assert "canvas" in page.evaluate(focused)
    page.locator(".palette input").focus()
    editor.canvas.focus()
    until(page, lambda: "canvas" in page.evaluate(focused))


@pytest.mark.filterwarnings("ignore:--dev and --autoreload:FutureWarning")
def test_development_mode_needs_no_internet(page, edit, monkeypatch):
    monkeypatch.setattr(panel.config, "autoreload", True)
    edit()
    expect(page.locator(".react-flow__node")).to_have_count(4)


LATE = """() => {
    const post = MessagePort.prototype.postMessage; // by which React comes back to what it has put off
    MessagePort.prototype.postMessage = function (...said) { setTimeout(() => post.apply(this, said), 700) };
}"""


def test_the_theme_that_comes_while_the_canvas_comes_up_is_not_lost(page, serve):
    page.add_init_script(f"({LATE})()")
    editor = Editor()
    page.goto(serve(editor.page()))
    page.locator(".wb.canvas").wait_for()
    editor.canvas.dark = True  # it is drawn, and does not listen yet
    expect(page.locator(".wb.canvas")).to_have_css("background-color", "rgb(18, 22, 28)")


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


def test_a_part_that_comes_beside_the_view_is_brought_into_it(page, edit):
    editor = edit()
    page.mouse.move(900, 500)
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(200)
    editor.canvas.nodes = [*editor.canvas.nodes, node("far", "Linear", 1400, 300)]
    expect(body(page, "far")).to_be_visible()
    canvas = page.locator(".wb.canvas").bounding_box()
    until(page, lambda: port(page, "far.out").bounding_box()["x"] + 20 < canvas["x"] + canvas["width"])


def test_a_long_name_gives_way_to_what_is_said_of_it(page, edit):
    said = {"name": "a_rather_long_name", "subtitle": "β 0.905 · θ 1", "badge": "answer"}
    edit(nodes=[node("hid", "Leaky", 0, 0) | said])
    words = page.locator(".subtitle .words")
    assert words.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert page.locator(".subtitle .name").evaluate("one => one.scrollWidth > one.clientWidth")
    expect(page.locator(".subtitle")).to_have_attribute("title", "a_rather_long_name · β 0.905 · θ 1")
    expect(page.locator(".badge")).to_have_text("answer")
