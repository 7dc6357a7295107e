"""What a shelf can be asked."""

import pytest

from workbench.design import Design


def test_whether_a_design_is_kept_is_asked_without_reading_any(shelf, monkeypatch):
    design = Design.new("kept")
    shelf.put(design, None)
    monkeypatch.setattr(Design, "load", lambda _: pytest.fail("a design was read"))
    assert shelf.has(design.id) and not shelf.has("another") and not shelf.has("../..")
