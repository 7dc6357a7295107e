"""Edits are plain data with names that a person recognises in the undo list."""

import json

import pytest

from workbench.design import Design, DesignError
from workbench.design.edit import apply, label

DESIGN = Design.load(
    {
        "format": "snn-workbench/1",
        "id": "edits",
        "nodes": [
            {"id": "in", "kind": "Input"},
            {"id": "fc1", "kind": "Linear", "params": {"out_features": 10}},
            {"id": "hidden", "kind": "Leaky", "params": {"beta": 0.9}},
            {"id": "old", "kind": "Sum"},
        ],
        "wires": [{"from": "in.out", "to": "fc1.in"}],
    }
)


def one(op: str, **words) -> list[dict]:
    return [{"op": op, **words}]


NAMED = [
    (one("add", kind="Leaky"), "Add Leaky lif1"),
    (one("add", kind="Linear", id="readout", params={"out_features": 3}, position=[1, 2]), "Add Linear readout"),
    (one("wire", source="fc1.out", target="hidden.in"), "Wire fc1 → hidden"),
    (one("wire", source="fc1.out", target="hidden.in", delay=2), "Wire fc1 → hidden"),
    (one("unwire", source="in.out", target="fc1.in"), "Unwire in → fc1"),
    (one("delay", source="in.out", target="fc1.in", delay=2), "Delay in → fc1 by 2 steps"),
    (one("set", node="hidden", params={"beta": 0.8}), "β of hidden 0.9 → 0.8"),
    (one("set", node="hidden", params={"threshold": 2.0}), "θ of hidden 1 → 2"),
    (one("set", node="fc1", params={"out_features": 32}), "out_features of fc1 10 → 32"),
    (one("set", node="fc1", params={"in_features": 64}), "in_features of fc1 automatic → 64"),
    (one("set", node="hidden", params={"spike_grad": {"name": "atan"}}), "spike_grad of hidden automatic → atan"),
    (one("set", node="hidden", params={"beta": 0.5, "threshold": 2}), "beta, threshold of hidden"),
    (one("move", positions={"fc1": [5, 5]}), "Move fc1"),
    (one("move", positions={"in": [1, 1], "fc1": [5, 5], "old": [2, 2]}), "Move 3 parts"),
    (one("remove", nodes=["old"]), "Remove old"),
    (one("remove", nodes=["old", "fc1"]), "Remove old and fc1"),
    (one("remove", nodes=[], wires=[["in.out", "fc1.in"]]), "Unwire in → fc1"),
    (one("rename", name="my net"), "Rename to my net"),
    (one("rename_node", node="fc1", id="first"), "Rename fc1 to first"),
    (one("change", fields={"seed": 5}), "seed 0 → 5"),
    (one("change", fields={"output": "hidden.out"}), "Mark hidden as output"),
    (one("change", fields={"training": {"lr": 0.01}}), "Training: lr 0.002 → 0.01"),
    (one("change", fields={"stimulus": {"kind": "current", "amplitude": 1}}), "Change stimulus"),
    (one("change", fields={"notes": "hello"}), "Change notes"),
    (one("add", kind="Sum") + one("wire", source="in.out", target="sum1.in"), "Add Sum sum1 and 1 more"),
]


@pytest.mark.parametrize(("edits", "name"), NAMED, ids=[name for _, name in NAMED])
def test_every_gesture_has_a_name_and_survives_json(edits: list[dict], name: str):
    assert label(DESIGN, edits) == name
    changed = apply(DESIGN, json.loads(json.dumps(edits)))
    assert changed != DESIGN
    assert Design.load(changed.dumps()) == changed


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        (one("destroy"), 'There is no edit "destroy"; choose'),
        (one("ad", kind="Sum"), "did you mean add?"),
        (one("wire", source="in.out"), "The edit wire needs target"),
        (one("set", node="hidden", params={"beta": 2}), "hidden.beta"),
        (one("add", kind="Sum") + one("remove", nodes=["nobody"]), "There is no node"),
    ],
)
def test_impossible_edits_are_refused(edits: list[dict], sentence: str):
    with pytest.raises(DesignError, match=sentence.replace("?", r"\?")):
        apply(DESIGN, edits)
