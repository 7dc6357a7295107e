"""What a training judges: spikes, or membranes of the layer that answers, and the rates of hidden layers; every loss on
offer teaches, and whoever shows an answer reads it as the loss does."""

import numpy as np
import pytest
import torch

from workbench.design import Design
from workbench.design.build import build
from workbench.design.learnable import unlearnable
from workbench.design.settings import BOUNDED, TAKES
from workbench.engine import losses, regularisers
from workbench.engine.accuracies import accuracy_rate, accuracy_temporal
from workbench.engine.losses import (
    BY_FIRST_SPIKE,
    LABELS,
    LOSSES,
    OF_POPULATIONS,
    ON_MEMBRANES,
    ce_max_membrane,
    ce_rate,
    mse_membrane,
    mse_temporal,
)
from workbench.engine.neurons.leaky import Leaky
from workbench.hardware.costs import estimate
from workbench.run.evaluate import evaluate
from workbench.run.judging import Judge, Penalties
from workbench.run.simulation import Simulation
from workbench.run.training import Training

LABELS_OF = torch.tensor([1, 0, 2])
GIVEN = torch.rand(6, 3, 64, generator=torch.Generator().manual_seed(0))


def bare(*behind: str, **training: object) -> Design:
    """Leaky neurons right behind 64 inputs, `behind` them parts in a row; ten classes make no sense of it."""
    design = Design.new().add("Input", id="in", shape=[64]).add("Leaky", id="lif", beta=0.9).wire("in.out", "lif.in")
    last = "lif"
    for i, kind in enumerate(behind):
        design = design.add(kind, id=f"n{i}").wire(f"{last}.out", f"n{i}.in")
        last = f"n{i}"
    return design.with_(output=f"{last}.out", training=training, stimulus={"kind": "current"})


def test_every_loss_on_offer_has_words() -> None:
    assert LABELS.keys() == LOSSES.keys()
    assert LOSSES.keys() >= ON_MEMBRANES | BY_FIRST_SPIKE | OF_POPULATIONS


def test_every_criterion_of_the_engine_is_on_offer() -> None:
    named = {name.removesuffix("_loss") for name in losses.__all__ if name.endswith("_loss")}
    assert named == set(LOSSES)
    kind = regularisers.Regulariser
    made = {
        name
        for name, value in vars(regularisers).items()
        if getattr(value, "__annotations__", {}).get("return") == kind
    }
    assert made == set(BOUNDED)


@pytest.mark.parametrize("behind", [(), ("Readout",), ("Flatten", "Readout"), ("Reshape",), ("Reshape", "Readout")])
def test_membranes_are_those_of_the_layer_that_answers(behind: tuple[str, ...]) -> None:
    design = bare(*behind, loss="ce_max_membrane")
    network, x = build(design), GIVEN.clone().requires_grad_()
    _, trace = Leaky(0.9).trace(x)
    judge = Judge(design)
    out, _, record = network(x, record=judge.record)
    assert judge.record == {"lif": ["mem"]}
    assert judge.loss(out, record, LABELS_OF) == ce_max_membrane(trace["mem"], LABELS_OF)
    judge.loss(out, record, LABELS_OF).backward()
    assert x.grad is not None and x.grad.abs().sum() > 0
    spikes = Judge(bare(*behind))
    assert spikes.record == {} and spikes.loss(out, record, LABELS_OF) == ce_rate(out, LABELS_OF)


@pytest.mark.parametrize("behind", [(), ("Reshape",)])
def test_without_membranes_nothing_else_is_judged_in_their_place(behind: tuple[str, ...]) -> None:
    """Not even where there are no classes, so that no rule of the design speaks."""
    design = bare("Linear", *behind, loss="mse_membrane")
    with pytest.raises(ValueError, match=r"^training: mse_membrane judges membranes, n0 has none; choose a loss of"):
        Judge(design)


def test_what_a_loss_takes_more_is_taken_from_the_plan() -> None:
    design = bare(loss="mse_membrane", on_membrane=2.0, off_membrane=-0.5)
    judge = Judge(design)
    out, _, record = build(design)(GIVEN, record=judge.record)
    wanted = mse_membrane(Leaky(0.9).trace(GIVEN)[1]["mem"], LABELS_OF, on_target=2.0, off_target=-0.5)
    assert judge.loss(out, record, LABELS_OF) == wanted
    timed = bare(loss="mse_temporal", on_step=2, off_step=4)
    said = Judge(timed).loss(out, record, LABELS_OF)
    assert said == mse_temporal(out, LABELS_OF, on_target=2, off_target=4)
    assert TAKES.keys() <= LOSSES.keys()


@pytest.mark.parametrize("name", ["ce_rate", "ce_count", "mse_count"])
def test_populations_are_judged_together(name: str) -> None:
    design = bare(loss=name, population=8)
    out, _, record = build(design)(GIVEN, record={})
    assert Judge(design).loss(out, record, LABELS_OF) == LOSSES[name](out, LABELS_OF, num_classes=8)  # type: ignore[call-arg]


def grown(digits: Design, **training: object) -> Design:
    """The digits with three neurons for each class."""
    return digits.set("fc2", out_features=30).with_(training={"population": 3, **training})


@pytest.mark.parametrize(
    "design_of",
    [
        lambda digits: grown(digits),
        lambda digits: digits.with_(training={"loss": "ce_temporal"}),
        lambda digits: digits.with_(training={"loss": "mse_temporal", "steps": 12}),
    ],
    ids=["populations", "first spikes", "first spikes of 12 steps"],
)
def test_the_answer_watched_is_the_answer_measured_and_that_of_the_engine(digits, design_of) -> None:
    design = design_of(digits)
    found, steps = evaluate(design, None, indices=range(12)), design.training["steps"]
    sim = Simulation(design)
    for i in range(12):
        for piece in (5, steps - 5):
            frame = sim.step(piece)
        shown = sim.presentation
        assert shown is not None and frame.votes is not None
        assert np.array_equal(shown.votes, found.votes[i])
        assert (-1 if shown.answer is None else shown.answer) == found.answers[i]
    spk = torch.zeros(steps, 12, design.values("fc2")["out_features"])
    sim.reset()
    for i in range(12):
        times, neurons = sim.step(steps).spikes["out"]
        spk[(times - i * steps).tolist(), i, neurons.tolist()] = 1
    labels = torch.from_numpy(found.labels.copy())
    engine = accuracy_temporal(spk, labels) if "temporal" in design.training["loss"] else None
    engine = accuracy_rate(spk, labels, num_classes=10) if engine is None else engine
    silent = int((found.answers < 0).sum())
    assert found.accuracy <= engine + 1e-6 <= found.accuracy + silent / 12 + 2e-6


@pytest.mark.parametrize("name", BOUNDED)
def test_penalties_are_those_of_the_engine_on_hidden_layers(digits, name: str) -> None:
    rate = {BOUNDED[name]: 300.0} if BOUNDED[name] else {}
    design = digits.with_(training={name: 0.5, **rate}, dt_ms=0.5)
    x = (GIVEN * 0.8).expand(6, 3, 64)
    draws = torch.Generator().manual_seed(1)
    _, _, record = build(design)(x, generator=draws, record={})
    wanted = getattr(regularisers, name)(**({"rate": 0.15, "strength": 0.5} if rate else {"Lambda": 0.5}))
    assert Penalties(digits)(record) is None
    assert Penalties(design)(record) == wanted(record["hidden"]["spk"])


def test_penalties_hold_rates_back(digits) -> None:
    plain = digits.with_(training={"epochs": 3})
    held = plain.with_(training={"upper_rate_bound": 100.0, "upper_rate_hz": 20.0})
    rates = []
    for design in (plain, held):
        training = Training(design, indices=range(512))
        while not training.finished:
            assert np.isfinite(training.batch().loss)
        rates.append(training.evaluate().spikes["hidden"].mean())
    assert rates[1] < 0.7 * rates[0]


@pytest.mark.parametrize(
    ("training", "sentence"),
    [
        ({"loss": "ce_max_membrane"}, "ce_max_membrane judges membranes, rate has none; choose a loss of spikes"),
        ({"loss": "ce_temporal", "population": 2}, "ce_temporal judges one neuron for each class, population is 2"),
    ],
)
def test_what_cannot_be_judged_is_refused(digits, training: dict[str, object], sentence: str) -> None:
    design = digits.with_(training=training)
    if "membranes" in sentence:
        design = design.with_(output="rate.out")
    with pytest.raises(ValueError, match=rf"^(training: )?{sentence}"):
        Judge(design)


def test_a_rate_that_no_step_holds_stops_training_and_nothing_else(digits) -> None:
    """Penalties belong to training: what is measured and counted is without them."""
    design = digits.with_(training={"upper_rate_bound": 1.0, "upper_rate_hz": 5000.0})
    with pytest.raises(
        ValueError, match=r"^training\.upper_rate_hz: must be at most 1000 Hz, .* got 5,000; lower it\.$"
    ):
        Training(design)
    found, plain = (evaluate(one, None, indices=range(20)) for one in (design, digits))
    assert (found.loss, found.accuracy) == (plain.loss, plain.accuracy)
    assert unlearnable(design).startswith("training.upper_rate_hz") and not unlearnable(digits)
    assert estimate(design, samples=5) == estimate(digits, samples=5)


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_on_offer_teaches(digits, name: str) -> None:
    training = Training(digits.with_(training={"loss": name}), indices=range(256))
    losses = [training.batch().loss for _ in range(training.batches * 12)]
    assert sum(losses[-training.batches :]) < 0.75 * sum(losses[: training.batches])


@pytest.mark.parametrize("name", LOSSES)
def test_evaluation_judges_what_training_judges(digits, name: str) -> None:
    design = digits.with_(training={"loss": name})
    found = evaluate(design, None, "train", range(200))  # in two passes
    halves = [evaluate(design, None, "train", part).loss for part in (range(128), range(128, 200))]
    assert found.loss == pytest.approx((halves[0] * 128 + halves[1] * 72) / 200, rel=1e-6)
    judged = Judge(design).record
    assert bool(judged) == (name in ON_MEMBRANES)
