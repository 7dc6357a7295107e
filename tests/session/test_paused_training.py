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
