"""Nothing acknowledged is lost: full disks, two designs at once, a visitor who leaves in the middle."""

import threading

from workbench.design.starters import templates
from workbench.session.autosave import Autosave


def design(name="a"):
    return templates()["one_neuron"].fresh().rename(name)


def test_a_full_disk_is_said_and_what_it_refused_is_written_later(shelf, monkeypatch):
    said, full, put = [], [True], shelf.put

    def refuse_while_full(*state):
        if full[0]:
            raise OSError(28, "No space left on device")
        put(*state)

    monkeypatch.setattr(shelf, "put", refuse_while_full)
    saver = Autosave(shelf, said.append)
    first, second = design("first"), design("second")
    saver.put(first, None)
    assert saver.flush()
    assert said == ["saving…", "not saved: no space left on device"]
    full[0] = False
    saver.put(second, None)
    assert saver.flush()
    saver.close()
    assert said[-1] == "saved"
    assert {kept.name for kept in shelf.list()} == {"first", "second"}


def test_opening_another_design_does_not_drop_the_last_edit_of_this_one(shelf, monkeypatch):
    said, gate, put = [], threading.Event(), shelf.put
    monkeypatch.setattr(shelf, "put", lambda *state: gate.wait(10) and put(*state))
    saver = Autosave(shelf, said.append)
    one, other = design("one"), design("other")
    saver.put(one, None)
    saver.put(one.rename("one, renamed"), None)
    saver.put(other, None)
    gate.set()
    assert saver.flush()
    saver.close()
    assert {kept.name for kept in shelf.list()} == {"one, renamed", "other"}
    assert said.count("saved") == 1 and said[-1] == "saved"


def test_a_held_slider_is_not_called_saved(visit, loop):
    session = visit()
    session.edit({"op": "rename", "name": "a"})
    loop.until(lambda: session.document.saved == "saved")
    session.edit({"op": "set", "node": "lif1", "params": {"beta": 0.5}}, final=False)
    loop.until(lambda: session.document.saved == "saving…")
    session.edit({"op": "set", "node": "lif1", "params": {"beta": 0.4}})
    loop.until(lambda: session.document.saved == "saved")


def test_a_visitor_who_leaves_while_training_keeps_what_was_learned(visit, loop, shelf):
    session = visit("digits")
    start = session.document.weights
    session.learning.run()
    loop.until(lambda: session.learning.version > 3)
    session.close()
    found = shelf.get(session.document.design.id)
    assert found is not None and found[1] is not None and found[1] != start
