"""Undo takes back gestures, one by one, and a drag is one gesture."""

from workbench.design import Design
from workbench.design.edit import label
from workbench.design.history import LEVELS, History


def beta(value: float) -> list[dict]:
    return [{"op": "set", "node": "lif1", "params": {"beta": value}}]


def start() -> History:
    return History.start(Design.new().add("Leaky", beta=0.9), "hash0")


def test_undo_and_redo_walk_the_row():
    history = start().edit(beta(0.8)).edit(beta(0.7)).edit([{"op": "add", "kind": "Linear"}])
    assert [entry.label for entry in history.entries] == [
        "Open",
        "β of lif1 0.9 → 0.8",
        "β of lif1 0.8 → 0.7",
        "Add Linear fc1",
    ]
    assert history.undo().undo().design.node("lif1").params["beta"] == 0.8
    assert history.undo().redo() == history
    assert history.redo() == history
    assert history.jump(0) == history.undo().undo().undo().undo().undo()
    assert history.jump(0).design == start().design.with_(id=history.design.id)


def test_a_new_gesture_forgets_what_was_undone():
    history = start().edit(beta(0.8)).edit(beta(0.7)).undo().edit(beta(0.6))
    assert [entry.label for entry in history.entries[1:]] == ["β of lif1 0.9 → 0.8", "β of lif1 0.8 → 0.6"]


def test_one_drag_is_one_entry():
    history = start()
    for value in (0.88, 0.85, 0.8):
        history = history.edit(beta(value), key="drag 1")
    assert [entry.label for entry in history.entries[1:]] == ["β of lif1 0.9 → 0.8"]
    again = history.edit(beta(0.7), key="drag 2")
    assert [entry.label for entry in again.entries[1:]] == ["β of lif1 0.9 → 0.8", "β of lif1 0.8 → 0.7"]
    assert len(history.settle().edit(beta(0.7), key="drag 1").entries) == 3
    assert len(history.undo().redo().edit(beta(0.7), key="drag 1").entries) == 3


def test_a_drag_that_ends_where_it_began_leaves_no_entry():
    history = start().edit(beta(0.8), key="drag").edit(beta(0.9), key="drag")
    assert len(history.entries) == 1


def test_a_drag_can_be_labelled_by_its_whole_way():
    history = start().edit(beta(0.85), key="drag")
    assert label(history.before("drag"), beta(0.8)) == "β of lif1 0.9 → 0.8"
    assert label(history.before("another"), beta(0.8)) == "β of lif1 0.85 → 0.8"


def test_weights_and_moments_travel_along():
    history = start().push("Reset time", start().design, "hash0", moment={"t": 7}).with_weights("hash1")
    assert (history.now.moment, history.now.weights) == ({"t": 7}, "hash1")
    assert history.edit(beta(0.8)).now.weights == "hash1"
    assert history.edit(beta(0.8)).undo().now.weights == "hash1"


def test_at_least_two_hundred_levels_are_kept_and_not_more_than_the_limit():
    history = start()
    for i in range(LEVELS + 50):
        history = history.edit([{"op": "move", "positions": {"lif1": [i, 0]}}])
    assert LEVELS >= 200
    assert len(history.entries) == LEVELS
    assert history.jump(0).design.node("lif1").position == (50, 0)
