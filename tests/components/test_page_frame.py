"""PageFrame by mouse and keyboard: tabs, splitter, keys, notices, figures; as a page and in a box."""

import panel
import pytest
from playwright.sync_api import expect

from tests.components.whole_page import FIGURES, frame

pytestmark = pytest.mark.ui


def commands(events):
    return [event["name"] for event in events.of("command")]


def share(page):
    return int(page.get_by_role("separator").get_attribute("aria-valuenow"))


def test_it_says_that_it_is_ready_once(page, show, until):
    events = show(frame())
    until(lambda: events.of("ready"))
    (ready,) = events.of("ready")
    assert ready["reload"] is False and ready["dark"] is False and len(ready["tab"]) == 16
    page.reload()
    until(lambda: len(events.of("ready")) == 2)
    assert events.of("ready")[1] == {**ready, "reload": True}


def test_it_says_once_with_which_link_it_was_opened(page, show, until):
    events = show(frame())
    until(lambda: events.of("ready"))
    address = page.url
    page.goto("about:blank")
    page.goto(f"{address}#1.abc")
    until(lambda: len(events.of("ready")) == 2)
    assert events.of("ready")[1]["link"] == "1.abc" and not page.evaluate("location.hash")
    page.evaluate("location.hash = '1.def'")
    until(lambda: events.of("link"))
    assert [event["text"] for event in events.of("link")] == ["1.def"] and not page.evaluate("location.hash")
    page.evaluate("location.hash = 'chapter'")
    page.wait_for_timeout(200)
    assert len(events.of("link")) == 1 and page.evaluate("location.hash") == "#chapter"


def test_a_duplicated_tab_has_a_name_of_its_own(page, show, until):
    events = show(frame())
    until(lambda: events.of("ready"))
    # What a browser does on "Duplicate": the twin starts with a copy of the storage of the tab that lives on.
    kept = page.evaluate("() => ({ ...sessionStorage })")
    twin = page.context.new_page()
    twin.add_init_script(f"if (!sessionStorage.length) Object.assign(sessionStorage, {kept!r})")
    twin.goto(page.url)
    until(lambda: len(events.of("ready")) == 2)
    assert len({event["tab"] for event in events.of("ready")}) == 2
    twin.close()


def test_the_tabs_by_mouse_and_keyboard(page, show, until):
    shell = frame()
    events = show(shell)
    expect(page.get_by_text("all parts")).to_be_visible()
    page.get_by_role("tab", name="Designs").click()
    expect(page.get_by_role("button", name="digits")).to_be_visible()
    expect(page.get_by_text("all parts")).to_be_hidden()
    assert page.get_by_text("all parts").count() == 1  # hidden, not gone
    page.keyboard.press("ArrowRight")  # round to the first
    expect(page.get_by_text("all parts")).to_be_visible()
    page.get_by_role("tab", name="Inspect").focus()
    page.keyboard.press("End")
    expect(page.get_by_role("tab", name="Hardware")).to_be_focused()
    until(lambda: [event["name"] for event in events.of("tab")] == ["Designs", "Parts", "Hardware"])
    assert (shell.left_tab, shell.right_tab) == ("Parts", "Hardware")
    shell.right_tab = "Train"
    expect(page.get_by_text("curves")).to_be_visible()


def test_a_hidden_tab_keeps_what_was_typed(page, show):
    show(frame())
    page.get_by_label("beta", exact=True).fill("0.4")
    page.get_by_role("tab", name="Train").click()
    page.get_by_role("tab", name="Inspect").click()
    expect(page.get_by_label("beta", exact=True)).to_have_value("0.4")


def test_the_splitter_by_mouse_is_remembered(page, show):
    show(frame())
    line = page.get_by_role("separator")
    assert share(page) == 50
    box = line.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 8)  # a hand need not hit the line itself
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 200, steps=5)
    page.mouse.up()
    moved = share(page)
    assert moved > 65
    page.reload()
    line.wait_for()
    assert share(page) == moved
    line.dblclick(position={"x": box["width"] / 2, "y": 0})
    assert share(page) == 50


def test_the_splitter_by_keyboard(page, show):
    show(frame())
    page.get_by_role("separator").focus()
    page.keyboard.press("ArrowDown")
    assert share(page) == 53
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert share(page) == 47
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    assert share(page) == 85
    for place in ("the canvas", "the scope"):
        assert page.get_by_text(place).bounding_box()["height"] > 10


def test_children_can_change_and_go(page, show, until):
    shell = frame()
    show(shell)
    expect(page.get_by_text("the tile")).to_be_visible()
    before = page.get_by_text("the scope").bounding_box()["x"]
    shell.tile = None
    expect(page.get_by_text("the tile")).to_have_count(0)
    until(lambda: page.get_by_text("the scope").bounding_box()["x"] < before)  # it moves with the next layout
    shell.center = panel.pane.HTML("another canvas")
    expect(page.get_by_text("another canvas")).to_be_visible()


@pytest.mark.parametrize("size", [(1440, 900), (1280, 800), (1024, 700)])
def test_nothing_is_cut_off(open_page, serve, size):
    width, height = size
    with open_page(viewport={"width": width, "height": height}) as page:
        page.goto(serve(frame()))
        page.get_by_role("button", name="Run training").wait_for()
        boxes = [page.get_by_text(text).bounding_box() for text in ("the canvas", "the tile", "the scope", "9.8 kB")]
        boxes += [one.bounding_box() for one in page.get_by_role("button").all() if one.is_visible()]
        for box in boxes:
            assert box["x"] >= 0 and box["y"] >= 0
            assert box["x"] + box["width"] <= width and box["y"] + box["height"] <= height
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        # The title's ends do not reach under the transports.
        bars = [box for box in (one.bounding_box() for one in page.locator(".transport").all()) if box]
        for name in ("History", "Open a design file"):
            end = page.get_by_role("button", name=name).bounding_box()
            for bar in bars:
                apart = end["x"] + end["width"] <= bar["x"] or bar["x"] + bar["width"] <= end["x"]
                assert apart or end["y"] + end["height"] <= bar["y"]


def test_keys_are_commands(page, show, until):
    events = show(frame())
    for key in (" ", ".", "ArrowRight", "Control+z", "Control+Shift+Z", "Escape", "q", "Shift+ArrowRight", "Control+."):
        page.keyboard.press(key)
    until(lambda: len(commands(events)) == 6)
    assert commands(events) == ["run", "step", "step", "undo", "redo", "leave"]


def test_a_key_that_is_held_repeats_only_where_it_may(page, show, until):
    events = show(frame())
    for key in (" ", "."):
        for _ in range(3):
            page.keyboard.down(key)
        page.keyboard.up(key)
    until(lambda: len(commands(events)) == 4)
    assert commands(events) == ["run", "step", "step", "step"]


def test_no_key_is_taken_from_somebody_who_types(page, show, until):
    events = show(frame())
    page.get_by_label("Name of the design").focus()
    page.keyboard.type("a . b?")
    page.keyboard.press("Control+z")
    page.get_by_label("Speed").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_label("beta, slider").focus()
    page.keyboard.press("ArrowRight")  # the slider's own
    page.get_by_role("button", name="One step").focus()
    page.keyboard.press("Space")  # the button's own
    page.wait_for_timeout(100)
    assert commands(events) == []
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_label("beta, slider").focus()
    page.keyboard.press(".")  # nothing that a slider needs
    until(lambda: commands(events) == ["step"])


def test_the_help_shows_every_key_and_keeps_the_focus(page, show, until):
    shell = frame()
    events = show(shell)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    assert [one.split("\n")[0] for one in dialog.locator("dl > div").all_inner_texts()] == [
        *("Run or pause", "One step", "Undo", "Redo", "Leave"),
        "show the keys",
    ]
    assert dialog.locator("kbd").all_inner_texts()[:5] == ["Space", ".", "→", "Ctrl", "Z"]
    close = dialog.get_by_role("button", name="Close")
    for _ in range(3):
        page.keyboard.press("Tab")
        expect(close).to_be_focused()
    page.keyboard.press(".")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert commands(events) == []
    shell.help()
    expect(dialog).to_be_visible()
    page.mouse.click(10, 10)
    expect(dialog).to_be_hidden()


GROUPED = [
    {"group": "Time", "key": " ", "command": "run", "label": "run or pause"},
    {"group": "Canvas", "key": "Delete", "label": "remove"},
    {"group": "Canvas", "key": "Backspace", "label": "remove"},
    {"group": "Canvas", "key": " ", "label": "another thing"},
]


def test_the_help_lists_the_keys_of_what_stands_in_the_frame_and_asks_nothing_of_python(page, show, until):
    events = show(frame(keymap=GROUPED))
    for key in ("Delete", "Backspace", " "):
        page.keyboard.press(key)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    assert dialog.locator("h3").all_inner_texts() == ["TIME", "CANVAS"]
    rows = [text.split("\n") for text in dialog.locator("dl > div").all_inner_texts()]
    assert [row[0] for row in rows] == ["run or pause", "show the keys", "remove", "another thing"]
    assert dialog.locator("dl > div", has_text="remove").locator("kbd").all_inner_texts() == ["Del", "Backspace"]
    until(lambda: commands(events) == ["run"])


def test_a_notice_with_a_button(page, show, until):
    shell = frame(notice={"text": "fc2 was rebuilt.", "level": "info", "action": "Undo"})
    events = show(shell)
    notice = page.get_by_role("status").filter(has_text="fc2")
    expect(notice).to_have_attribute("aria-live", "polite")
    page.get_by_role("button", name="Undo", exact=True).click()
    until(lambda: events.of("notice_action"))
    page.get_by_role("button", name="Dismiss").click()
    expect(notice).to_be_hidden()
    until(lambda: events.of("notice_dismiss"))
    shell.notice = {"text": "Something went wrong.", "level": "error", "details": "line 3"}
    expect(page.locator(".notice")).to_have_class("notice error")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy details").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == "line 3"
    shell.notice = {}
    expect(page.locator(".notice")).to_be_hidden()


def test_the_figures_change_in_place(page, show):
    shell = frame()
    show(shell)
    first = page.locator(".strip dl").first
    handle = first.element_handle()
    shell.show_figures([{**FIGURES[0], "value": "97.0 %"}, *FIGURES[2:]])
    expect(page.locator(".strip dl")).to_have_count(3)
    expect(first).to_contain_text("97.0 %")
    assert handle.evaluate("one => one.isConnected")
    expect(first).to_have_attribute("title", "accuracy: measured")
    page.reload()
    expect(page.locator(".strip dl")).to_have_count(3)


def test_address_title_and_visibility(page, show, until):
    shell = frame(page_title="digits · SNN Workbench")
    events = show(shell)
    expect(page).to_have_title("digits · SNN Workbench")
    length = page.evaluate("() => history.length")
    shell.address("?design=abc")
    page.wait_for_url("**/?design=abc")
    assert page.evaluate("() => history.length") == length
    page.evaluate(
        """() => {
            Object.defineProperty(document, 'hidden', { value: true, configurable: true });
            document.dispatchEvent(new Event('visibilitychange'));
        }"""
    )
    until(lambda: events.of("visible") == [{"type": "visible", "value": False}])


def test_embedded_it_is_a_box_that_takes_keys_only_with_the_focus(page, show, until):
    shell = frame(embedded=True)
    events = show(shell)
    box = page.locator(".frame").bounding_box()
    assert box["height"] == 760
    page.keyboard.press(".")
    page.evaluate(
        "() => { document.addEventListener('keydown', () => (window.leaked = true)); window.leaked = false; }"
    )
    page.get_by_text("the scope").click()
    page.keyboard.press(".")
    until(lambda: commands(events) == ["step"])
    assert page.evaluate("() => window.leaked") is False
    assert page.evaluate("() => Boolean(document.querySelector('[data-lm-suppress-shortcuts]'))")


def test_dark_is_a_parameter(page, show):
    shell = frame(dark=True)
    show(shell)
    background = page.locator(".frame").evaluate("one => getComputedStyle(one).backgroundColor")
    assert background == "rgb(18, 22, 28)"
    shell.dark = False
    expect(page.locator(".frame")).not_to_have_class("wb frame dark")
