"""What is asked for while a batch is under way waits for it, and the visitor is told what for."""

from threading import Event

from workbench.session.at_rest import BLINK_S


def test_undo_of_a_long_batch_says_what_it_waits_for(visit, loop):
    session, busy, held = visit("digits"), Event(), Event()
    session.edit({"op": "set", "node": "hidden", "params": {"beta": 0.7}})
    session.learning.run()
    loop.until(lambda: session.learning.curve)
    session.runner.train.tell(lambda: (busy.set(), held.wait(20)))  # as long as a batch of a large network
    loop.until(busy.is_set)
    session.undo()
    assert session.learning.stopping
    loop.until(lambda: session.notice, seconds=10)
    assert session.notice == "The batch under way is finished first, then it is undone."
    held.set()
    loop.until(lambda: not session.learning.running)
    assert session.notice == ""
    assert session.document.history.entries[-1].label.startswith("Train")
    assert session.document.history.position == len(session.document.history.entries) - 2


def test_what_is_done_within_a_blink_is_not_told(visit, loop):
    session, said = visit("digits"), []
    session.param.watch(lambda event: said.append(event.new), "notice")
    session.undo()
    loop.turn(2 * BLINK_S)
    assert not any(said)
