"""What the tile says of a drawing: nothing of an empty pad, and an answer that does not come and go."""

import numpy as np
import pytest

from workbench.design import Design
from workbench.design.starters import templates
from workbench.run import Simulation
from workbench.session.playback import Moment
from workbench.views.tile import TileView, counted

ONE = np.zeros((8, 8), np.float32)
ONE[:, 3:5] = 1.0
STEPS = 25


@pytest.fixture
def drawn(visit, loop):
    """A session on the digits whose pad is open: what its tile says now, and how one draws into it."""
    session = visit("digits")
    session.edit({"op": "set", "node": "fc2", "params": {"weight": 0.2}})  # so that every class fires
    view = TileView(session)

    def said():
        return view.tile.shown

    def draw(image):
        view.hear({"type": "draw", "image": image.tolist()})
        loop.until(lambda: said()["data"] == image.astype("<f4").tobytes())

    def steps(number, of=1):
        """What the tile says after each of so many times `of` steps."""
        for _ in range(number):
            there = round(session.playback.t_ms) + of
            session.playback.step(of)
            loop.until(lambda there=there: session.playback.t_ms == there)
            yield said()

    return said, draw, steps


def test_nothing_is_said_of_an_empty_pad(drawn):
    _, draw, steps = drawn
    draw(np.zeros((8, 8), np.float32))
    assert all(one["answer"] is None and one["counts"] == [] for one in steps(STEPS))


def test_right_or_wrong_is_said_when_all_votes_are_there(drawn):
    *_, steps = drawn
    told = [one["final"] for one in steps(STEPS)]
    assert told == [False] * (STEPS - 1) + [True]


def test_the_answer_to_a_drawing_comes_once_and_stays(drawn):
    said, draw, steps = drawn
    draw(ONE)
    told = list(steps(3 * STEPS))
    answers = [one["answer"] for one in told]
    first = next(place for place, answer in enumerate(answers) if answer is not None)
    assert set(answers[:first]) == {None} and sum(told[first - 1]["counts"]) > 0, "half of it is seen first"
    assert len(set(answers[first:])) == 1, "the pictures between are not empty"
    draw(ONE.T.copy())
    assert said()["answer"] is None, "what was said of another drawing is not said of this"


def test_a_drawing_has_its_answer_though_nobody_looks_in_a_second_half(drawn):
    _, draw, steps = drawn
    draw(ONE)
    assert [one["answer"] for one in steps(1, of=10)] == [None]
    assert all(one["answer"] is not None for one in steps(4, of=STEPS))


def test_right_or_wrong_is_said_though_every_look_falls_at_the_same_point(visit, loop):
    """As at 200 ms/s, where eight presentations a second meet eight moments a second."""
    session = visit("digits")
    session.edit({"op": "set", "node": "fc2", "params": {"weight": 0.2}})
    view = TileView(session)
    simulation = Simulation(session.document.design)
    told = []
    for steps in (10, STEPS, STEPS):
        frame = simulation.step(steps)
        session.playback.moments.send(Moment(simulation, frame, running=True))
        told.append((view.tile.shown["index"], view.tile.shown["final"]))
    assert told == [(0, False), (0, True), (1, True)]


def test_votes_say_what_they_count() -> None:
    digits = templates()["digits"]
    assert counted(digits) == "Votes: the spikes of each class"
    assert "first fired" in counted(digits.with_(training={"loss": "ce_temporal"}))
    summed = digits.remove(["out"]).add("LeakyIntegrator", id="li").wire("fc2.out", "li.in")
    membranes = "Votes: the membranes of each class, added up over the steps"
    assert counted(summed.with_(output="li.out")) == counted(summed) == membranes
    assert counted(summed.add("Readout", id="say").wire("li.out", "say.in")) == membranes, (
        "it stands behind the readout"
    )
    assert counted(digits.with_(output="fc2.out")) == "Votes: the values of each class, added up over the steps"
    assert counted(Design.new()) == "Votes: the spikes of each class", "an empty canvas has no votes"
