"""Files that are opened and saved through the page; what is broken is refused by a sentence of its own."""

import copy
import json
import runpy
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.ui

# The table of broken documents belongs to the room of the documents; a third of it, and every broken text, is enough.
READING = runpy.run_path(str(Path(__file__).parents[1] / "design" / "test_reading.py"))
BROKEN, BROKEN_TEXT, EXAMPLE = READING["BROKEN"], READING["BROKEN_TEXT"], READING["EXAMPLE"]
NAMES = [*list(BROKEN)[::3], *BROKEN_TEXT]


def written(name):
    """A broken document as the bytes of a file."""
    if name in BROKEN_TEXT:
        return BROKEN_TEXT[name][0].encode()
    document = copy.deepcopy(EXAMPLE)
    BROKEN[name][0](document)
    return json.dumps(document).encode()


def open_file(hand, content, name="broken.json"):
    """Choose a file after a click on the open button."""
    with hand.page.expect_file_chooser() as chooser:
        hand.press("Open a design file")
    chooser.value.set_files({"name": name, "mimeType": "application/json", "buffer": content})


def drop_file(hand, path):
    """Drop a file of the disk on the middle of the page, as a hand that drags it from another window."""
    hands = hand.page.context.new_cdp_session(hand.page)
    carried = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        hands.send("Input.dispatchDragEvent", {"type": kind, "x": 700, "y": 300, "data": carried})


def test_each_broken_file_is_refused_by_a_sentence_of_its_own(hand, page):
    design, said = hand.id, {}
    for name in NAMES:
        before = hand.notice.inner_text() if hand.notice.is_visible() else ""
        open_file(hand, written(name))
        said[name] = hand.until(lambda before=before: (now := hand.notice.inner_text()) != before and now)
        sentence = said[name].removeprefix("broken.json: ")
        assert BROKEN.get(name, BROKEN_TEXT.get(name))[1] in sentence, name
        assert len(sentence) <= 200 and "Traceback" not in sentence and "went wrong" not in sentence
    assert len(said) >= 30 and len(set(said.values())) == len(said)
    assert hand.id == design
    expect(page.locator(".titlebar .undo")).to_be_disabled()
    began = hand.step
    hand.until(lambda: hand.step > began)
    page.get_by_role("button", name="Dismiss").click()
    expect(hand.notice).to_be_hidden()


def test_what_is_no_design_at_all_is_refused_by_the_page_itself(hand):
    open_file(hand, b"\xff\xfe\x00", "binary.json")
    expect(hand.notice).to_contain_text("could not be read as text")
    open_file(hand, b"{}", "picture.png")
    expect(hand.notice).to_contain_text("ends in .json")


def test_a_saved_file_opens_again_as_ones_own_copy(hand, page, tmp_path):
    hand.open_starter("Digits 64-32-10")
    document, design = hand.saved(), hand.id
    with page.expect_download() as download:
        hand.press("Save the design as a file")
    assert download.value.suggested_filename == "digits-64-32-10.json"
    download.value.save_as(tmp_path / "net.json")
    drop_file(hand, tmp_path / "net.json")
    hand.until(lambda: hand.id != design)
    opened = hand.saved()
    assert opened | {"id": ""} == document | {"id": ""}


def test_an_unsound_network_opens_and_says_what_is_wrong(hand, tmp_path):
    document = copy.deepcopy(EXAMPLE)
    document["nodes"].append({"id": "s", "kind": "Sum", "params": {}, "position": [500, 200]})
    document["wires"] += [{"from": "hidden.out", "to": "s.in"}, {"from": "s.out", "to": "s.in"}]
    (tmp_path / "loop.json").write_text(json.dumps(document), encoding="utf-8")
    drop_file(hand, tmp_path / "loop.json")
    expect(hand.bubble.locator("p")).to_contain_text("loop without delay")
    expect(hand.page.get_by_role("button", name="Run simulation")).to_be_disabled()
