"""What the designs of all visitors hold together, and who is refused when that is too much."""

import pytest

from workbench.design import Design, memory
from workbench.design.memory import Need
from workbench.session import shares
from workbench.session.shares import MemoryRefused, Shares

WIDE = 20_000


def wide() -> Design:
    """One layer that takes most of a test's memory to run."""
    design = Design.new("wide").add("Input", id="in", shape=[WIDE]).add("Leaky", id="lif1").wire("in.out", "lif1.in")
    return design.with_(stimulus={"kind": "current", "amplitude": 0.3})


@pytest.fixture
def little(monkeypatch):
    """Memory for one such design and a half, for everybody together."""
    limit = memory.to_run(wide()).bytes * 3 // 2
    monkeypatch.setattr(shares.SHARES, "limit", lambda: limit)
    return limit


def test_what_all_hold_is_summed_and_a_sentence_says_what_is_free():
    everybody = Shares(lambda: 8_000_000_000)
    first, second = everybody.join(), everybody.join()
    first.take("running", Need(5_000_000_000, "lif1", 10))
    with pytest.raises(MemoryRefused) as refusal:
        second.take("running", Need(4_000_000_000, "a" * 40, 10_000_000))
    sentence = str(refusal.value)
    assert "running needs 4 GB, other pages hold 5 GB of the 8 GB for all" in sentence and len(sentence) <= 200
    second.take("running", Need(3_000_000_000, "lif1", 10))
    with pytest.raises(MemoryRefused):
        first.take("running", Need(6_000_000_000, "lif1", 10))
    second.take("running", Need(8_000_000_000, "lif1", 10))  # who was refused holds nothing
    del first


def test_training_counts_with_the_run_beside_it_and_not_twice():
    everybody = Shares(lambda: 10)
    first, second = everybody.join(), everybody.join()
    first.take("running", Need(4, "a", 1))
    first.take("training", Need(6, "a", 1))
    second.take("running", Need(4, "a", 1))
    with pytest.raises(MemoryRefused):
        second.take("training", Need(5, "a", 1))
    first.give_back("training")
    second.take("training", Need(6, "a", 1))


def test_whoever_is_alone_has_the_limit_of_one_design_only_and_who_has_left_holds_nothing():
    everybody = Shares(lambda: 10)
    first, second = everybody.join(), everybody.join()
    first.take("running", Need(12, "a", 1))
    with pytest.raises(MemoryRefused):
        second.take("running", Need(1, "a", 1))
    first.alive = lambda: False
    second.take("running", Need(9, "a", 1))
    first.alive = lambda: True
    del first
    second.take("running", Need(10, "a", 1))


def test_a_second_visitor_is_refused_and_runs_when_the_first_has_left(visit, loop, little):
    first = visit(wide())
    loop.until(lambda: held(first))
    second = visit(wide())
    loop.until(lambda: second.playback.broken)
    assert "other pages hold" in second.playback.broken and second.notice == second.playback.broken
    assert not second.details
    second.edit({"op": "set", "node": "in", "params": {"shape": [10]}})
    loop.until(lambda: held(second))
    assert second.playback.broken == ""
    first.close()
    second.undo()
    loop.until(lambda: held(second) == memory.to_run(wide()).bytes)
    assert second.playback.broken == ""


def test_what_is_too_large_for_itself_says_so_whatever_others_hold(visit, loop):
    first, second = visit("digits"), visit("digits")
    second.edit({"op": "set", "node": "fc1", "params": {"out_features": 250_000}})
    loop.until(lambda: held(first) and held(second))
    second.learning.batch()
    loop.until(lambda: second.notice)
    assert "may be used here" in second.notice
    loop.until(lambda: held(second) == memory.to_run(second.document.design).bytes)  # what did not begin holds nothing


def held(session) -> int:
    return session.share.bytes


def test_training_is_refused_where_others_leave_too_little(visit, loop, monkeypatch):
    first, second = visit("digits"), visit("digits")
    loop.until(lambda: held(first) and held(second))
    need = memory.to_train(second.document.design).bytes
    monkeypatch.setattr(shares.SHARES, "limit", lambda: need + held(first) - 1)
    second.learning.batch()
    loop.until(lambda: second.notice)
    assert "training needs" in second.notice and "other pages hold" in second.notice and not second.details
    assert not second.learning.running and not second.learning.curve
    monkeypatch.setattr(shares.SHARES, "limit", lambda: need + held(first))
    second.learning.batch()
    loop.until(lambda: second.learning.curve and not second.learning.running)
    assert held(second) == need
