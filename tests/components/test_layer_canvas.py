"""LayerCanvas in a real browser, used with mouse and keyboard: what is drawn, what is reported, what stays calm."""

import copy
import time

import numpy as np
import panel
import pytest
from playwright.sync_api import expect

from components.layer_canvas import LayerCanvas
from tests.components.canvas_editor import (
    ROW,
    Editor,
    body,
    drag,
    in_sight,
    middle,
    node,
    port,
    selected,
    until,
)

pytestmark = pytest.mark.ui


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
