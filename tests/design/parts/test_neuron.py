"""Neurons as parts: values that cannot stand together are refused like those out of bounds, whole rows included."""

import pytest

from workbench.design import Design
from workbench.design.build import build
from workbench.design.parts import part
from workbench.design.sentences import DesignError

ALONE = (
    Design.new().add("Input", shape=[3]).with_(stimulus={"kind": "current"}).add("Alpha", id="n").wire("in.out", "n.in")
)


def test_an_alpha_that_is_not_above_its_beta_never_gets_into_a_design() -> None:
    for said in ({"alpha": 0.8}, {"alpha": [0.9, 0.8, 0.9]}, {"beta": [0.95]}, {"alpha": [0.9, 0.5, 0.9], "beta": 0.5}):
        with pytest.raises(
            DesignError, match=r"^n\.alpha: must be above beta, got alpha .*; raise alpha or lower beta\.$"
        ):
            ALONE.set("n", **said)
    data = ALONE.to_json()
    data["nodes"][1]["params"]["alpha"] = 0.1
    with pytest.raises(DesignError, match=r"^n\.alpha: must be above beta"):
        Design.load(data)
    rows = ALONE.set("n", alpha=[0.9, 0.5, 0.7], beta=[0.8, 0.4, 0.6])
    assert build(rows).nodes["n"].get_buffer("alpha").shape == (3,)


def test_rows_of_two_lengths_are_left_to_the_rule_of_sizes() -> None:
    design = ALONE.set("n", alpha=[0.9, 0.9], beta=[0.8, 0.8, 0.8])
    assert [problem.rule for problem in design.check()] == ["size"]


def test_every_way_to_quantise_and_every_pause_is_built_and_survives_a_file() -> None:
    for said in (
        {"state_quant": {"name": "uniform", "num_bits": 3}},
        {"state_quant": {"name": "geometric", "thr_centered": False, "multiplier": 0.5}},
        {"refractory": 4, "inhibition": True},
    ):
        design = ALONE.set("n", **said)
        assert Design.load(design.dumps()) == design
        neuron = build(design).nodes["n"]
        assert neuron.text == part("Alpha").make(part("Alpha").values(said), (3,), None).text  # type: ignore[arg-type]
