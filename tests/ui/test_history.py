"""Every gesture is one entry, in order; undo takes all of them back, redo brings them again."""

import pytest

pytestmark = pytest.mark.ui


def shown(hand):
    """What is on the disk, but where the weights lie, which are told by their hash; and what the scope draws."""
    hand.until(lambda: hand.scope.evaluate("el => el.picture.places !== undefined"))
    bands = hand.scope.evaluate("el => el.picture.places.rows.map((row) => [row.name, row.n])")
    return hand.saved(), sorted(map(tuple, bands))


def test_the_history_is_the_list_of_gestures_and_takes_all_back(hand, page):
    hand.open_starter("Two neurons in a row")
    hand.press("Pause simulation")
    began = shown(hand)
    skip = len(hand.history())
    said = []

    def did(word):
        said.append(word)
        hand.until(lambda: len(hand.history()) == skip + len(said))

    added = hand.drop("Linear", 500, 340)
    did("Add")
    extra = hand.drop("Leaky", 700, 340)
    did("Add")
    hand.wire(f"{added}.out", f"{extra}.in")
    did("Wire")
    hand.wire("lif1.out", f"{added}.in")
    did("Wire")
    box = page.locator(f".react-flow__node[data-id='{extra}'] .head").bounding_box()
    x, y = box["x"] + 30, box["y"] + 10
    hand.drag((x, y), (x + 40, y - 40))
    did("Move")
    hand.pick("lif1")
    slider = hand.knob("beta").locator("input[type=range]").bounding_box()
    y = slider["y"] + slider["height"] / 2
    hand.drag((slider["x"] + slider["width"] * 0.88, y), (slider["x"] + slider["width"] * 0.6, y))
    did("β")
    hand.pick(added)
    hand.type("out_features", "3")
    did("out_features")
    name = page.locator(".titlebar input.name")
    name.click()
    name.fill("Mine")
    name.press("Enter")
    did("Rename")
    hand.press("new weights")
    did("New")
    hand.pick("lif2")
    page.keyboard.press("Delete")
    did("Remove")
    ended = shown(hand)
    names = hand.history()
    assert [label.split()[0] for label in names[skip:]] == said, names
    for _ in said:
        page.keyboard.press("Control+z")
    hand.until(lambda: shown(hand) == began)
    assert hand.history() == names, "what was taken back can be done again"
    for _ in said:
        page.keyboard.press("Control+Shift+z")
    hand.until(lambda: shown(hand) == ended)
    page.locator(".titlebar .steps").click()
    page.locator(".titlebar .entry").nth(len(said)).click()
    hand.until(lambda: shown(hand) == began)
