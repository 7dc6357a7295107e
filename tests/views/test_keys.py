"""What `?` lists is what works: every command has an answer, no key stands for two things in one place."""

import re
from collections import Counter
from pathlib import Path

import pytest

import components
from workbench.views.keys import CANVAS, KEYS, LISTS, PAD, SCOPE, VALUES
from workbench.views.page import PageView


def test_every_command_is_answered(visit):
    page = PageView(visit())
    for entry in KEYS:
        if "command" in entry and entry["command"] not in ("insert", "fit"):  # these need a page to look at
            page._command(entry["command"])


def test_a_key_means_one_thing_in_its_place():
    places = Counter((key["group"], key["key"], key.get("ctrl"), key.get("shift")) for key in KEYS)
    assert set(places.values()) == {1}
    assert all(0 < len(key["label"]) <= 40 for key in KEYS)


LETTERLESS = r"\b(?:Arrow(?:Up|Down|Left|Right)|Enter|Escape|Delete|Backspace|Home|End|Tab|PageUp|PageDown)\b"
HEARD = {
    SCOPE: ["scope/scope.js"],
    CANVAS: ["layer_canvas/keys.js"],
    PAD: ["sample_tile/sample_tile.js"],
    VALUES: ["numbers.js", "knob_panel/knob.js"],
    LISTS: ["page_frame/splitter.js", "weight_matrix/weight_matrix.js"],
}


@pytest.mark.parametrize("group", HEARD)
def test_every_key_that_a_component_hears_is_listed_and_no_other(group):
    sources = [(Path(components.__path__[0]) / file).read_text(encoding="utf-8") for file in HEARD[group]]
    heard = {key for source in sources for key in re.findall(LETTERLESS, source)}
    listed = {entry["key"] for entry in KEYS if entry["group"] == group and re.fullmatch(LETTERLESS, entry["key"])}
    browsers_own = {"Tab"} if group == CANVAS else set()
    assert listed - browsers_own == heard


def test_letters_that_copy_and_edit_are_listed():
    with_ctrl = {entry["key"] for entry in KEYS if entry.get("ctrl")}
    assert with_ctrl == set("acdvxyz")
