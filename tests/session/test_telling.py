"""What is refused is told in one way, whoever refuses it, and no longer than it is true."""

import pytest

from workbench.views.page import noticed


def level(session):
    said = noticed(session.notice, session.details, session.refused, session.document.history)
    return said.get("level", "")


@pytest.mark.parametrize(
    "ask",
    [
        lambda session: session.edit({"op": "set", "node": "hidden", "params": {"beta": 7}}),
        lambda session: session.fail(MemoryError()),
        lambda session: session.refuse("At most 8 traces are drawn; take one away first."),
    ],
    ids=["an edit", "memory", "a view"],
)
def test_every_refusal_is_red_and_has_nothing_to_report(visit, ask):
    session = visit("digits")
    ask(session)
    assert session.notice and session.refused and level(session) == "error" and session.details == ""
    session.say("The network has changed: training pauses.")
    assert level(session) == "info" and not session.refused


def test_what_training_was_refused_for_goes_when_it_trains(visit, loop):
    session = visit("digits")
    session.edit({"op": "set", "node": "fc1", "params": {"out_features": 250_000}})
    session.learning.batch()
    loop.until(lambda: session.notice)
    assert "training needs" in session.notice and session.refused
    session.undo()
    assert session.notice == ""
    session.refuse("fc1 gives 250,000 values: training needs 26 GB, other pages hold 5 GB of the 8 GB for all.")
    session.learning.batch()
    assert session.notice == "" and session.learning.running
    loop.until(lambda: not session.learning.running)


def test_what_a_running_training_says_stays(visit, loop):
    session = visit("digits")
    session.say("The network has changed: training pauses.")
    session.learning.batch()
    assert session.notice
    loop.until(lambda: not session.learning.running)
