"""A training that the visitor has paused goes on where it stood, whatever is turned meanwhile."""

import numpy as np
import pytest

from workbench.design.starters import templates


@pytest.fixture
def paused(visit, loop):
    """A session whose training has done three batches and rests; β of the hidden layer is learned."""
    session = visit(templates()["digits"].fresh().set("hidden", learn_beta=True))
    for number in range(3):
        session.learning.batch()
        loop.until(lambda number=number: len(session.document.history.entries) == number + 2)
    return session


def turned(session, loop, *betas):
    for beta in betas:
        session.edit({"op": "set", "node": "hidden", "params": {"beta": beta}}, final=beta == betas[-1])
        loop.turn(0.02)


def test_a_slider_does_not_begin_it_anew(paused, loop):
    session, seen = paused, []
    session.learning.progress.listen(seen.append)
    turned(session, loop, 0.8, 0.7, 0.6)
    session.learning.batch()
    loop.until(lambda: seen and session.document.history.entries[-1].label.startswith("Train"))
    assert None not in seen and seen[-1].batch == 4
    assert len(session.learning.curve) == 4
    assert abs(session.document.weights["hidden"]["beta"] - 0.6) < 0.05


def test_undo_of_the_slider_gives_back_what_was_learned(paused, loop):
    session = paused
    before = session.document.weights
    turned(session, loop, 0.5)
    session.undo()
    session.learning.batch()
    loop.until(lambda: session.document.history.entries[-1].label.startswith("Train"))
    assert len(session.learning.curve) == 4
    assert np.allclose(session.document.weights["hidden"]["beta"], before["hidden"]["beta"], atol=0.05)


def test_undo_of_training_begins_it_anew(paused, loop):
    session = paused
    session.undo()
    loop.until(lambda: session.learning.curve == [])


def test_more_epochs_go_on_where_it_stood(visit, loop):
    design = templates()["digits"].fresh()
    session, seen = visit(design.with_(training={"epochs": 1, "batch": 1000})), []
    session.learning.progress.listen(seen.append)
    session.learning.run()
    loop.until(lambda: session.document.history.entries[-1].label == "Train, epoch 1")
    learned, batches = session.document.weights, len(session.learning.curve)
    seen.clear()
    session.edit({"op": "change", "fields": {"training": {"epochs": 2}}})
    loop.until(lambda: seen and seen[-1] is not None and (seen[-1].epoch, seen[-1].epochs) == (1, 2))
    assert session.document.weights is learned and session.notice == ""
    session.learning.run()
    loop.until(lambda: session.document.history.entries[-1].label == "Train, epoch 2")
    assert None not in seen and len(session.learning.curve) == 2 * batches
    assert session.learning.marks[-1][0] == 2.0


def test_fewer_epochs_end_a_training_under_way(visit, loop):
    session = visit(templates()["digits"].fresh())
    session.learning.run()
    loop.until(lambda: len(session.learning.curve) > 1)
    session.edit({"op": "change", "fields": {"training": {"epochs": 1}}})
    loop.until(lambda: not session.learning.running)
    assert session.document.history.entries[-1].label == "Train, epoch 1"
    assert session.learning.curve[-1][0] == 1.0


def test_another_batch_size_begins_it_anew(paused, loop):
    session = paused
    session.edit({"op": "change", "fields": {"training": {"batch": 50}}})
    loop.until(lambda: session.learning.curve == [])


def test_what_the_history_gets_is_what_was_published_last(visit, loop):
    session, published = visit(templates()["digits"].fresh()), []
    told = session.learning.published
    session.learning.published = lambda learned: (published.append(learned), told(learned))
    for _ in range(12):  # a pause may come at any moment of a batch
        done = len(session.learning.curve)
        session.learning.run()
        loop.until(lambda done=done: len(session.learning.curve) > done + 1)
        session.learning.pause()
        loop.until(lambda: not session.learning.running)
        assert session.document.weights is published[-1].weights
