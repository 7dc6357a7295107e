"""Simulation: the same spikes in any pieces, live edits between steps, states that bring everything back.

Long because each of these is asked of the same comparison of whole runs.
"""

from typing import Any

import numpy as np
import pytest
import torch

from workbench.design.sentences import DesignError
from workbench.design.starters import templates
from workbench.run.evaluate import evaluate
from workbench.run.results import Frame
from workbench.run.simulation import Simulation
from workbench.run.weights import Weights, WeightsError


def shown(simulation: Simulation) -> Any:
    """The presentation under way, which must be there."""
    assert simulation.presentation is not None
    return simulation.presentation


def whole(simulation: Simulation) -> Any:
    """The newest presentation that was shown to its end, which must be there."""
    assert simulation.finished is not None
    return simulation.finished


def joined(frames):
    """What a row of frames saw, as one: spikes, traces, and how the last one ended."""
    spikes = {
        node: np.stack([np.concatenate([frame.spikes[node][i] for frame in frames]) for i in (0, 1)])
        for node in frames[0].spikes
    }
    traces = {
        (node, state): np.concatenate([frame.traces[node][state] for frame in frames])
        for node, states in frames[0].traces.items()
        for state in states
    }
    starts = [p.start for frame in frames for p in frame.presentations]
    return spikes, traces, starts, frames[-1].rates, frames[-1].votes


def assert_same(one, other):
    for mine, theirs in zip(joined(one)[:2], joined(other)[:2], strict=True):
        assert mine.keys() == theirs.keys()
        for key in mine:
            assert np.array_equal(mine[key], theirs[key]), key
    assert joined(one)[2:4] == joined(other)[2:4]
    assert np.array_equal(joined(one)[4], joined(other)[4])


def moved(design, seed=1):
    """Weights strong enough that every layer spikes a lot."""
    draw = np.random.default_rng(seed)
    return Weights(
        {
            node: {name: draw.normal(0.02, 0.35, array.shape).astype("f4") for name, array in named.items()}
            for node, named in Weights.initial(design).items()
        }
    )


@pytest.mark.parametrize("pieces", [[1] * 100, [7] * 14 + [2], [25] * 4, [26, 49, 25], [99, 1]])
def test_any_pieces_give_the_same_spikes(starter, pieces):
    whole, cut = Simulation(starter, moved(starter)), Simulation(starter, moved(starter))
    assert_same([whole.step(100)], [cut.step(n) for n in pieces])


def test_any_pieces_with_everything_at_once(two_way):
    whole, cut = Simulation(two_way, moved(two_way)), Simulation(two_way, moved(two_way))
    frame = whole.step(100)
    assert all(len(times) for times, _ in frame.spikes.values())
    assert_same([frame], [cut.step(1) for _ in range(100)])


def test_random_spikes_in_any_pieces():
    design = templates()["two_neurons"].with_(stimulus={"kind": "poisson", "rate_hz": 300.0})
    whole, cut = Simulation(design, moved(design, 3)), Simulation(design, moved(design, 3))
    frames = [whole.step(2500)]
    assert len(frames[0].spikes["lif1"][0])
    assert_same(frames, [cut.step(n) for n in (1, 999, 1000, 500)])


@pytest.mark.parametrize("name", ["digits", "digits_latency"])
def test_every_answer_is_the_one_evaluate_gives(name):
    design = templates()[name]
    weights = moved(design)
    judged = evaluate(design, weights)
    simulation = Simulation(design, weights)
    for index in range(360):
        simulation.step(design.training["steps"])
        seen = shown(simulation)
        assert (seen.index, seen.label) == (index, judged.labels[index])
        assert np.array_equal(seen.votes, judged.votes[index])
        assert (seen.answer if seen.answer is not None else -1) == judged.answers[index]
    simulation.step(1)
    assert shown(simulation).index == 0, "after the last sample comes the first"


def test_frames_say_what_happened(digits):
    simulation = Simulation(digits, moved(digits))
    frame = simulation.step(60)
    assert (frame.t0, frame.t1, simulation.t, frame.weights_version) == (0, 60, 60, 0)
    assert list(frame.spikes) == ["rate", "hidden", "out"] == [layer["id"] for layer in simulation.layers]
    assert [layer["n"] for layer in simulation.layers] == [64, 32, 10]
    for layer in simulation.layers:
        times, indices = frame.spikes[layer["id"]]
        assert times.dtype == indices.dtype == np.int64 and (np.diff(times) >= 0).all()
        assert times.min() >= 0 and times.max() < 60 and indices.max() < layer["n"]
    assert [(p.start, p.steps, p.index) for p in frame.presentations] == [(0, 25, 0), (25, 25, 1), (50, 25, 2)]
    votes = np.zeros(10)
    times, indices = frame.spikes["out"]
    np.add.at(votes, indices[times >= 50], 1)
    assert (
        frame.votes is not None
        and np.array_equal(frame.votes, votes)
        and np.array_equal(shown(simulation).votes, votes)
    )
    image = frame.presentations[0].image
    assert image is not None and image.shape == (8, 8)
    mem = frame.traces["hidden"]["mem"]
    assert mem.dtype == np.float32 and mem.shape == (60, 2)


def test_traces_follow_the_probes(two_way):
    frame = Simulation(two_way, moved(two_way)).step(30)
    assert frame.traces["hidden"]["mem"].shape == (30, 2) and frame.traces["out"]["spk"].shape == (30, 1)
    spikes = np.zeros(30)
    times, indices = frame.spikes["out"]
    spikes[times[indices == 2]] = 1
    assert np.array_equal(frame.traces["out"]["spk"][:, 0], spikes)
    swapped = two_way.with_(probes=[{"node": "hidden", "state": "mem", "neurons": [1, 3]}])
    again = Simulation(swapped, moved(two_way)).step(30).traces["hidden"]["mem"]
    assert np.array_equal(again[:, ::-1], frame.traces["hidden"]["mem"])


def test_rates_are_those_of_the_last_100_ms():
    design = templates()["one_neuron"].with_(dt_ms=0.5)
    frames = [Simulation(design).step(250)]
    times, _ = frames[0].spikes["lif1"]
    assert frames[0].rates["lif1"] == pytest.approx((times >= 50).sum() / 0.1)
    few = Simulation(design).step(20)
    assert few.rates["lif1"] == pytest.approx((times < 20).sum() / 0.01), "fewer than 100 ms at the start"


def test_what_is_handed_out_cannot_change(digits):
    simulation = Simulation(digits, moved(digits))
    frame = simulation.step(25)
    seen, votes = shown(simulation), shown(simulation).votes.copy()
    simulation.step(25)
    assert np.array_equal(seen.votes, votes)
    assert isinstance(frame, Frame)
    arrays: tuple[Any, ...] = (*frame.spikes["out"], frame.traces["hidden"]["mem"], frame.votes, seen.votes, seen.image)
    assert not any(array.flags.writeable for array in arrays)
    with pytest.raises(AttributeError):
        frame.t0 = 5  # type: ignore[misc]


def test_a_knob_counts_from_the_next_step(digits):
    simulation, untouched = Simulation(digits, moved(digits)), Simulation(digits, moved(digits))
    simulation.step(10)
    untouched.step(10)
    states = simulation.state()["states"]
    simulation.set("hidden", "beta", 0.2)
    assert simulation.design.values("hidden")["beta"] == 0.2
    before, after = simulation.step(1), untouched.step(1)
    mem = states["hidden"]["mem"][0, [0, 7]].numpy()
    change = before.traces["hidden"]["mem"][0] - after.traces["hidden"]["mem"][0]
    assert np.allclose(change, (0.2 - 0.9) * mem, atol=1e-6)


def test_a_row_of_values_can_be_set_live(digits):
    simulation, untouched = Simulation(digits, moved(digits)), Simulation(digits, moved(digits))
    simulation.step(3)
    untouched.step(3)
    simulation.set("hidden", "beta", [0.9] * 7 + [0.1] + [0.9] * 24)
    mine, theirs = (s.step(1).traces["hidden"]["mem"][0] for s in (simulation, untouched))
    assert mine[0] == theirs[0] and mine[1] != theirs[1]


def test_an_encoder_can_be_turned_live(digits):
    simulation = Simulation(digits)
    simulation.step(5)
    simulation.set("rate", "gain", 0.0)
    assert simulation.step(20).spikes["rate"][0].size == 0


def test_turning_a_loose_part_changes_nothing_that_runs(digits):
    simulation = Simulation(digits.add("Leaky", id="loose"), moved(digits))
    simulation.set("loose", "beta", 0.1)
    assert simulation.design.values("loose")["beta"] == 0.1
    assert_same([simulation.step(30)], [Simulation(digits, moved(digits)).step(30)])


@pytest.mark.parametrize(
    ("node", "param", "value", "said"),
    [
        ("hidden", "beta", 1.5, "hidden.beta"),
        ("hidden", "gamma", 1.0, "gamma"),
        ("fc1", "out_features", 5, "fc1.out_features decides what is built"),
        ("nowhere", "beta", 0.5, "nowhere"),
    ],
)
def test_what_cannot_be_set_is_refused(digits, node, param, value, said):
    simulation = Simulation(digits)
    with pytest.raises(ValueError, match=said):
        simulation.set(node, param, value)
    assert simulation.design is digits


def test_weights_are_adopted_between_steps(digits):
    simulation = Simulation(digits)
    simulation.step(25)
    simulation.use(moved(digits), 7)
    assert simulation.t == 25 and shown(simulation).index == 0
    frame = simulation.step(25)
    assert frame.weights_version == 7
    assert frame.votes is not None
    assert np.array_equal(frame.votes, evaluate(digits, moved(digits), indices=[1]).votes[0])


@pytest.mark.parametrize("change", ["missing", "extra", "shape"])
def test_weights_of_another_network_are_refused_whole(digits, change):
    arrays = {node: dict(named) for node, named in moved(digits).items()}
    if change == "missing":
        del arrays["fc2"]
    elif change == "extra":
        arrays["fc9"] = {"weight": np.zeros((2, 2), "f4")}
    else:
        arrays["fc2"]["weight"] = np.zeros((10, 31), "f4")
    simulation, untouched = Simulation(digits), Simulation(digits)
    with pytest.raises(WeightsError, match=r"fc2|fc9"):
        simulation.use(Weights(arrays), 1)
    assert_same([simulation.step(50)], [untouched.step(50)])


@pytest.mark.parametrize("at", [0, 1, 13, 25, 37])
def test_a_state_brings_back_every_spike(two_way, at):
    simulation = Simulation(two_way, moved(two_way))
    for _ in range(at):
        simulation.step(1)
    state = simulation.state()
    first = [simulation.step(40)]
    simulation.restore(state)
    assert simulation.t == at
    second = [simulation.step(1) for _ in range(40)]
    assert_same(first, second)
    elsewhere = Simulation(two_way, moved(two_way))
    elsewhere.restore(state)
    assert_same(first, [elsewhere.step(40)])


def test_a_state_of_a_current_brings_back_every_spike():
    design = templates()["excitatory_inhibitory"].with_(
        stimulus={"kind": "poisson", "rate_hz": 400.0, "amplitude": 0.9}
    )
    simulation = Simulation(design)
    simulation.step(33)
    state = simulation.state()
    first = [simulation.step(200)]
    simulation.restore(state)
    assert_same(first, [simulation.step(200)])


def test_states_are_copies(two_way):
    simulation = Simulation(two_way, moved(two_way))
    simulation.step(10)
    state = simulation.state()
    kept = state["states"]["hidden"]["mem"].clone()
    simulation.step(10)
    assert torch.equal(state["states"]["hidden"]["mem"], kept)
    state["states"]["hidden"]["mem"] += 100
    assert float(simulation.state()["states"]["hidden"]["mem"].abs().max()) < 100


def test_a_state_of_another_network_is_refused(digits, two_way):
    simulation = Simulation(two_way)
    simulation.step(5)
    with pytest.raises(ValueError, match="another network"):
        Simulation(digits).restore(simulation.state())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.set("fc1", out_features=16), "another network"),
        (lambda d: d.delay("fc1.out", "hidden.in", 2), "another network"),
        (lambda d: d.with_(dt_ms=0.5), "another time step"),
        (lambda d: d.with_(stimulus={**d.stimulus, "split": "train"}), "another stimulus"),
    ],
)
@pytest.mark.parametrize("at", [0, 5])
def test_a_state_of_something_else_changes_nothing(digits, change, said, at):
    simulation = Simulation(change(digits))
    if at:
        simulation.step(at)
    mine, untouched = Simulation(digits, moved(digits)), Simulation(digits, moved(digits))
    for one in (mine, untouched):
        one.step(30)
    with pytest.raises(ValueError, match=said) as refusal:
        mine.restore(simulation.state())
    assert len(str(refusal.value)) <= 200 and mine.t == 30
    assert_same([mine.step(40)], [untouched.step(40)])


def test_what_was_shown_to_its_end_can_be_read_though_the_next_is_under_way(digits):
    simulation = Simulation(digits)
    simulation.step(24)
    assert simulation.finished is None
    frame = simulation.step(1)
    assert (whole(simulation).start, whole(simulation).steps) == (0, 25)
    assert whole(simulation).votes.tolist() == (frame.votes.tolist() if frame.votes is not None else None)
    kept = simulation.state()
    simulation.step(30)
    newest = whole(simulation)
    assert (newest.start, newest.index) == (25, 1) and shown(simulation).start == 50
    simulation.step(1)
    assert simulation.finished is newest
    simulation.restore(kept)
    assert whole(simulation).start == 0
    simulation.show(np.zeros((8, 8), np.float32))
    assert simulation.finished is None, "another stimulus has shown nothing to its end yet"
    simulation.step(25)
    assert whole(simulation).label is None
    simulation.reset()
    assert simulation.finished is None


def test_a_presentation_keeps_its_length_where_another_is_planned(digits):
    simulation = Simulation(digits, moved(digits))
    simulation.step(13)
    shorter = Simulation(digits.with_(training={"steps": 10}), moved(digits))
    shorter.restore(simulation.state())
    assert [(p.start, p.steps) for p in shorter.step(20).presentations] == [(25, 10)]


def test_a_latency_code_of_another_length_cannot_go_on():
    design = templates()["digits_latency"]
    mine = Simulation(design.with_(training={"steps": 10}))
    with pytest.raises(ValueError, match="another length of presentations"):
        mine.restore(Simulation(design).state())
    assert shown(mine).steps == 10


def test_states_survive_other_probes(digits):
    simulation = Simulation(digits, moved(digits))
    simulation.step(13)
    other = Simulation(digits.with_(probes=[{"node": "out", "state": "mem", "neurons": [4]}]), moved(digits), start=13)
    other.restore(simulation.state())
    mine, theirs = simulation.step(50), other.step(50)
    assert np.array_equal(mine.spikes["out"], theirs.spikes["out"])
    assert list(theirs.traces) == ["out"]


def test_reset_repeats_the_run(starter):
    simulation = Simulation(starter, moved(starter))
    first = [simulation.step(60)]
    simulation.reset()
    assert simulation.t == 0
    assert_same(first, [simulation.step(60)])


def test_time_goes_on_from_where_it_is_told(digits):
    simulation = Simulation(digits, start=60)
    frame = simulation.step(30)
    assert (frame.t0, frame.t1) == (60, 90) and frame.spikes["rate"][0].min() >= 60
    assert [(p.start, p.index) for p in frame.presentations] == [(60, 2), (85, 3)]


def test_one_shows_a_sample_of_ones_own(digits):
    simulation = Simulation(digits, moved(digits))
    simulation.step(10)
    drawn = np.zeros((8, 8))
    drawn[2:6, 3] = 1
    simulation.show(drawn)
    seen = shown(simulation)
    assert (seen.start, seen.label, seen.index) == (10, None, None) and np.array_equal(seen.image, drawn)
    times, indices = simulation.step(60).spikes["rate"]
    assert set(indices) == set(np.flatnonzero(drawn)) and len(times) == 4 * 60, "a full pixel fires at every step"
    state = simulation.state()
    first = [simulation.step(20)]
    simulation.show(None)
    assert shown(simulation).label is not None and shown(simulation).start == 90
    simulation.restore(state)
    assert_same(first, [simulation.step(20)])


@pytest.mark.parametrize("values", [np.zeros((8, 7)), np.full((8, 8), 1.5), np.full(64, np.nan)])
def test_a_sample_that_does_not_fit_is_refused(digits, values):
    simulation = Simulation(digits)
    with pytest.raises(ValueError, match="the sample"):
        simulation.show(values)
    assert shown(simulation).label is not None


def test_the_stimulus_can_be_exchanged():
    design = templates()["one_neuron"]
    simulation = Simulation(design)
    assert simulation.presentation is None and simulation.step(50).votes is None
    simulation.stimulus({"kind": "current", "amplitude": 0.0})
    assert simulation.t == 50
    simulation.step(100)
    assert simulation.step(50).spikes["lif1"][0].size == 0
    with pytest.raises(DesignError):
        simulation.stimulus({"kind": "current", "amplitude": 50})


def test_turning_the_amplitude_leaves_the_membrane_where_it_is():
    design = templates()["one_neuron"].with_(
        stimulus={"kind": "current", "amplitude": 0.3}, probes=[{"node": "lif1", "state": "mem", "neurons": [0]}]
    )
    simulation, traces = Simulation(design), []
    for amplitude, steps in ((0.3, 7), (0.15, 12), (0.25, 9)):
        simulation.stimulus({"kind": "current", "amplitude": amplitude})
        traces.append(simulation.step(steps).traces["lif1"]["mem"][:, 0])
    knobs = design.values("lif1")
    mem, expected = 0.0, []
    for amplitude in [0.3] * 7 + [0.15] * 12 + [0.25] * 9:
        mem = knobs["beta"] * mem + amplitude - (mem > knobs["threshold"]) * knobs["threshold"]
        expected.append(mem)
    assert np.allclose(np.concatenate(traces), expected, atol=1e-5) and max(expected) > knobs["threshold"]


def test_turning_random_spikes_draws_on():
    first = {"kind": "poisson", "rate_hz": 300.0, "amplitude": 0.5}
    design = templates()["one_neuron"].with_(stimulus=first)
    turned, untouched = Simulation(design), Simulation(design)
    turned.step(40)
    turned.stimulus({**first, "rate_hz": 200.0})
    turned.stimulus(first)
    untouched.step(40)
    assert_same([turned.step(200)], [untouched.step(200)])


def test_a_split_begins_anew_only_when_it_is_another(digits):
    simulation = Simulation(digits, moved(digits))
    simulation.step(10)
    simulation.stimulus(dict(digits.stimulus))
    assert shown(simulation).start == 0
    simulation.stimulus({**digits.stimulus, "split": "train"})
    assert shown(simulation).start == 10 and not shown(simulation).votes.any()


def test_a_pulse_arrives_when_it_should():
    design = templates()["one_neuron"].set("lif1", beta=0.0)
    stimulus = {"kind": "pulse", "amplitude": 1.5, "start": 5, "length": 2, "period": 10}
    times, _ = Simulation(design.with_(stimulus=stimulus)).step(30).spikes["lif1"]
    assert [int(t) for t in times if t % 10 == 5] == [5, 15, 25] and set(times % 10) <= {5, 6}


def test_no_gradient_is_kept_and_no_global_draw_is_made(two_way):
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    simulation = Simulation(two_way, moved(two_way))
    simulation.step(60)
    assert torch.equal(before, torch.random.get_rng_state())
    assert not any(value.requires_grad for named in simulation.state()["states"].values() for value in named.values())


@pytest.mark.parametrize("n", [0, -1])
def test_time_only_goes_forward(digits, n):
    with pytest.raises(ValueError, match="1 or more steps"):
        Simulation(digits).step(n)


def test_the_weights_it_runs_with_are_those_it_was_given():
    design = templates()["digits"]
    start, other = Weights.initial(design, 1), Weights.initial(design, 2)
    simulation = Simulation(design, start)
    assert simulation.weights() == start
    simulation.use(other, 1)
    assert simulation.weights() == other
