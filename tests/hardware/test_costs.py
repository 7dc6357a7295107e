"""Costs against a second way of finding them, and what they are counted of."""

import numpy as np
import pytest
import torch
from torch import nn

from tests.recounted import recounted
from workbench.design import Design
from workbench.design.starters import templates
from workbench.engine.data import load
from workbench.hardware.costs import counted, estimate, measure
from workbench.hardware.meters import targets
from workbench.run.arrays import Drawing
from workbench.run.evaluate import evaluate
from workbench.run.training import Training
from workbench.run.weights import Weights

torch.set_num_threads(1)
SAMPLES = 40


@pytest.fixture
def digits():
    return templates()["digits"]


@pytest.fixture
def busy(digits):
    draw = np.random.default_rng(1)
    return Weights(
        {
            node: {name: draw.normal(0.02, 0.3, array.shape).astype("f4") for name, array in named.items()}
            for node, named in Weights.initial(digits).items()
        }
    )


def test_every_figure_of_the_digits_can_be_recomputed(digits, busy):
    cost = estimate(digits, busy, samples=SAMPLES)
    expected = recounted(digits.to_json(), busy, SAMPLES)
    found = {}
    for row in cost:
        found.setdefault(row.name, {})[row.layer] = row.value
    for name, layers in expected.items():
        assert found[name].pop("") == pytest.approx(sum(layers.values()), rel=1e-12), name
        assert found[name] == pytest.approx(layers, rel=1e-12), name
    assert set(found) == set(expected)
    assert expected["spikes"]["hidden"] > 50 and expected["spikes"]["out"] > 5, "the test must not compare silence"


def test_every_row_says_what_it_is_of(digits, busy):
    for row in estimate(digits, busy, samples=5):
        exact = row.name in ("neurons", "parameters", "weight memory", "state memory", "delay memory")
        assert row.kind == ("exact" if exact else "measured")
        assert row.of == ("the design" if exact else "5 of 360 held-out samples of digits")
        assert row.unit


def test_a_measurement_of_what_was_never_trained_says_so(digits, busy, tmp_path):
    def said(weights):
        return {row.of for row in estimate(digits, weights, samples=2) if row.kind == "measured"}

    begun = Weights.initial(digits)
    fresh = {"2 of 360 held-out samples of digits, untrained weights"}
    assert said(None) == said(begun) == said(Weights.initial(digits, seed=7)) == fresh
    assert said(Weights.load(begun.save(tmp_path / "begun.npz"))) == fresh
    assert said(busy) == {"2 of 360 held-out samples of digits"}
    trained = Training(digits)
    trained.batch()
    assert said(trained.weights()) == said(busy)
    written = digits.set("fc1", weight=0.1, bias=False).set("fc2", weight=0.1, bias=False)
    assert {row.of for row in estimate(written, samples=2)} == {"the design", *said(busy)}
    wider = begun.carried(digits.set("fc1", out_features=40)).weights
    assert wider.untrained and not busy.carried(digits).weights.untrained


def finished(measuring):
    """The rests on the way, and what the measuring led to."""
    rests = []
    while True:
        try:
            rests.append(next(measuring))
        except StopIteration as done:
            return rests, *done.value


def test_costs_and_answers_come_from_one_pass(digits, busy):
    rests, cost, answers = finished(measure(digits, busy))
    assert rests == [0.0] * 3, "360 samples, 128 at once"
    alone = evaluate(digits, busy)
    assert cost == estimate(digits, busy) and (answers.accuracy, answers.loss) == (alone.accuracy, alone.loss)
    assert np.array_equal(answers.votes, alone.votes) and np.array_equal(answers.indices, alone.indices)
    assert cost.value("spikes", "hidden") == pytest.approx(answers.spikes["hidden"].mean())


@pytest.mark.parametrize("unfinished", [lambda d: d.with_(output=None), lambda d: templates()["one_neuron"]])
def test_what_has_no_answer_is_measured_without(digits, unfinished):
    _, cost, answers = finished(measure(unfinished(digits), samples=2))
    assert answers is None and cost.value("neurons") > 0


def test_the_design_says_how_many_bits_and_delays_are_counted(digits):
    delayed = digits.delay("fc1.out", "hidden.in", 4).with_(
        hardware={"target": "none", "bits": {"weights": 8, "states": 16, "delays": 1}}
    )
    cost = estimate(delayed, samples=2)
    assert cost.value("weight memory") == 8 * (64 * 32 + 32 + 32 * 10 + 10)
    assert cost.value("state memory") == 16 * 42
    assert cost.value("delay memory") == cost.value("delay memory", "fc1->hidden") == 4 * 32


def test_spikes_still_on_a_delayed_wire_are_not_operations(digits, busy):
    now = estimate(digits, busy, samples=3)
    late = estimate(digits.delay("rate.out", "fc1.in", 24), busy, samples=3)
    assert late.value("spikes", "rate") == now.value("spikes", "rate")
    assert 0 < late.value("synaptic operations", "fc1") < now.value("synaptic operations", "fc1") / 10


def test_values_that_are_no_spikes_are_multiplied(digits, busy):
    plain = digits.remove(["rate"]).wire("in.out", "fc1.in")
    cost = estimate(plain, busy, samples=10)
    lit = (load("digits").held_out.x[:10].numpy() != 0).sum() / 10
    assert cost.value("multiply-accumulates", "fc1") == pytest.approx(25 * 32 * lit)
    assert [row.layer for row in cost if row.name == "synaptic operations"] == ["", "fc2"]


def test_a_current_is_measured_over_a_second():
    design = templates()["loop_with_delay"]
    cost = estimate(design)
    (row,) = [row for row in cost if row.name == "synaptic operations" and row.layer == "back"]
    assert row.unit == "operations/s" and row.of == "the first second of model time, stimulus pulse"
    spikes = cost.value("spikes", "lif1")
    assert 0 < row.value <= spikes and cost.value("delay memory", "back->sum1") == 20 * 32


@pytest.mark.parametrize("dt_ms", [0.5, 1.0, 3.0])
def test_a_second_is_a_second(dt_ms):
    design = templates()["one_neuron"].with_(dt_ms=dt_ms)
    per_step = estimate(templates()["one_neuron"]).value("spikes") / 1000
    assert estimate(design).value("spikes") == pytest.approx(per_step * 1000 / dt_ms, rel=0.02)


@pytest.mark.parametrize(
    ("module", "arriving", "expected"),
    [
        (nn.Linear(5, 7), (5,), np.full(5, 7)),
        (nn.Conv1d(1, 2, 3, padding=1), (1, 4), np.array([[4, 6, 6, 4]])),
        (nn.Conv2d(1, 1, 2, bias=False), (1, 2, 3), np.array([[[1, 2, 1], [1, 2, 1]]])),
        (nn.Conv1d(2, 6, 2, dilation=2, groups=2), (2, 4), np.full((2, 4), 3)),
    ],
)
def test_targets_are_counted_edge_by_edge(module, arriving, expected):
    before = [value.clone() for value in module.parameters()]
    assert np.array_equal(targets(module, arriving).numpy(), expected)
    assert all(torch.equal(old, new) for old, new in zip(before, module.parameters(), strict=True))


def test_layers_are_counted_by_what_they_hold_and_what_they_multiply():
    design = templates()["digits_convolution"].unwire("conv.out", "strokes.in").unwire("pool.out", "flat.in")
    design = design.add("BatchNormTT", id="norm").wire("conv.out", "norm.in").wire("norm.out", "strokes.in")
    design = design.add("OneToOne", id="one").wire("pool.out", "one.in").wire("one.out", "flat.in")
    design = design.add("Sparse", id="few", density=0.25).unwire("flat.out", "fc.in").unwire("fc.out", "out.in")
    design = design.remove(["fc"]).wire("flat.out", "few.in").wire("few.out", "out.in")
    cost = estimate(design, samples=3)
    assert cost.value("parameters", "conv") == 16 * 9 + 16
    assert cost.value("weight memory", "conv") == 32 * (16 * 9 + 16)
    assert cost.value("parameters", "norm") == 25 * 16, "a scale for each step and channel"
    assert cost.value("weight memory", "norm") == 32 * 25 * 16 * 3, "and its mean and variance"
    assert cost.value("parameters", "few") == 10 * 64 + 10, "only the weights that are there"
    assert cost.value("parameters", "one") == 16 * 4 * 4
    # every input of the normalisation is a sum of weights and a bias, so hardly one of them is 0
    assert cost.value("multiply-accumulates", "norm") == pytest.approx(25 * 16 * 64, rel=1e-3)
    spikes = cost.value("spikes", "rate")
    assert 4 * 16 * spikes <= cost.value("synaptic operations", "conv") <= 9 * 16 * spikes
    assert not {row.layer for row in cost} & {"pool", "flat"}


def test_a_convolution_in_groups_with_gaps_is_counted_by_the_weights_it_has():
    design = templates()["digits_convolution"].set("conv", groups=1, dilation=2, padding=2)
    cost = estimate(design, samples=2)
    spikes = cost.value("spikes", "rate")
    assert 4 * 16 * spikes <= cost.value("synaptic operations", "conv") <= 9 * 16 * spikes
    flat = Design.new().add("Input", shape=[4, 6]).add("Conv1d", id="conv", out_channels=8, groups=4, kernel_size=3)
    flat = flat.wire("in.out", "conv.in").add("Leaky", id="lif").wire("conv.out", "lif.in")
    assert estimate(flat.with_(stimulus={"kind": "current"})).value("parameters", "conv") == 8 * 1 * 3 + 8


@pytest.mark.parametrize("target", ["ice40-hx8k", "", "x" * 500])
def test_chips_that_are_not_there_are_refused(digits, target):
    with pytest.raises(ValueError, match="choose none") as refusal:
        estimate(digits, target=target)
    assert len(str(refusal.value)) <= 200


@pytest.mark.parametrize("name", templates())
def test_every_starter_has_a_cost(name):
    cost = estimate(templates()[name], samples=2)
    assert cost.value("neurons") > 0 and cost.value("spikes") >= 0


def test_an_unfinished_design_has_sizes_too(digits):
    cost = estimate(digits.remove(["fc2", "out"]), samples=2)
    assert cost.value("neurons") == 32 and cost.value("synaptic operations", "fc1") > 0


def test_whether_something_was_learned_is_asked_without_drawing_the_start(digits, busy, monkeypatch):
    drawn = []
    draw = Drawing.draw
    monkeypatch.setattr(Drawing, "draw", lambda drawing: (drawn.append(drawing), draw(drawing)))
    estimate(digits, busy, samples=2)
    assert not drawn


def test_sizes_are_counted_without_weights(digits):
    exact = [row for row in estimate(digits, samples=2) if row.kind == "exact"]
    assert list(counted(digits)) == exact


@pytest.mark.parametrize(
    ("kind", "params", "numbers"),
    [("Leaky", {}, 1), ("LeakyIntegrator", {}, 1), ("Alpha", {}, 3), ("RLeaky", {}, 2), ("IF", {"refractory": 3}, 2)],
)
def test_every_state_of_a_model_is_counted_and_what_counts_its_pause(kind, params, numbers):
    design = Design.new().add("Input", shape=[5]).with_(stimulus={"kind": "current"})
    cost = estimate(design.add(kind, id="n", **params).wire("in.out", "n.in"))
    assert cost.value("state memory") == 32 * 5 * numbers
