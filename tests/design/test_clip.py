"""Parts as text: what is copied comes back elsewhere, under free names, and nothing else is taken for parts."""

import json

import pytest

from workbench.design.clip import copied, pasted
from workbench.design.edit import apply
from workbench.design.sentences import DesignError
from workbench.design.starters import templates

DIGITS = templates()["digits"]


def put(design, text):
    """The design with the pasted parts, and their ids."""
    edits, nodes = pasted(design, text)
    return apply(design, edits), nodes


def test_the_text_holds_the_parts_and_the_wires_between_them():
    content = json.loads(copied(DIGITS, ["fc1", "hidden"]))
    assert list(content) == ["snn-workbench", "nodes", "wires"] and content["snn-workbench"] == 1
    document = DIGITS.to_json()
    assert content["nodes"] == [node for node in document["nodes"] if node["id"] in ("fc1", "hidden")]
    assert content["wires"] == [{"from": "fc1.out", "to": "hidden.in", "delay": 0}]


def test_an_empty_design_gets_the_same_network():
    new, nodes = put(DIGITS.remove(DIGITS.by_id), copied(DIGITS, DIGITS.by_id))
    assert nodes == list(DIGITS.by_id)
    assert new.nodes == DIGITS.nodes and new.wires == DIGITS.wires


def test_a_copy_beside_its_model_has_free_names_and_lies_off_it():
    once, first = put(DIGITS.set("hidden", beta=0.7), copied(DIGITS.set("hidden", beta=0.7), ["fc1", "hidden"]))
    twice, second = put(once, copied(DIGITS, ["fc1", "hidden"]))
    assert len({*DIGITS.by_id, *first, *second}) == len(twice.nodes) == len(DIGITS.nodes) + 4
    assert [wire.ends for wire in once.wires][-1] == (f"{first[0]}.out", f"{first[1]}.in")
    assert once.values(first[1])["beta"] == 0.7
    (x, y), places = DIGITS.node("fc1").position, {node.position for node in twice.nodes}
    assert once.node(first[0]).position == (x + 40, y + 40) and twice.node(second[0]).position == (x + 80, y + 80)
    assert len(places) == len(twice.nodes)


def test_delays_are_copied_and_the_answer_stays_where_it_was():
    loop = templates()["loop_with_delay"]
    new, nodes = put(loop, copied(loop, loop.by_id))
    assert [wire.delay for wire in new.wires] == 2 * [wire.delay for wire in loop.wires]
    read_out = DIGITS.add("Readout", id="end").wire("out.out", "end.in")
    assert put(read_out, copied(read_out, ["out", "end"]))[0].output == "end.out"
    assert len(nodes) == len(loop.nodes)


def with_(**fields):
    return json.dumps({"snn-workbench": 1, "nodes": [{"id": "a", "kind": "Leaky"}], **fields})


GARBAGE = {
    "": "holds no parts",
    "some words": "holds no parts",
    "[1, 2]": "holds no parts",
    '{"a": 1}': "holds no parts",
    DIGITS.dumps(): "holds no parts",
    with_(nodes=[]): "holds no parts",
    '{"snn-workbench": 1, "nodes": [': "holds no parts",
    with_(**{"snn-workbench": 2}): "must be 1, got 2",
    with_(**{"snn-workbench": True}): "must be 1, got true",
    with_(more=1): 'unknown key "more"',
    with_(nodes=[{"id": "a", "kind": "Fly"}]): '"Fly"',
    with_(nodes=[{"id": "a", "kind": "Leaky", "params": {"beta": float("nan")}}]): "NaN",
    with_(wires=[{"from": "a.out", "to": "b.in"}]): "leads nowhere",
    "x" * 9_000_000: "holds no parts",
    '{"' + "x" * 9_000_000: "holds no parts",
    '{"snn-workbench": "\ud800"}': "holds no parts",
}


@pytest.mark.parametrize("text", GARBAGE, ids=range(len(GARBAGE)))
def test_anything_else_is_refused_with_one_sentence(text):
    with pytest.raises(DesignError, match=GARBAGE[text].replace("(", r"\(")) as refusal:
        pasted(DIGITS, text)
    assert len(str(refusal.value)) <= 200 and "\n" not in str(refusal.value)
