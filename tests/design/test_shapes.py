"""Sizes follow the wires as far as they can be known."""

from workbench.design import Design
from workbench.design.shapes import shapes
from workbench.design.starters import templates


def test_sizes_are_inferred_along_the_wires():
    assert shapes(templates()["digits"]) == {
        "in": {"in": (64,), "out": (64,)},
        "rate": {"in": (64,), "out": (64,)},
        "fc1": {"in": (64,), "out": (32,)},
        "hidden": {"in": (32,), "out": (32,)},
        "fc2": {"in": (32,), "out": (10,)},
        "out": {"in": (10,), "out": (10,)},
    }


def test_what_does_not_follow_is_unknown():
    design = Design.new().add("Leaky").add("Linear", out_features=3).add("Flatten").wire("fc1.out", "flat1.in")
    assert shapes(design) == {
        "lif1": {"in": None, "out": None},
        "fc1": {"in": None, "out": (3,)},
        "flat1": {"in": (3,), "out": (3,)},
    }


def test_sizes_go_round_loops():
    found = shapes(templates()["excitatory_inhibitory"])
    assert {shape["out"] for shape in found.values()} == {(1,)}


def test_an_input_without_shape_takes_that_of_the_stimulus():
    design = Design.new().add("Input")
    assert shapes(design)["in"]["out"] == (64,)
    assert shapes(design.with_(stimulus={"kind": "current"}))["in"]["out"] == (1,)
    assert shapes(design.set("in", shape=[1, 8, 8]).add("Flatten").wire("in.out", "flat1.in"))["flat1"] == {
        "in": (1, 8, 8),
        "out": (64,),
    }
