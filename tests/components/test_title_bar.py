"""TitleBar by mouse and keyboard: renaming in place, undo and redo by name, the history, the doors."""

import pytest
from playwright.sync_api import expect

from components.title_bar import TitleBar

pytestmark = pytest.mark.ui
STEPS = ["open digits", "add Leaky", "wire fc1 → hidden", "β 0.9 → 0.8"]


@pytest.fixture
def bar():
    return TitleBar(title="digits", saved="saved", history=STEPS, position=2, sizing_mode="stretch_width", height=52)


def test_enter_renames(page, show, until, bar):
    events = show(bar)
    name = page.get_by_label("Name of the design")
    name.click()
    page.keyboard.type("numbers")  # the text was selected
    page.keyboard.press("Enter")
    until(lambda: events == [{"type": "rename", "name": "numbers"}])
    expect(name).not_to_be_focused()


def test_leaving_the_field_renames_and_escape_does_not(page, show, until, bar):
    events = show(bar)
    name = page.get_by_label("Name of the design")
    name.fill("a slip")
    page.keyboard.press("Escape")
    expect(name).to_have_value("digits")
    name.fill("   ")
    page.keyboard.press("Tab")
    expect(name).to_have_value("digits")
    name.fill("numbers")
    page.keyboard.press("Tab")
    until(lambda: events == [{"type": "rename", "name": "numbers"}])


def test_a_refused_name_gives_way_to_the_last_good_one(page, show, until, bar):
    events = show(bar)
    name, said = page.get_by_label("Name of the design"), page.locator(".refused")
    name.fill("n" * 300)
    page.keyboard.press("Enter")
    until(lambda: events == [{"type": "rename", "name": "n" * 300}])  # Python judges, nothing is cut off in silence
    bar.refuse("name: must be shorter.")
    expect(said).to_have_text("name: must be shorter.")
    expect(name).to_have_value("digits")
    page.keyboard.press("Escape")
    expect(said).to_have_text("")


def test_the_doors_have_words_where_there_is_room(open_page, serve, bar):
    for width, words in ((1024, True), (1440, False), (800, False)):
        with open_page(viewport={"width": width, "height": 300}) as page:
            page.goto(serve(bar))
            for word in ("Open", "Save", "Colours", "Keys"):
                expect(page.locator(".doors").get_by_text(word, exact=True)).to_be_visible(visible=words)


def test_undo_and_redo_name_their_step(page, show, until, bar):
    events = show(bar)
    page.get_by_role("button", name="Undo: wire fc1 → hidden").click()
    page.get_by_role("button", name="Redo: β 0.9 → 0.8").click()
    until(lambda: [event["type"] for event in events] == ["undo", "redo"])
    bar.position = 3
    expect(page.get_by_role("button", name="Nothing to redo")).to_be_disabled()


def test_a_click_in_the_history_jumps(page, show, until, bar):
    events = show(bar)
    page.get_by_role("button", name="History").click()
    assert page.get_by_role("option").all_text_contents() == STEPS[::-1]
    page.get_by_role("option", name="open digits").click()
    until(lambda: events == [{"type": "jump", "position": 0}])
    bar.position = 0
    expect(page.get_by_role("option", name="open digits")).to_have_attribute("aria-selected", "true")
    page.mouse.click(1000, 600)
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_the_history_by_keyboard(page, show, until, bar):
    events = show(bar)
    page.get_by_role("button", name="History").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name="wire fc1 → hidden")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(lambda: events == [{"type": "jump", "position": 1}])
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.get_by_role("button", name="History")).to_be_focused()


def test_the_doors(page, show, until, bar):
    events = show(bar)
    for name in ("Open a design file", "Save the design as a file", "Dark colours", "Keys"):
        page.get_by_role("button", name=name).click()
    until(lambda: len(events) == 4)
    assert events == [{"type": "open"}, {"type": "save"}, {"type": "theme", "dark": True}, {"type": "help"}]


def test_what_is_not_saved_is_marked(page, show, bar):
    show(bar)
    saved = page.locator(".saved")
    expect(saved).not_to_have_class("saved bad")
    bar.saved = "not saved: disk full"
    expect(saved).to_have_class("saved bad")
    expect(saved).to_have_text("not saved: disk full")
