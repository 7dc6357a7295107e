"""Presses that come while a training comes to rest, and what is told of a training that begins from kept weights."""

from workbench.session import Session
from workbench.session.learning import FROM_KEPT


def batches(session):
    return len(session.learning.curve)


def test_a_press_after_the_lanes_last_look_is_not_lost(visit, loop):
    session = visit("digits")
    session.learning.batch()
    while not batches(session):  # the lane works on, the loop is busy elsewhere: `_rest` waits in it
        pass
    session.runner.train.join(0.2)
    session.learning.batch()
    assert session.learning.running
    loop.until(lambda: not session.learning.running and batches(session) == 2)
    assert [entry.label for entry in session.document.history.entries[1:]] == [
        "Train one batch, epoch 1",
        "Train one batch, epoch 1",
    ]


def test_a_pause_drops_what_was_pressed_before_it(visit, loop):
    session = visit("digits")
    for _ in range(200):
        session.learning.batch()
    session.learning.pause()
    loop.until(lambda: not session.learning.running)
    loop.turn(0.3)
    assert not session.learning.running and batches(session) < 200


def test_after_redo_and_reload_the_line_says_where_training_begins(visit, loop, shelf):
    session, told = visit("digits"), []
    session.learning.progress.listen(lambda place: told.append((place, session.learning.origin)))
    session.learning.batch()
    loop.until(lambda: not session.learning.running and batches(session))
    session.undo()
    loop.until(lambda: told[-1] == (None, ""))
    session.redo()
    loop.until(lambda: told[-1] == (None, FROM_KEPT))
    session.new_weights()
    loop.until(lambda: told[-1] == (None, ""))
    session.undo()
    loop.until(lambda: session.document.saved == "saved")
    session.close()
    design, weights = shelf.get(session.document.design.id)
    again = Session(loop.post, design, weights, shelf)
    assert again.learning.origin == ""
    again.start()
    assert again.learning.origin == FROM_KEPT
    again.close()


def test_kept_weights_that_were_never_trained_are_not_called_so(visit, loop, shelf):
    session = visit("digits")
    session.document.save()
    loop.until(lambda: session.document.saved == "saved")
    _, weights = shelf.get(session.document.design.id)
    assert weights.untrained and weights == session.document.weights
