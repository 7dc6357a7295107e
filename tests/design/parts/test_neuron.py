"""Neurons as parts: values that cannot stand together are refused like those out of bounds, whole rows included."""

from typing import Any

import pytest

from workbench.design import Design
from workbench.design.build import build
from workbench.design.edit import apply
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


def wired(kind: str, shape: tuple[int, ...], **params: Any) -> Design:
    design = Design.new().add("Input", shape=shape).with_(stimulus={"kind": "current"})
    return design.add(kind, id="n", **params).wire("in.out", "n.in")


@pytest.mark.parametrize(
    ("kind", "shape", "params", "said", "ways"),
    [
        ("SLSTM", (2, 3), {}, "n expects a flat row; put a Flatten between them.", 1),
        ("SLSTM", (6,), {"input_size": 5}, "n expects 5; set input_size to 6 or leave it empty.", 2),
        ("SLSTM", (6,), {"threshold": [0.1] * 3, "hidden_size": 4}, "use one threshold for all or write 4.", 1),
        ("SConv2dLSTM", (6,), {}, "n expects channels × height × width; put a Reshape to 1×2×3 between them.", 1),
        ("SConv2dLSTM", (2, 6, 6), {"in_channels": 1}, "set in_channels to 2 or leave it empty.", 2),
        ("RLeaky", (2, 6), {"all_to_all": True}, "expects a flat row or channels × height × width; put a Flatten", 2),
    ],
)
def test_what_neurons_with_weights_cannot_take_is_refused_with_its_repair(
    kind: str, shape: tuple[int, ...], params: dict[str, Any], said: str, ways: int
) -> None:
    (problem,) = wired(kind, shape, **params).check()
    assert said in problem.message and len(problem.fix) == ways
    for fix in problem.fix:
        mended = apply(wired(kind, shape, **params), fix.edits)
        assert mended.check() == [] and build(mended)


def test_a_window_of_even_size_never_gets_into_a_design() -> None:
    sentence = r"^n\.kernel_size: must be an odd number \(or two\), so that images keep their size, got 4\.$"
    for design in (wired("SConv2dLSTM", (1, 4, 4)), wired("RSynaptic", (1, 4, 4), all_to_all=True)):
        with pytest.raises(DesignError, match=sentence):
            design.set("n", kernel_size=4)


def test_a_matrix_is_there_where_all_come_back_to_all_and_a_window_for_images() -> None:
    shapes = {
        (5,): {"recurrent.weight": (5, 5), "recurrent.bias": (5,)},
        (2, 4, 4): {"recurrent.weight": (2, 2, 3, 3), "recurrent.bias": (2,)},
    }
    for shape, learned in shapes.items():
        neuron = build(wired("RLeaky", shape, all_to_all=True)).nodes["n"]
        assert {name: tuple(value.shape) for name, value in neuron.named_parameters()} == learned
    assert list(dict(build(wired("RLeaky", (5,))).nodes["n"].named_parameters())) == ["V"]
