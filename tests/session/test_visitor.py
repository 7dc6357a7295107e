"""What one gesture does to everything else of a visitor's session."""

import numpy as np
import pytest

from workbench.design import Design
from workbench.design.starters import templates
from workbench.run.training import Training
from workbench.run.weights import Weights


def labels(session):
    return [entry.label for entry in session.document.history.entries][1:]


def test_a_first_visit_ticks(visit, loop):
    session, frames = visit(), []
    session.playback.frames.listen(frames.append)
    session.playback.speed = 1000
    session.playback.run()
    loop.until(lambda: sum(len(frame.spikes["lif1"][0]) for frame in frames) >= 3)
    assert [frame.t0 for frame in frames[1:]] == [frame.t1 for frame in frames[:-1]]


def test_one_slider_drag_is_one_entry_and_the_run_goes_on(visit, loop):
    session, starts = visit(), []
    session.playback.rebuilt.listen(starts.append)
    session.playback.step(5)
    loop.until(lambda: session.playback.t_ms == 5)
    begun = len(starts)
    for beta in (0.88, 0.85, 0.8):
        session.edit({"op": "set", "node": "lif1", "params": {"beta": beta}}, final=beta == 0.8)
    session.playback.step(5)
    loop.until(lambda: session.playback.t_ms == 10)
    assert labels(session) == ["β of lif1 0.9 → 0.8"]
    assert len(starts) == begun, "a live knob must not rebuild"


def test_undo_takes_back_every_gesture_in_order(visit, loop):
    session = visit()
    first = session.document.design
    session.edit({"op": "set", "node": "lif1", "params": {"beta": 0.5}})
    session.add("Linear")
    session.edit({"op": "move", "positions": {"fc1": [400, 100]}})
    session.playback.step(7)
    loop.until(lambda: session.playback.t_ms == 7)
    session.reset_time()
    loop.until(lambda: session.playback.t_ms == 0 and labels(session)[-1] == "Reset time")
    assert [label.split()[0] for label in labels(session)] == ["β", "Add", "Move", "Reset"]
    session.undo()
    loop.until(lambda: session.playback.t_ms == 7)
    for _ in range(3):
        session.undo()
    assert session.document.design == first
    assert session.document.history.position == 0


def test_a_refused_edit_changes_nothing_and_says_so(visit):
    session = visit()
    before = session.document.design
    assert not session.edit({"op": "set", "node": "lif1", "params": {"beta": 7}})
    assert session.document.design is before
    assert "lif1.beta" in session.notice and "7" in session.notice


def test_a_sentence_does_not_inherit_the_details_of_a_fault(visit):
    session = visit()
    session.log = lambda error: None
    session.fail(ValueError("of a library"))
    assert session.notice and session.details
    assert not session.edit({"op": "set", "node": "lif1", "params": {"beta": 7}})
    assert "lif1.beta" in session.notice and session.details == ""


def test_a_broken_design_stops_what_ran(visit, loop):
    session = visit("digits")
    session.playback.run()
    loop.until(lambda: session.playback.running)
    session.edit({"op": "set", "node": "fc1", "params": {"in_features": 65}})
    assert "65" in session.playback.broken and not session.playback.running
    session.playback.run()
    assert not session.playback.running
    session.undo()
    assert session.playback.broken == ""


def test_training_is_one_entry_with_the_weights_of_a_training_alone(visit, loop):
    session = visit("digits")
    start = session.document.weights
    session.learning.batch()
    loop.until(lambda: labels(session))
    assert labels(session) == ["Train one batch, epoch 1"]
    alone = Training(session.document.design, start)
    alone.batch()
    assert session.document.weights == alone.weights()
    session.undo()
    assert session.document.weights == start


def test_the_simulation_adopts_weights_while_training_runs(visit, loop):
    session, versions = visit("digits"), set()
    session.playback.frames.listen(lambda frame: versions.add(frame.weights_version))
    session.playback.speed = 1000
    session.playback.run()
    session.learning.run()
    loop.until(lambda: len(versions) > 3)
    session.learning.pause()
    assert session.learning.stopping
    loop.until(lambda: not session.learning.running)
    assert labels(session)[-1].startswith("Train, epoch 1")


def test_a_slider_during_training_keeps_the_order_of_gestures(visit, loop):
    session = visit("digits")
    session.learning.run()
    loop.until(lambda: session.learning.version > 2)
    session.edit({"op": "set", "node": "hidden", "params": {"beta": 0.7}})
    loop.turn(0.2)
    session.undo()
    loop.until(lambda: not session.learning.running and session.document.history.position == 2)
    assert [label.split()[0].strip(",") for label in labels(session)] == ["Train", "β", "Train"]
    session.undo()
    assert session.document.design.values("hidden")["beta"] != 0.7


def test_a_structural_edit_pauses_training_and_keeps_what_fits(visit, loop):
    session = visit("digits")
    session.learning.run()
    loop.until(lambda: session.learning.version > 2)
    session.edit({"op": "set", "node": "fc2", "params": {"bias": False}})
    assert "training pauses" in session.notice
    loop.until(lambda: not session.learning.running)
    trained = session.document.history.entries[1]
    kept = session.document.weights
    assert (kept["fc1"]["weight"] == trained.weights["fc1"]["weight"]).all()
    assert "bias" not in kept["fc2"]


def test_weights_written_into_the_design_are_what_runs(visit):
    session = visit("digits")
    before = session.document.weights
    session.edit({"op": "set", "node": "fc2", "params": {"weight": 0.25}})
    assert (session.document.weights["fc2"]["weight"] == 0.25).all()
    assert (session.document.weights["fc1"]["weight"] == before["fc1"]["weight"]).all()


@pytest.mark.parametrize("beta", [0.5, [0.5] * 31 + [0.25]])
def test_a_learned_knob_is_turned_in_the_weights_too(visit, loop, beta):
    session = visit(templates()["digits"].fresh().set("hidden", learn_beta=True))
    before = session.document.weights
    session.edit({"op": "set", "node": "hidden", "params": {"beta": beta}})
    weights = session.document.weights
    assert np.array_equal(weights["hidden"]["beta"], np.float32(beta))
    assert all(np.array_equal(weights[fc]["weight"], before[fc]["weight"]) for fc in ("fc1", "fc2"))
    session.learning.batch()
    loop.until(lambda: labels(session)[-1].startswith("Train"))
    assert 0 < abs(session.document.weights["hidden"]["beta"] - weights["hidden"]["beta"]).max() < 0.05
    session.jump(0)
    assert session.document.weights == before


@pytest.mark.parametrize(
    "gestures",
    [
        [("fc1", {"in_features": 65}), ("hidden", {"beta": 0.5}), ("fc1", {"in_features": None})],
        [("hidden", {"beta": [0.5] * 31}), ("hidden", {"beta": 0.5})],
    ],
)
def test_a_learned_knob_of_a_broken_design_counts_when_it_is_mended(visit, gestures):
    session = visit(templates()["digits"].fresh().set("hidden", learn_beta=True))
    for number, (node, params) in enumerate(gestures):
        session.edit({"op": "set", "node": node, "params": params})
        assert bool(session.playback.broken) == (number < len(gestures) - 1)
    assert session.document.weights["hidden"]["beta"] == 0.5
    assert session.document.weights.fits(session.document.design)


def test_new_weights_are_drawn_from_the_next_seed(visit):
    session = visit("digits")
    design, first = session.document.design, session.document.weights
    session.new_weights()
    assert session.document.weights == Weights.initial(design, design.seed + 1)
    session.new_weights()
    assert session.document.weights == Weights.initial(design, design.seed + 2)
    assert labels(session) == ["New weights, seed 1", "New weights, seed 2"]
    session.jump(0)
    assert session.document.weights == first


def test_what_is_saved_opens_again(visit, loop, shelf):
    session = visit("digits")
    session.learning.batch()
    loop.until(lambda: session.document.saved == "saved")
    design, weights = shelf.get(session.document.design.id)
    assert design.with_(weights=None) == session.document.design.with_(weights=None)
    assert weights == session.document.weights
    assert [kept.id for kept in shelf.list()] == [session.document.design.id]


def test_a_second_tab_turns_to_a_copy(visit, loop):
    first = visit()
    first.sit(lambda: True)
    second = visit(first.document.design)
    second.sit(lambda: True)
    assert second.document.design.id != first.document.design.id
    assert "another tab" in second.notice
    first.close()
    third = visit(first.document.design)
    third.sit(lambda: True)
    assert third.document.design.id == first.document.design.id


def test_the_own_digit_is_presented_until_taken_back(visit, loop):
    session, seen = visit("digits"), []
    session.playback.moments.listen(lambda moment: seen.append(moment.presentation.index))
    session.playback.present(np.full((8, 8), 0.5, np.float32))
    loop.until(lambda: seen and seen[-1] is None)
    session.playback.present(None)
    loop.until(lambda: seen[-1] is not None)


@pytest.mark.parametrize("starter", sorted(templates()))
def test_every_starter_runs_and_is_measured(visit, loop, starter):
    session, measured = visit(starter), []
    session.learning.measured.listen(measured.append)
    session.playback.step(30)
    loop.until(lambda: session.playback.t_ms and measured)
    assert measured[-1].cost.value("neurons") > 0
    assert (measured[-1].answers is not None) == (session.document.design.stimulus["kind"] == "data")


def test_an_empty_canvas_says_what_is_missing_and_fills_again(visit, loop):
    session = visit()
    session.open(Design.new("Untitled"))
    assert "no Input" in session.playback.broken and session.document.weights is None
    session.add("Input")
    session.playback.step(3)
    loop.until(lambda: session.playback.t_ms == 3)
    session.undo()
    assert "no Input" in session.playback.broken
    session.jump(0)
    assert session.playback.broken == "" and "lif1" in session.document.design


def test_a_ninth_neuron_is_added_without_a_trace(visit):
    session = visit()
    for _ in range(9):
        session.add("Leaky")
    assert sum(len(probe.neurons) for probe in session.document.design.probes) == 8
    assert "lif10" in session.document.design and session.selection.nodes == ["lif10"]


def test_the_first_line_of_the_history_says_where_undo_begins(visit):
    assert visit().document.history.entries[0].label == "This page opened: undo and curve begin here"
