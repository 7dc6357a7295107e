"""What `?` lists is what works: every command has an answer, no key stands for two things in one place."""

from collections import Counter

from workbench.views.keys import KEYS
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
