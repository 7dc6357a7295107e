"""Select all, duplicate, copy, cut and paste, with the keyboard: each one gesture, and none while somebody types."""

import json

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.ui


@pytest.fixture
def page(open_page):
    """A page whose clipboard the test may read, to see what a person would paste into a mail."""
    with open_page(permissions=["clipboard-read", "clipboard-write"]) as page:
        yield page


@pytest.fixture
def digits(digits):
    """The hand on the digits starter, the keyboard on its canvas."""
    digits.page.locator(".react-flow__pane").click(position={"x": 20, "y": 20})
    return digits


def marked(hand):
    return sorted(hand.page.locator(".react-flow__node.selected").evaluate_all("all => all.map(one => one.dataset.id)"))


def clipboard(hand):
    return hand.page.evaluate("navigator.clipboard.readText()")


def mark(hand, *nodes):
    """Mark these nodes, by a click and Shift-clicks."""
    hand.pick(nodes[0])
    for node in nodes[1:]:
        hand.page.keyboard.down("Shift")
        hand.pick(node)
        hand.page.keyboard.up("Shift")


def test_all_is_marked_and_can_be_deleted(digits, page):
    page.keyboard.press("Control+a")
    digits.until(lambda: marked(digits) == sorted(digits.nodes))
    page.keyboard.press("Delete")
    digits.until(lambda: digits.nodes == [])
    page.keyboard.press("Control+z")
    digits.until(lambda: len(digits.nodes) == 6 and len(digits.wires) == 5)


def test_a_duplicate_is_one_gesture_with_its_inner_wires(digits, page):
    mark(digits, "fc1", "hidden")
    page.keyboard.press("Control+d")
    digits.until(lambda: len(digits.nodes) == 8 and len(digits.wires) == 6)
    digits.until(lambda: not {"fc1", "hidden"} & set(marked(digits)))
    copies = marked(digits)
    assert len(copies) == 2
    saved = digits.saved()
    places = [tuple(node["position"]) for node in saved["nodes"]]
    assert len(set(places)) == 8 and saved["wires"][-1]["from"].partition(".")[0] in copies
    assert digits.history()[-1].startswith("Duplicate")
    digits.pick("in")
    page.keyboard.press("Control+z")
    digits.until(lambda: len(digits.nodes) == 6 and len(digits.wires) == 5)


def test_copied_parts_are_text_that_another_design_takes(digits, page):
    mark(digits, "fc1", "hidden", "fc2")
    page.keyboard.press("Control+c")
    digits.until(lambda: "snn-workbench" in clipboard(digits))
    content = json.loads(clipboard(digits))
    assert content["snn-workbench"] == 1 and [node["id"] for node in content["nodes"]] == ["fc1", "hidden", "fc2"]
    digits.new_design()
    page.locator(".react-flow__pane").click()
    page.keyboard.press("Control+v")
    digits.until(lambda: digits.nodes == ["fc1", "hidden", "fc2"])
    digits.until(lambda: marked(digits) == sorted(digits.nodes))
    assert digits.wires == ["fc1.out->hidden.in", "hidden.out->fc2.in"]
    page.keyboard.press("Control+v")
    digits.until(lambda: len(digits.nodes) == 6)
    assert digits.history()[-2:] == ["Paste 3 parts", "Paste 3 parts"]


def test_what_is_cut_can_be_pasted_back(digits, page):
    before = next(node for node in digits.saved()["nodes"] if node["id"] == "hidden")
    digits.pick("hidden")
    page.keyboard.press("Control+x")
    digits.until(lambda: "hidden" not in digits.nodes)
    page.keyboard.press("Control+v")
    digits.until(lambda: "hidden" in digits.nodes)
    assert next(node for node in digits.saved()["nodes"] if node["id"] == "hidden") == before
    assert digits.history()[-2:] == ["Cut hidden", "Paste hidden"]


def test_nothing_is_cut_that_the_clipboard_did_not_take(digits, page):
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }")
    history = digits.history()
    digits.pick("hidden")
    page.keyboard.press("Control+x")
    expect(digits.notice).to_contain_text("The browser keeps its clipboard to itself")
    assert "hidden" in digits.nodes and digits.history() == history


def test_anything_else_on_the_clipboard_is_refused_with_one_sentence(digits, page):
    page.evaluate("navigator.clipboard.writeText('a shopping list')")
    history = digits.history()
    page.locator(".react-flow__pane").click(position={"x": 20, "y": 20})
    page.keyboard.press("Control+v")
    expect(digits.notice).to_contain_text("The clipboard holds no parts of the workbench")
    assert digits.history() == history


def test_while_somebody_types_the_keys_are_theirs(digits, page):
    digits.pick("hidden")
    entry = digits.knob("beta").locator("input.figure")
    entry.fill("0.75")
    digits.until(lambda: "0.75" in digits.history()[-1])
    history = digits.history()
    entry.focus()
    for key in ("Control+a", "Control+c", "Control+d", "Control+x", "Control+v", "Delete"):
        page.keyboard.press(key)
    assert clipboard(digits) == "0.75"
    assert marked(digits) == ["hidden"] and len(digits.nodes) == 6 and digits.history() == history
