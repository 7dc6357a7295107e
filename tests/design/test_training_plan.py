"""The training plan: its losses and rates in the document, what of it counts, and what a check says of it."""

import json
from pathlib import Path

import pytest

from workbench.design import Design, DesignError
from workbench.design.edit import apply
from workbench.design.learnable import unlearnable
from workbench.design.settings import BOUNDED, TAKES, applying, training_params
from workbench.design.starters import templates
from workbench.engine.losses import LOSSES, OF_POPULATIONS

SAMPLE = Path(__file__).parents[1] / "golden" / "design-version-1.json"
OLD = ("data", "loss", "optimiser", "lr", "batch", "steps", "epochs")


@pytest.fixture
def digits() -> Design:
    return templates()["digits"]


def notes(design: Design, rule: str) -> list:
    return [problem for problem in design.check() if problem.rule == rule]


def test_a_file_of_before_opens_and_is_written_as_it_was() -> None:
    document = json.loads(SAMPLE.read_text(encoding="utf-8"))
    design = Design.load(SAMPLE)
    assert {name: design.training[name] for name in OLD} == document["training"]
    assert design.to_json()["training"] == document["training"]


@pytest.mark.parametrize("loss", LOSSES)
def test_a_plan_that_says_more_comes_back_as_it_was(digits: Design, loss: str) -> None:
    more = {setting: 0.5 if "step" not in setting else 3 for setting in TAKES.get(loss, {}).values()}
    more |= dict.fromkeys(BOUNDED, 0.25) | {rate: 77.0 for rate in BOUNDED.values() if rate}
    more |= {"population": 4} if loss in OF_POPULATIONS else {}
    design = digits.with_(training={"loss": loss, **more})
    again = Design.load(design.dumps())
    assert again == design and again.training["loss"] == loss
    assert {**more, "loss": loss}.items() <= json.loads(design.dumps())["training"].items()


@pytest.mark.parametrize(
    ("training", "sentence"),
    [
        ({"loss": "ce_rat"}, 'training.loss: "ce_rat" is not a choice here; did you mean ce_rate?'),
        ({"population": 0}, "training.population: must be a whole number from 1 to 1,000, got 0; choose one within"),
        (
            {"correct_rate": 1.5},
            "training.correct_rate: must be a number from 0 to 1, got 1.5; choose one within",
        ),
        ({"upper_rate_hz": -1}, "training.upper_rate_hz: must be a number from 0 to 1,000,000, got -1; choose one"),
        ({"populaton": 2}, 'training: there is no parameter "populaton"; did you mean population?'),
    ],
)
def test_what_a_plan_cannot_say_is_refused(digits: Design, training: dict, sentence: str) -> None:
    with pytest.raises(DesignError) as refused:
        digits.with_(training=training)
    assert str(refused.value).startswith(sentence)


def test_only_what_counts_is_asked_for(digits: Design) -> None:
    def names(**training: object) -> list[str]:
        return [param.name for param in applying(digits.with_(training=training).training)]

    assert names() == [*OLD[:2], "population", *OLD[2:], *BOUNDED]
    assert names(loss="mse_count")[2:5] == ["population", "correct_rate", "incorrect_rate"]
    assert names(loss="mse_temporal")[2:4] == ["on_step", "off_step"]
    assert names(loss="ce_temporal") == [*OLD, *BOUNDED]
    assert "population" in names(loss="ce_temporal", population=2), "what hinders is seen"
    assert names(upper_rate_bound=1.0)[-3:] == ["upper_rate_bound", "upper_rate_hz", "rate_target"]
    everything = dict.fromkeys(BOUNDED, 1.0)
    shown = {name for loss in LOSSES for name in names(loss=loss, **everything)}
    assert shown == {param.name for param in training_params()}


def test_another_way_to_read_the_answer_is_another_network(digits: Design) -> None:
    assert "reading" not in digits.network()
    for training in ({"loss": "ce_temporal"}, {"population": 2}):
        other = digits.with_(training=training)
        assert other.network() != digits.network() and other.live_changes(digits) is None
    same = digits.with_(training={"loss": "mse_count", "correct_rate": 0.8, "upper_rate_bound": 1.0})
    assert same.live_changes(digits) == {}


def test_so_many_outputs_that_all_classes_have_some(digits: Design) -> None:
    wide = digits.set("fc2", out_features=30)
    (problem,) = notes(wide, "classes")
    assert problem.message == "out gives 30 values, digits has 10 classes; make the last layer that wide."
    assert [fix.label for fix in problem.fix][-1] == "Let 3 neurons stand for each class"
    three = apply(wide, problem.fix[-1].edits)
    assert three.training["population"] == 3 and not three.check()
    (problem,) = notes(digits.with_(training={"population": 2}), "classes")
    assert problem.message.startswith("out gives 10 values, digits has 10 classes, with 2 neurons each 20; make the")
    labels = [fix.label for fix in problem.fix]
    assert labels[0] == "Set fc2.out_features to 20" and labels[-1] == "Let one neuron stand for each class"
    for fix in problem.fix:
        assert not apply(digits.with_(training={"population": 2}), fix.edits).check()


def silent(design: Design) -> Design:
    design = design.add("LeakyIntegrator", id="li").unwire("fc2.out", "out.in").wire("fc2.out", "li.in")
    return design.with_(output="li.out").remove(["out"])


@pytest.mark.parametrize(
    ("change", "training", "message"),
    [
        (None, {"loss": "ce_temporal", "population": 2}, "training: ce_temporal judges one neuron for each class, pop"),
        (silent, {"loss": "mse_temporal"}, "training: mse_temporal judges first spikes, li sends none; choose a loss"),
        (None, {"upper_rate_bound": 1.0, "upper_rate_hz": 2000.0}, "training.upper_rate_hz: must be at most 1000 Hz, "),
    ],
)
def test_a_plan_that_cannot_be_followed_is_noted_and_put_right(digits: Design, change, training, message) -> None:
    design = (change(digits) if change else digits).with_(training=training)
    found = [problem for problem in design.check() if problem.rule in ("loss", "rates")]
    assert [problem.level for problem in found] == ["note"] and found[0].message.startswith(message)
    if "population" not in training:
        assert unlearnable(design) == found[0].message
    for fix in found[0].fix:
        right = apply(design, fix.edits)
        assert not [problem for problem in right.check() if problem.rule in ("loss", "rates")]


@pytest.mark.parametrize(("said", "right"), [({"on_step": 9000}, 24), ({"off_step": 25}, 24), ({"on_step": -26}, -25)])
def test_a_first_spike_is_wanted_within_the_presentation(digits: Design, said: dict, right: int) -> None:
    design = digits.with_(training={"loss": "mse_temporal", **said})
    ((setting, value),) = said.items()
    (problem,) = notes(design, "loss")
    assert problem.level == "note" and problem.message == (
        f"training.{setting}: must be from -25 to 24, a presentation has 25 steps, got {value:,}; set it to {right}."
    )
    assert unlearnable(design) == problem.message
    assert apply(design, problem.fix[0].edits).training[setting] == right
    for fix in problem.fix:
        assert not apply(design, fix.edits).check()
    assert not digits.with_(training=said).check(), "no other loss asks for it"
    for fits in (24, -25, 0):
        assert not design.with_(training={setting: fits}).check()


def test_both_steps_beyond_the_presentation_are_noted_one_beside_the_other(digits: Design) -> None:
    design = digits.with_(training={"loss": "mse_temporal", "steps": 10, "on_step": 12, "off_step": 20})
    assert [problem.message.partition(":")[0] for problem in notes(design, "loss")] == [
        "training.on_step",
        "training.off_step",
    ]


def test_membranes_are_looked_for_behind_a_readout(digits: Design) -> None:
    design = digits.with_(training={"loss": "mse_membrane"}).add("Readout", id="say").wire("out.out", "say.in")
    assert design.output == "say.out" and not notes(design, "loss")
    flat = design.set("in", shape=[64]).add("Flatten", id="flat").unwire("out.out", "say.in")
    assert not notes(flat.wire("out.out", "flat.in").wire("flat.out", "say.in"), "loss")
    lone = digits.with_(training={"loss": "mse_membrane"}, output="rate.out")
    assert (
        notes(lone, "loss")[0].message
        == "training: mse_membrane judges membranes, rate has none; choose a loss of spikes."
    )
    assert not notes(silent(digits).with_(training={"loss": "mse_membrane"}), "loss")


def test_rates_of_no_hidden_layer_are_noted_and_hinder_nothing(digits: Design) -> None:
    design = digits.remove(["fc2", "out"]).with_(output="hidden.out", training={"l1_rate_sparsity": 0.001})
    design = design.set("fc1", out_features=10)
    (problem,) = design.check()
    assert problem.rule == "hidden" and problem.level == "note" and not unlearnable(design)
    assert problem.message == (
        "training.l1_rate_sparsity: no hidden layer fires, so it has no rates to judge; add one or set it to 0."
    )
    assert not apply(design, problem.fix[0].edits).check()


def test_who_answers_is_asked_for_or_has_to_be_wired():
    digits = templates()["digits"]
    assert unlearnable(digits) == ""
    assert unlearnable(digits.with_(output=None)) == "Mark the layer that answers, under Inspect."
    assert unlearnable(digits.remove("fc2")) == "What answers, out, is not wired yet."
