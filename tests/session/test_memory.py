"""Undo keeps every design, and of the weights as many as there is memory for; what it has let go it says."""

import numpy as np
import pytest

from workbench.design.history import FORGOTTEN, LEVELS
from workbench.design.starters import templates
from workbench.run.weights import Weights
from workbench.session import document as documents
from workbench.session.document import Document


def learned(design, number: int) -> Weights:
    return Weights({n: {k: a + number for k, a in named.items()} for n, named in Weights.initial(design).items()})


@pytest.fixture
def small(monkeypatch):
    """Memory for three sets of the digits' weights."""
    size = 4 * Weights.initial(templates()["digits"]).size
    monkeypatch.setattr(documents, "MOST_BYTES", 3 * size)
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
