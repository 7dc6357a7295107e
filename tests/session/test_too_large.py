"""A design too large for this machine: it is said before anything is asked for, and everything else goes on."""

import time

import pytest

from workbench.design import Design, limits


def test_a_layer_too_wide_to_train_can_be_drawn_counted_and_undone(visit, loop):
    session, seen = visit("digits"), []
    session.learning.measured.listen(seen.append)
    session.edit({"op": "set", "node": "fc1", "params": {"out_features": 250_000}})
    assert [problem.rule for problem in session.document.problems if problem.node == "fc1"] == ["memory"]
    session.learning.batch()
    loop.until(lambda: session.notice)
    assert "fc1 gives 250,000 values: training needs" in session.notice and not session.details
    begun = time.monotonic()
    session.undo()
    assert session.document.design.values("fc1")["out_features"] == 32
    assert time.monotonic() - begun < 1
    loop.until(lambda: seen and seen[-1].cost.value("parameters") == 65 * 32 + 33 * 10)


def endless() -> Design:
    design = Design.new("endless").add("Input", id="in", shape=[limits.LAYER_VALUES])
    for number in range(60):
        before = f"lif{number - 1}" if number else "in"
        design = design.add("Leaky", id=f"lif{number}").wire(f"{before}.out", f"lif{number}.in")
    return design.with_(stimulus={"kind": "current", "amplitude": 1.0})


def test_what_cannot_run_has_its_exact_figures(visit, loop):
    session = visit(endless())
    assert "running needs" in session.playback.broken
    loop.until(lambda: session.learning.costed)
    assert session.learning.costed.cost.value("neurons") == 60 * limits.LAYER_VALUES
    assert {row.kind for row in session.learning.costed.cost} == {"exact"}
    session.edit({"op": "set", "node": "in", "params": {"shape": [3]}})
    assert session.playback.broken == ""


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory")])
def test_whatever_lacks_memory_all_the_same_is_one_sentence(visit, error):
    session = visit()
    session.fail(error)
    assert session.notice.startswith("There is not enough memory") and session.details == ""
