"""Tens of millions of weights: the loop says what is to be drawn, a lane draws it, and nothing gets out of order."""

import threading
import time

import numpy as np
import pytest

from workbench.design import Design
from workbench.run.weights import Weights
from workbench.session.document import Document
from workbench.views.inspector import InspectorView

MOST_CPU_S = 0.05


def wide(arriving: int, values: int) -> Design:
    design = Design.new("wide").add("Input", id="in", shape=[arriving]).add("Linear", id="fc1", out_features=values)
    design = design.add("Leaky", id="lif1").wire("in.out", "fc1.in").wire("fc1.out", "lif1.in")
    return design.with_(stimulus={"kind": "current", "amplitude": 1.0})


@pytest.fixture
def cpu():
    """How much this thread, the loop's, computed in one call."""

    def measured(call, *args, **options):
        begun = time.thread_time()
        call(*args, **options)
        return time.thread_time() - begun

    measured(Document, wide(8, 8), None, None)  # what is imported on the way is no work of an edit
    return measured


def test_no_gesture_draws_weights(cpu):
    document = Document(wide(9_000, 10_000), None, None)
    first = document.weights
    assert first.size == 90_010_000
    gestures = {
        "a part elsewhere": lambda: document.edit([{"op": "add", "kind": "Linear", "id": "fc2"}]),
        "a wire to it": lambda: document.edit([{"op": "wire", "source": "lif1.out", "target": "fc2.in"}]),
        "a move": lambda: document.edit([{"op": "move", "positions": {"fc1": [5, 5]}}]),
        "undo": lambda: document.jump(document.history.position - 1),
        "another width": lambda: document.edit([{"op": "set", "node": "fc1", "params": {"out_features": 9_999}}]),
        "new weights": lambda: document.new_weights(1),
        "broken": lambda: document.edit([{"op": "set", "node": "fc1", "params": {"in_features": 7}}]),
        "all undone": lambda: document.jump(0),
    }
    took = {name: cpu(gesture) for name, gesture in gestures.items()}
    assert document.weights is first
    assert not any(entry.weights.ready for entry in document.history.entries if entry.weights.size > 1_000)
    assert max(took.values()) < MOST_CPU_S, took


def test_an_edit_elsewhere_keeps_the_very_arrays(visit):
    session = visit(wide(30, 20))
    before = session.document.weights["fc1"]["weight"]
    session.add("Linear")
    session.edit({"op": "wire", "source": "lif1.out", "target": "fc2.in"})
    assert session.document.weights["fc1"]["weight"] is before
    assert set(session.document.weights) == {"fc1", "fc2"}


def test_gestures_while_weights_are_drawn_stay_in_order(visit, loop, shelf, cpu):
    session, gate, seen = visit(wide(64, 64)), threading.Event(), []
    view = InspectorView(session)
    session.selection.nodes = ["fc1"]
    session.inspected.listen(seen.append)
    session.runner.simulate.tell(lambda: gate.wait(20))
    took = [
        cpu(session.edit, {"op": "set", "node": "fc1", "params": {"out_features": 3_000}}),
        cpu(session.edit, {"op": "set", "node": "in", "params": {"shape": [3_000]}}),
        cpu(session.add, "Leaky"),
        cpu(session.undo),
        cpu(session.new_weights),
        cpu(loop.turn, 0.05),
    ]
    design, weights = session.document.design, session.document.weights
    assert max(took) < MOST_CPU_S, took
    gate.set()
    loop.until(lambda: seen and seen[-1] is weights)
    loop.until(lambda: session.document.saved == "saved")
    assert np.array_equal(weights["fc1"]["weight"], Weights.initial(design, 1)["fc1"]["weight"])
    assert shelf.get(design.id)[1] == weights
    running = []
    session.playback.ask(lambda simulation: running.append(simulation.design))
    loop.until(lambda: running)
    assert running == [design] and session.playback.broken == ""
    labels = [entry.label.split()[0] for entry in session.document.history.entries[1:]]
    assert labels == ["out_features", "shape", "New"]
    session.jump(0)
    assert session.document.weights == Weights.initial(session.document.design)
    del view
