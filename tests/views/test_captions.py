"""Colours that stay with their layer, and the layer that answers."""

import pytest

from workbench.design.edit import apply
from workbench.design.parts import parts
from workbench.design.shapes import shapes
from workbench.design.starters import templates
from workbench.views.captions import drawn_node, node_colours, symbol
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


def test_two_readouts_tell_what_they_read_and_which_of_them_answers():
    design = DIGITS.add("Readout").add("Readout").wire("hidden.out", "out3.in").wire("out.out", "out2.in")
    sizes = shapes(design)
    drawn = {id: drawn_node(design, design.node(id), sizes, {}, (), False) for id in ("out2", "out3")}
    assert {id: (node["name"], node["subtitle"], node["badge"]) for id, node in drawn.items()} == {
        "out2": ("out2", "reads out", "answer"),
        "out3": ("out3", "reads hidden", ""),
    }
    assert subtitle(design, "out2").startswith("Marks the answer")
    assert subtitle(design, "out3") == "Reads hidden; the answer is that of out2, not of this one."
    assert subtitle(design, "out3") in drawn["out3"]["note"]


def test_a_layer_is_marked_as_the_answer_by_one_edit():
    marks = {
        node: [knob["value"] for knob in knobs(DIGITS, node) if knob["name"] == "answer"]
        for node in [node.id for node in DIGITS.nodes]
    }
    assert marks == {"in": [], "rate": [], "fc1": [], "hidden": [False], "fc2": [], "out": [True]}
    assert badges(apply(DIGITS, [turned(DIGITS, "hidden", "answer", True)])) == {"hidden"}
    assert apply(DIGITS, [turned(DIGITS, "out", "answer", False)]).output is None


def test_a_node_of_images_says_what_fits_into_its_two_lines():
    design = templates()["digits_convolution"]
    sizes = shapes(design)
    drawn = {node.id: drawn_node(design, node, sizes, {}, [], False) for node in design.nodes}
    assert {id: (node["title"], node["shape"], node["subtitle"]) for id, node in drawn.items() if id != "in"} == {
        "rate": ("Rate", "1×8×8", "g 1 · p₀ 0"),
        "conv": ("Conv2d", "16×8×8", "n 16 · k 3"),
        "strokes": ("Leaky", "16×8×8", "β 0.5 · θ 1"),
        "pool": ("MaxPool2d", "", "16×4×4"),
        "flat": ("Flatten", "256", "16×4×4 → 256"),
        "fc": ("Linear", "10", "256 → 10"),
        "out": ("Leaky", "10", "β 0.5 · θ 1"),
    }


@pytest.mark.parametrize("kind", parts())
def test_no_symbol_is_shown_as_it_is_typed_in_latex(kind):
    for param in parts()[kind].params:
        assert not set(symbol(param.symbol)) & set("\\_{}$"), param.name


def test_symbols_become_letters_with_low_indices():
    said = {r"\epsilon": "ε", "p_0": "p₀", r"\theta_\Delta": "θΔ", r"v_{\max}": "vₘₐₓ", r"\Delta t": "Δt", "R": "R"}
    assert {latex: symbol(latex) for latex in said} == said
