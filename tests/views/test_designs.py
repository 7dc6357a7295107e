"""Opening, duplicating and deleting the design that is open."""

import pytest

from workbench.views.designs import DesignsView


@pytest.fixture
def opened(visit, loop):
    """A session whose design is saved, and its list."""
    session = visit()
    session.edit({"op": "set", "node": "lif1", "params": {"beta": 0.5}})
    loop.until(lambda: session.document.saved == "saved")
    return session, DesignsView(session)


def ask(view: DesignsView, what: str, id: str) -> None:
    view._hear({"type": what, "id": id})


def test_opening_what_is_open_only_says_so(opened):
    session, view = opened
    before = session.document.history
    ask(view, "open", session.document.design.id)
    assert session.document.history is before
    assert session.notice == f"{session.document.design.name} is open already."


def test_a_duplicate_is_of_what_the_page_shows(opened):
    session, view = opened
    session.edit({"op": "set", "node": "lif1", "params": {"beta": 0.7}}, final=False)  # not on the disk yet
    original = session.document.design
    ask(view, "duplicate", original.id)
    assert session.document.design.id != original.id
    assert session.document.design.name == f"{original.name} (copy)"
    assert session.document.design.values("lif1")["beta"] == 0.7


def test_deleting_what_is_open_leaves_a_copy_on_the_page(opened, loop, shelf):
    session, view = opened
    original, weights = session.document.design, session.document.weights
    session.edit({"op": "rename", "name": "Mine"})  # still on its way to the disk
    ask(view, "delete", original.id)
    copy = session.document.design
    assert copy.id != original.id and copy.network() == original.network() and session.document.weights == weights
    assert "Mine is deleted" in session.notice
    loop.until(lambda: shelf.get(original.id) is None)
    assert [kept.id for kept in shelf.list()] == [copy.id]
    assert [item["id"] for item in view.list.items if item["group"] == "yours"] == [copy.id]


def test_undo_brings_a_deleted_design_back(opened, loop, shelf):
    session, view = opened
    original = session.document.design
    ask(view, "delete", original.id)
    session.undo()
    loop.until(lambda: session.document.saved == "saved")
    loop.turn(0.1)
    assert session.document.design.id == original.id and shelf.get(original.id) is not None


def test_another_design_is_deleted_at_once(opened, loop, shelf):
    session, view = opened
    first = session.document.design
    ask(view, "duplicate", first.id)
    loop.until(lambda: len(shelf.list()) == 2)
    ask(view, "delete", first.id)
    assert [kept.id for kept in shelf.list()] == [session.document.design.id]
