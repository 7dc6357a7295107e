"""What the inspector says of a node, whatever its knobs hold."""

from typing import Any

import pytest

from workbench.design import Design
from workbench.design.build import build
from workbench.design.edit import apply
from workbench.design.starters import templates
from workbench.engine.neurons import neurons
from workbench.views.captions import value_words
from workbench.views.knobs import ANSWER, equation, knobs, turned


def lif(**params) -> Design:
    return templates()["digits"].set("hidden", **params)


def test_a_row_of_betas_leaves_the_equation_as_it_is():
    assert equation(lif(beta=[0.5] * 32), "hidden") == equation(lif(), "hidden") != []


@pytest.mark.parametrize(
    "params",
    [
        {"reset_mechanism": "zero"},
        {"reset_mechanism": "none", "reset_delay": False},
        {"graded_spikes_factor": 2},
        {"graded_spikes_factor": [0.5] * 32},
        {"graded_spikes_factor": [1.0] * 32},
        {"beta": [0.5] * 32, "threshold": [2.0], "learn_beta": True, "spike_grad": {"name": "fast_sigmoid"}},
    ],
    ids=str,
)
def test_the_equation_is_that_of_the_network_that_runs(params):
    design = lif(**params)
    network: Any = build(design)
    assert equation(design, "hidden") == [network.parts.hidden.latex()]


@pytest.mark.parametrize("model", neurons())
def test_every_neuron_has_one_with_rows_for_all_its_knobs(model):
    design = Design.new().add(model, id="n")
    rows = {knob.name: [knob.default] * 10 for knob in neurons()[model].knobs}
    assert equation(design.set("n", **rows), "n")


def test_a_part_that_is_no_neuron_has_none():
    assert equation(lif(), "fc1") == equation(lif(), "") == []


@pytest.mark.parametrize(("value", "words"), [(0.9, "0.9"), ((0.5,), "0.5"), ((0.5, 1.0), "0.75*")])
def test_a_row_of_one_is_said_like_a_number(value, words):
    assert value_words(value) == words


def test_named_parameters_are_chosen_then_their_numbers_are_set():
    design = lif(spike_grad={"name": "fast_sigmoid", "slope": 10})
    rows = {row["name"]: row["value"] for row in knobs(design, "hidden")}
    assert (rows["surrogate_name"], rows["surrogate_slope"], rows["levels_name"]) == ("fast_sigmoid", 10.0, "none")
    for name, value, said in (
        ("surrogate_name", "sigmoid", {"spike_grad": {"name": "sigmoid", "slope": 10}}),
        ("surrogate_name", "atan", {"spike_grad": {"name": "atan"}}),
        ("surrogate_slope", 5, {"spike_grad": {"name": "fast_sigmoid", "slope": 5}}),
        ("levels_name", "uniform", {"state_quant": {"name": "uniform"}}),
        ("levels_name", "none", {"state_quant": None}),
    ):
        edit = turned(design, "hidden", name, value)
        assert edit["params"] == said
        apply(design, [edit])
    quantised = design.set("hidden", state_quant={"name": "geometric", "num_bits": 4})
    assert turned(quantised, "hidden", "levels_multiplier", "0.5")["params"] == {
        "state_quant": {"name": "geometric", "num_bits": 4, "multiplier": 0.5}
    }
    assert r"\operatorname{quantise}" in equation(quantised, "hidden")[0]


def test_a_knob_goes_back_to_where_a_new_part_begins():
    shown = {row["name"]: row.get("default") for row in knobs(Design.new().add("Izhikevich", id="izh"), "izh")}
    assert (shown["gain"], shown["dt"], shown["a"]) == (30.0, None, 0.02)


def test_the_answer_is_of_spikes_or_of_values():
    design = templates()["digits"]
    assert "the neuron that fires most" in meaning(design, "out")
    graded = design.add("LeakyIntegrator", "sums")
    assert "values of this layer: the class of the neuron with the largest sum" in meaning(graded, "sums")


def meaning(design, node):
    return next(row["meaning"] for row in knobs(design, node) if row["name"] == ANSWER)
