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


COMPONENTS = Path(components.__path__[0])
LETTERLESS = r"(?:Arrow(?:Up|Down|Left|Right)|Enter|Escape|Delete|Backspace|Home|End|Tab|PageUp|PageDown)"
ASKED_FOR = rf"""key [!=]== "({LETTERLESS})"|[+{{ ]({LETTERLESS})"?:"""
HEARD = {
    SCOPE: ["scope/scope.js"],
    CANVAS: ["layer_canvas/layer_canvas.jsx", "layer_canvas/keys.js", "layer_canvas/answers.js"],
    PAD: ["sample_tile/sample_tile.js"],
    VALUES: ["numbers.js", "knob_panel/knob.js", "refusals.js"],
    LISTS: [
        "design_list/design_list.js",
        "layer_canvas/parts_menu.jsx",
        "page_frame/rails.js",
        "page_frame/splitter.js",
        "parts_palette/parts_palette.js",
        "title_bar/title_bar.js",
        "weight_matrix/weight_matrix.js",
    ],
}
NOT_LISTED = {
    "page_frame/keys.js": "the page's own keys come from the list; what shows the list closes by Escape, as dialogs do",
    "page_frame/links.js": "a dialog, which closes by Escape",
}


def hears_keys(source: str) -> bool:
    return bool(re.search(r"keydown|onKeyDown|event\.key\b", source))


def asked_for(source: str) -> set[str]:
    """The keys without a letter that a source asks for."""
    return {name for names in re.findall(ASKED_FOR, source) for name in names if name}


def test_every_component_that_hears_keys_is_looked_at():
    sources = (file for file in COMPONENTS.rglob("*.js*") if not {"dist", "node_modules"} & set(file.parts))
    names = {
        str(file.relative_to(COMPONENTS).as_posix()) for file in sources if hears_keys(file.read_text(encoding="utf-8"))
    }
    assert names == {file for files in HEARD.values() for file in files} | set(NOT_LISTED)


@pytest.mark.parametrize("group", HEARD)
def test_every_key_that_a_component_hears_is_listed_and_no_other(group):
    heard = {key for file in HEARD[group] for key in asked_for((COMPONENTS / file).read_text(encoding="utf-8"))}
    listed = {entry["key"] for entry in KEYS if entry["group"] == group and re.fullmatch(LETTERLESS, entry["key"])}
    browsers_own = {"Tab"} if group == CANVAS else set()
    assert listed - browsers_own == heard


def test_letters_that_copy_and_edit_are_listed():
    with_ctrl = {entry["key"] for entry in KEYS if entry.get("ctrl")}
    assert with_ctrl == set("acdvxyz")
