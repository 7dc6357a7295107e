"""SettingsForm, FigureTable and DesignList: what they show and what they report."""

import pytest
from playwright.sync_api import expect

from components.design_list import DesignList
from components.figure_table import FigureTable
from components.settings_form import SettingsForm

pytestmark = pytest.mark.ui

LOSSES = [{"value": "ce_rate", "label": "cross-entropy of rates"}, {"value": "ce_count", "label": "of counts"}]
FIELDS = [
    {"name": "loss", "label": "Loss", "value": "ce_rate", "choices": LOSSES},
    {"name": "lr", "label": "Learning rate", "value": 0.002, "lo": 0, "hi": 1},
    {"name": "batch", "label": "Batch", "value": 128, "lo": 1, "hi": 1437, "step": 1},
]
ITEMS = [
    {"id": "1", "title": "digits", "meaning": "saved 12:40", "group": "yours", "can": ["duplicate", "delete"]},
    {"id": "2", "title": "a first try", "group": "yours", "can": ["duplicate", "delete"]},
    {"id": "a", "title": "one neuron", "meaning": "A neuron and a current", "group": "to begin with"},
]


def test_settings_by_mouse_and_keyboard(page, show, until):
    events = show(SettingsForm(title="Training", fields=FIELDS, width=350))
    page.get_by_label("Loss").select_option("of counts")
    page.get_by_label("Learning rate").fill("1e-2")
    page.keyboard.press("Enter")
    page.get_by_label("Batch").focus()
    page.keyboard.press("ArrowUp")
    until(lambda: len(events) == 3)
    assert [(event["name"], event["value"]) for event in events] == [("loss", "ce_count"), ("lr", 0.01), ("batch", 129)]


def test_settings_refuse_with_a_sentence(page, show):
    form = SettingsForm(fields=FIELDS, width=350)
    events = show(form)
    page.get_by_label("Batch").fill("2000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Batch")).to_have_text(
        "Batch: must be a whole number from 1 to 1,437, got 2000; choose one within these bounds."
    )
    expect(page.get_by_label("Batch")).to_have_value("128")
    form.refuse("loss", "That loss needs classes.")
    expect(page.get_by_role("alert").filter(has_text="classes")).to_be_visible()
    assert events == []


@pytest.mark.parametrize("done", ["Escape", "Tab", "another value"])
def test_a_refused_setting_is_forgotten_with_the_next_thing_done(page, show, done):
    form = SettingsForm(fields=FIELDS, width=350)
    show(form)
    page.get_by_label("Batch").fill("2000")
    page.keyboard.press("Enter")
    said = page.locator(".field", has_text="Batch").locator(".refused")
    expect(said).to_contain_text("got 2000")
    if done == "another value":
        form.fields = [FIELDS[0], {**FIELDS[1], "value": 0.5}, FIELDS[2]]
    else:
        page.keyboard.press(done)
    expect(said).to_have_text("")


def test_settings_keep_what_is_being_typed(page, show):
    form = SettingsForm(fields=FIELDS, width=350)
    show(form)
    page.get_by_label("Batch").fill("6")
    form.fields = [FIELDS[0], {**FIELDS[1], "value": 0.5}, {**FIELDS[2], "value": 64}]
    expect(page.get_by_label("Learning rate")).to_have_value("0.5")
    expect(page.get_by_label("Batch")).to_have_value("6")


def test_figures_say_where_they_come_from(page, show):
    spikes = {"name": "Spikes", "layer": "hidden", "value": 101.2584, "unit": "per inference", "kind": "measured"}
    table = FigureTable(
        title="Cost",
        rows=[
            {"name": "Parameters", "layer": "", "value": 2410, "unit": "1", "kind": "exact", "of": "", "total": True},
            {**spikes, "of": "360 held-out samples"},
        ],
    )
    show(table)
    rows = page.get_by_role("row")
    assert [text.strip() for text in rows.all_text_contents()] == [
        *("Parameters2,410", "exact"),
        *("hidden", "Spikes101.3per inference", "measured · 360 held-out samples"),
    ]
    weight = "one => getComputedStyle(one).fontWeight"
    assert page.locator("th", has_text="Parameters").evaluate(weight) == "600"
    assert page.locator("th", has_text="Spikes").evaluate(weight) == "400"
    table.stale = True
    expect(page.get_by_role("status")).to_contain_text("before your last change")


def test_a_list_opens_and_duplicates(page, show, until):
    events = show(DesignList(items=ITEMS, current="1", action="New design", width=208))
    page.get_by_role("button", name="one neuron").click()
    page.get_by_role("button", name="Duplicate a first try").click()
    page.get_by_role("button", name="New design").click()
    until(lambda: len(events) == 3)
    assert events == [{"type": "open", "id": "a"}, {"type": "duplicate", "id": "2"}, {"type": "action"}]
    assert page.locator("[aria-current]").inner_text().startswith("digits")
    assert page.locator("h3").all_inner_texts() == ["YOURS", "TO BEGIN WITH"]


def test_deleting_asks_first(page, show, until):
    events = show(DesignList(items=ITEMS, width=208))
    page.get_by_role("button", name="Delete digits").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Delete digits")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Delete digits").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    until(lambda: events)
    assert events == [{"type": "delete", "id": "1"}]


def test_a_list_by_keyboard(page, show, until):
    listing = DesignList(items=ITEMS, width=208)
    events = show(listing)
    page.get_by_role("button", name="digits saved").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    listing.current = "2"  # drawn anew: the keyboard stays where it was
    expect(page.locator("[aria-current]")).to_have_count(1)
    page.keyboard.press("Enter")
    until(lambda: events == [{"type": "open", "id": "a"}])
    listing.items = []
    listing.empty = "Nothing saved yet."
    expect(page.locator(".empty")).to_have_text("Nothing saved yet.")
