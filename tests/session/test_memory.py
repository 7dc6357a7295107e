"""Undo keeps every design, and of the weights as many as there is memory for; what it has let go it says."""

import numpy as np
import pytest

from workbench.design.history import FORGOTTEN, LEVELS, MOMENT_FORGOTTEN
from workbench.design.starters import templates
from workbench.run.weights import Weights
from workbench.session import remembering
from workbench.session.document import Document
from workbench.session.remembering import Kept


def learned(design, number: int) -> Weights:
    return Weights({n: {k: a + number for k, a in named.items()} for n, named in Weights.initial(design).items()})


@pytest.fixture
def small(monkeypatch):
    """Memory for three sets of the digits' weights."""
    size = 4 * Weights.initial(templates()["digits"]).size
    monkeypatch.setattr(remembering, "MOST_BYTES", 3 * size)
    return size


def held(document: Document) -> int:
    return sum({id(a): a.nbytes for e in document.history.entries if e.weights for a in e.weights.arrays}.values())


def test_memory_stays_bounded_and_the_designs_stay(small):
    document = Document(templates()["digits"], None, None)
    for number in range(1, 260):
        document.learned(learned(document.design, number), f"Train {number}")
        document.edit([{"op": "move", "positions": {"fc1": [number, 0]}}])
    entries = document.history.entries
    assert len(entries) == min(LEVELS, 519)
    assert held(document) <= 3 * small
    assert [entry.forgotten for entry in entries] == [entry.label.endswith(FORGOTTEN) for entry in entries]
    assert [entry.forgotten for entry in entries[-6:]] == [False] * 6, "an array that is shared counts once"
    assert entries[100].forgotten
    assert len({entry.design.node("fc1").position for entry in entries}) > 200
    assert max(len(entry.label) for entry in entries) <= 60


def test_going_back_to_what_is_not_kept_says_so_and_loses_nothing(visit, loop, small):
    session = visit("digits")
    for number in range(1, 6):
        session.document.learned(learned(session.document.design, number), f"Train {number}")
    now = session.document.weights
    assert session.document.history.entries[1].label == "Train 1" + FORGOTTEN
    session.jump(1)
    assert "not kept" in session.notice and session.document.weights == now
    session.jump(4)
    assert session.notice == "" and np.isclose(session.document.weights["fc1"]["bias"], now["fc1"]["bias"] - 1).all()
    session.jump(5)
    assert session.document.weights == now


def test_what_was_drawn_from_the_seed_is_drawn_again(small):
    document = Document(templates()["digits"], None, None)
    for seed in range(1, 9):
        document.new_weights(seed)
        assert document.weights == Weights.initial(document.design, seed), "read by whoever runs them"
        assert held(document) <= 3 * small
    assert not document.jump(0).forgot
    assert document.weights == Weights.initial(document.design)
    assert not document.jump(3).forgot
    assert document.weights == Weights.initial(document.design, 3)


def test_going_back_and_forth_stays_bounded(small):
    document = Document(templates()["digits"], None, None)
    for seed in range(1, 9):
        document.new_weights(seed)
    for place in (*range(9), *range(8, -1, -1)):
        document.jump(place)
        assert document.weights.hash, "read by whoever runs them"
        assert held(document) <= 3 * small


def test_states_that_undo_gives_back_count_as_well(visit, loop, small):
    """As many "reset time" as one likes: the newest go back to their state, the oldest say that they do not."""
    session = visit("digits")
    session.playback.step(3)
    session.reset_time()
    loop.until(lambda: len(session.document.history.entries) == 2)
    one = session.document.history.now.moment
    assert one.nbytes > 4 * (64 + 32 + 10), "more than its membranes: draws and delays as well"
    room = (2 * small) // one.nbytes
    for number in range(room + 5):
        session.document.happened("Reset time", {"t": number, "state": np.zeros(one.nbytes, np.uint8)})
    entries = session.document.history.entries
    assert sum(entry.moment.nbytes for entry in entries if entry.moment) <= 3 * small - held(session.document)
    forgotten = [entry.moment_forgotten for entry in entries]
    assert forgotten[:3] == [False, True, True] and not forgotten[-1]
    assert [entry.label == "Reset time" + MOMENT_FORGOTTEN for entry in entries] == forgotten
    session.jump(0)
    assert "state of that time is not kept" in session.notice
    assert session.document.jump(len(entries) - 1).resets, "to do it again, nothing is needed"
    assert session.document.jump(len(entries) - 2).moment["t"] == room + 4


def test_a_state_is_weighed_with_all_that_is_in_it():
    numbers = np.zeros(10, np.float32)
    assert (
        Kept.of({"t": 3, "states": {"lif1": {"mem": numbers}}, "rows": [numbers, (numbers, None)], "of": "x"}).nbytes
        == 120
    )
