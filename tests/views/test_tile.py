"""What the tile says of a drawing: nothing of an empty pad, and an answer that does not come and go."""

import numpy as np
import pytest

from workbench.views.tile import TileView

ONE = np.zeros((8, 8), np.float32)
ONE[:, 3:5] = 1.0
STEPS = 25


@pytest.fixture
def drawn(visit, loop):
    """A session on the digits whose pad is open, and all that its tile was told: (image, counts, answer)."""
    session = visit("digits")
    session.edit({"op": "set", "node": "fc2", "params": {"weight": 0.2}})  # so that every class fires
    view, told = TileView(session), []
    view.tile._pace._send = lambda: told.append({**view.tile._sample, **view.tile._votes})
    view.tile._pace._post = None

    def draw(image):
        view._hear({"type": "draw", "image": image.tolist()})
        loop.until(lambda: told and told[-1]["data"] == image.astype("<f4").tobytes())

    return session, told, draw


def test_nothing_is_said_of_an_empty_pad(drawn, loop):
    session, told, draw = drawn
    draw(np.zeros((8, 8), np.float32))
    del told[:]
    session.playback.step(STEPS)
    loop.until(lambda: session.playback.t_ms == STEPS)
    loop.turn(0.1)
    assert told and all(one["answer"] is None and one["counts"] == [] for one in told)


def test_the_answer_to_a_drawing_comes_once_and_stays(drawn, loop):
    session, told, draw = drawn
    draw(ONE)
    del told[:]
    for step in range(1, 3 * STEPS + 1):
        session.playback.step()
        loop.until(lambda step=step: session.playback.t_ms == step)
    answers = [one["answer"] for one in told]
    first = next(place for place, answer in enumerate(answers) if answer is not None)
    assert set(answers[:first]) == {None} and sum(told[first - 1]["counts"]) > 0, "half of it is seen first"
    assert len(set(answers[first:])) == 1, "the pictures between are not empty"
    draw(ONE.T.copy())
    assert told[-1]["answer"] is None, "what was said of another drawing is not said of this"
