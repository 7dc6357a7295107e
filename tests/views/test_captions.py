"""Colours that stay with their layer, and the layer that answers."""

from workbench.design.edit import apply
from workbench.design.shapes import shapes
from workbench.design.starters import templates
from workbench.views.captions import drawn_node, node_colours
from workbench.views.knobs import knobs, subtitle, turned

DIGITS = templates()["digits"]


def badges(design):
    sizes = shapes(design)
    return {node.id for node in design.nodes if drawn_node(design, node, sizes, {}, (), False)["badge"]}


def test_a_layer_that_comes_or_moves_leaves_the_colours_as_they_are():
    before = node_colours(DIGITS)
    more = DIGITS.add("Leaky", id="first", position=(-400, 0)).move({"hidden": (2000, 0)})
    assert {node: colour for node, colour in node_colours(more).items() if node != "first"} == before
    assert node_colours(more)["first"] not in before.values()


def test_the_node_that_answers_says_so():
    assert badges(DIGITS) == {"out"}
    assert subtitle(DIGITS, "out").endswith("Its spikes are the answer.")
    assert "answer" not in subtitle(DIGITS, "hidden")
    assert badges(DIGITS.with_(stimulus={"kind": "current", "amplitude": 0.3})) == set(), (
        "there is nothing to answer to"
    )


def test_a_layer_is_marked_as_the_answer_by_one_edit():
    marks = {
        node: [knob["value"] for knob in knobs(DIGITS, node) if knob["name"] == "answer"]
        for node in [node.id for node in DIGITS.nodes]
    }
    assert marks == {"in": [], "rate": [], "fc1": [], "hidden": [False], "fc2": [], "out": [True]}
    assert badges(apply(DIGITS, [turned(DIGITS, "hidden", "answer", True)])) == {"hidden"}
    assert apply(DIGITS, [turned(DIGITS, "out", "answer", False)]).output is None
