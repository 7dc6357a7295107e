"""Which neurons the scope draws, under which name."""

import numpy as np
import pytest

from workbench.design.elements import Probe
from workbench.design.probing import MOST_TRACES, toggled
from workbench.design.starters import templates
from workbench.run import Simulation
from workbench.views.scope import ScopeView, probe, threshold, toggle


def said(*neurons: tuple[int, ...], node: str = "hidden", state: str = "mem") -> list[dict]:
    return [{"node": node, "state": state, "neurons": list(row)} for row in neurons]


def test_probes_of_one_layer_in_two_entries_keep_their_names(visit, loop):
    probes = [*said((5, 2)), *said((1,), node="out"), *said((7, 5))]
    session = visit(templates()["digits"].fresh().with_(probes=probes))
    view, frames, values = ScopeView(session), [], []
    session.playback.frames.listen(frames.append)
    arranged = []
    view.scope.arrange = lambda bands, traces: arranged.append(traces)
    view.scope.feed.push = lambda first, counts, ids, traces: values.append(traces)
    session.playback.step(25)
    loop.until(lambda: values and session.playback.t_ms == 25)
    names = [trace["name"] for trace in arranged[-1]]
    assert names == ["hidden 5", "hidden 2", "hidden 7", "out 1"]
    alone = Simulation(templates()["digits"].with_(probes=said((5,), (2,), (7,))), session.document.weights).step(25)
    columns = alone.traces["hidden"]["mem"]
    np.testing.assert_array_equal(values[0][:3], columns.T)
    assert np.ptp(columns, axis=0).all()


def test_what_runs_reaches_the_scope_by_message_alone(visit, loop):
    """Parameters of a component are for what a user edits; the lane never sets one."""
    session = visit(templates()["digits"].fresh())
    view, changes, frames = ScopeView(session), [], []
    view.scope.param.watch(lambda *events: changes.extend(events), list(view.scope.param))
    session.playback.frames.listen(frames.append)
    session.playback.announce()
    session.playback.step(5)
    loop.until(lambda: frames)
    probe(session, "hidden", 3)
    session.playback.step(5)
    loop.until(lambda: len(frames) == 2)
    assert changes == []
    session.edit({"op": "change", "fields": {"dt_ms": 0.5}})
    assert [event.name for event in changes] == ["dt"] and view.scope.dt == 0.5


def test_a_pick_adds_and_only_the_cross_takes_away(visit, loop):
    session = visit(templates()["digits"].fresh().with_(probes=said((5,))))
    view, frames = ScopeView(session), []
    session.playback.frames.listen(frames.append)
    session.playback.announce()
    session.playback.step(1)
    loop.until(lambda: frames)
    pick = {"type": "pick", "band": "hidden", "neuron": 3, "step": 0, "spike": False}
    for _ in range(2):
        view.hear(pick)
        assert session.document.design.probes == (Probe("hidden", "mem", (3, 5)),)
    view.hear(pick | {"band": "rate"})
    session.playback.step(1)
    loop.until(lambda: len(frames) == 2)
    for _ in range(2):
        view.hear({"type": "drop", "band": "hidden", "neuron": 5, "trace": "hidden 5"})
        assert session.document.design.probes == (Probe("hidden", "mem", (3,)),)
    assert [entry.label for entry in session.document.history.entries][1:] == [
        "Probe hidden 3",
        "Stop drawing hidden 5",
    ]
    session.undo()
    assert session.document.design.probes == (Probe("hidden", "mem", (3, 5)),)


def test_a_click_adds_and_takes_away_without_losing_others():
    probes = [Probe("hidden", "mem", (5, 2)), Probe("out", "mem", (1,)), Probe("hidden", "mem", (7,))]
    assert toggled(probes, "hidden", "mem", 3) == [Probe("hidden", "mem", (2, 3, 5, 7)), Probe("out", "mem", (1,))]
    assert toggled(probes, "hidden", "mem", 5) == [Probe("hidden", "mem", (2, 7)), Probe("out", "mem", (1,))]
    assert toggled(probes, "out", "mem", 1) == [Probe("hidden", "mem", (5, 2, 7))]


def test_a_ninth_trace_is_refused_with_a_sentence(visit):
    session = visit(templates()["digits"].fresh().with_(probes=said(tuple(range(MOST_TRACES - 1)))))
    probe(session, "out", 3)
    full = session.document.design.probes
    assert len(full) == 2 and session.notice == ""
    probe(session, "out", 4)
    assert session.document.design.probes == full
    assert session.notice == "At most 8 traces are drawn; take one away first."
    probe(session, "out", 3)
    probe(session, "out", 4)
    assert session.document.design.probes[-1] == Probe("out", "mem", (4,))


@pytest.mark.parametrize(("value", "height"), [(0.7, 0.7), ([0.7], 0.7), ([0.1 * (i + 1) for i in range(32)], 0.4)])
def test_the_threshold_of_a_neuron(value, height):
    assert threshold(templates()["digits"].set("hidden", threshold=value), "hidden", 3) == pytest.approx(height)


def test_the_gesture_is_named_alike_for_what_does_not_spike(visit):
    """The number of traces drawn counts what spikes; a gesture is named after the neuron alone."""
    session = visit("digits")
    toggle(session, "fc1", "out", 2)
    assert session.document.history.entries[-1].label == "Probe fc1 2"
    toggle(session, "fc1", "out", 2)
    assert session.document.history.entries[-1].label == "Stop drawing fc1 2"


def test_a_readout_has_a_row_without_spikes_and_its_membrane_is_drawn(visit, loop):
    design = templates()["one_neuron"].fresh().add("LeakyIntegrator", id="li").wire("lif1.out", "li.in")
    session = visit(design.with_(probes=[{"node": "li", "state": "mem", "neurons": [0]}]))
    view, values, arranged = ScopeView(session), [], []
    view.scope.arrange = lambda bands, traces: arranged.append((bands, traces))
    view.scope.feed.push = lambda first, counts, ids, traces: values.append((ids, traces))
    session.playback.step(60)
    loop.until(lambda: values and session.playback.t_ms == 60)
    bands, traces = arranged[-1]
    assert [(band["id"], band["n"]) for band in bands] == [("lif1", 1), ("li", 1)]
    assert [(trace["id"], trace["name"], trace["theta"]) for trace in traces] == [(1, "li 0", None)]
    ids, membrane = values[0]
    assert set(ids.tolist()) == {0} and np.ptp(membrane) > 0
