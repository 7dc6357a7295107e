"""Every rule speaks in one sentence with its numbers, and each of its fixes makes the problem vanish."""

import pytest

from workbench.design import Design, DesignError
from workbench.design.build import build
from workbench.design.check import Problem, can_wire, check
from workbench.design.edit import apply


def draw(*nodes: tuple, wires: str = "", **fields) -> Design:
    """A design from (id, kind, parameters) and wires such as "in > fc1, fc1 > lif1 : 2" (the last with a delay)."""
    design = Design.new("drawing")
    for i, (name, kind, params) in enumerate(nodes):
        design = design.add(kind, id=name, position=(180 * i, 0), **params)
    for wire in filter(None, (part.strip() for part in wires.split(","))):
        ends, _, delay = wire.partition(":")
        source, target = (end.strip() for end in ends.split(">"))
        design = design.wire(f"{source}.out", f"{target}.in", delay=int(delay or 0))
    return design.with_(**{"stimulus": {"kind": "data", "data": "digits"}, **fields})


IN, FC, LIF, OUT = ("in", "Input", {}), ("fc1", "Linear", {}), ("lif1", "Leaky", {}), ("out", "Readout", {})
SUM = ("sum1", "Sum", {})
CURRENT = {"stimulus": {"kind": "current"}}

WRONG: dict[str, tuple[Design, str, str, list[str]]] = {
    "image into Linear": (
        draw(("in", "Input", {"shape": [8, 8]}), FC, wires="in > fc1", output="fc1.out"),
        "fc1",
        "in gives 8×8 = 64 values, fc1 expects a flat row; put a Flatten between them.",
        ["Insert Flatten"],
    ),
    "image with a channel into Linear": (
        draw(("in", "Input", {"shape": [1, 8, 8]}), ("rate", "Rate", {}), FC, wires="in > rate, rate > fc1"),
        "fc1",
        "rate gives 1×8×8 = 64 values, fc1 expects a flat row; put a Flatten between them.",
        ["Insert Flatten"],
    ),
    "a declared size": (
        draw(IN, ("fc1", "Linear", {"in_features": 128}), wires="in > fc1"),
        "fc1",
        "in gives 64 values, fc1 expects 128; set in_features to 64 or leave it empty.",
        ["Set fc1.in_features to 64", "Leave fc1.in_features empty"],
    ),
    "a row for other neurons": (
        draw(IN, FC, ("lif1", "Leaky", {"beta": [0.5] * 12}), wires="in > fc1, fc1 > lif1"),
        "lif1",
        "fc1 gives 10 values, lif1 expects 12 (one beta for each); use one beta for all or write 10.",
        ["Set lif1.beta to 0.5", "Set fc1.out_features to 12", "Insert Linear 10→12"],
    ),
    "an image into neurons of another number": (
        draw(("in", "Input", {"shape": [8, 8]}), ("lif1", "Leaky", {"threshold": [1] * 10}), wires="in > lif1"),
        "lif1",
        "in gives 8×8 = 64 values, lif1 expects 10 (one threshold for each); use one threshold for all or write 64.",
        ["Set lif1.threshold to 1", "Insert Flatten and Linear 64→10"],
    ),
    "weights for another size": (
        draw(IN, ("fc1", "Linear", {"weight": [1, 2, 3]}), wires="in > fc1"),
        "fc1",
        "in gives 64 values, fc1 expects 3 weights to fit; write 10×64 = 640 numbers as weight, or none.",
        ["Leave fc1.weight empty"],
    ),
    "another sample shape": (
        draw(("in", "Input", {"shape": [100]})),
        "in",
        "digits gives 64 values, in expects 100 values; set shape to [64].",
        ["Set in.shape to [64]", "Leave in.shape empty"],
    ),
    "a second wire": (
        draw(IN, ("in2", "Input", {}), FC, wires="in > fc1, in2 > fc1"),
        "fc1",
        "fc1.in takes one wire and has 2, from in and in2; add them in a Sum.",
        ["Insert Sum", "Remove the wire in2 → fc1", "Remove the wire in → fc1"],
    ),
    "three wires": (
        draw(IN, ("a", "Input", {}), ("b", "Input", {}), FC, wires="in > fc1, a > fc1, b > fc1"),
        "fc1",
        "fc1.in takes one wire and has 3, from in, a and b; add them in a Sum.",
        ["Insert Sum"],
    ),
    "a second wire beside a Sum": (
        draw(IN, SUM, FC, ("in2", "Input", {}), wires="in > sum1, sum1 > fc1, in2 > fc1"),
        "fc1",
        "fc1.in takes one wire and has 2, from sum1 and in2; add them in a Sum.",
        ["Add it in sum1", "Remove the wire in2 → fc1", "Remove the wire sum1 → fc1"],
    ),
    "unequal shapes into Sum": (
        draw(IN, FC, ("fc2", "Linear", {"out_features": 32}), SUM, wires="in > fc1, in > fc2, fc1 > sum1, fc2 > sum1"),
        "sum1",
        "fc2 gives 32 values, sum1 expects 10 values on every wire; make them equal.",
        ["Set fc2.out_features to 10", "Insert Linear 32→10", "Remove the wire fc2 → sum1"],
    ),
    "an image beside a row into Sum": (
        draw(IN, FC, ("in2", "Input", {"shape": [8, 8]}), SUM, wires="in > fc1, fc1 > sum1, in2 > sum1"),
        "sum1",
        "in2 gives 8×8 = 64 values, sum1 expects 10 values on every wire; make them equal.",
        ["Insert Flatten and Linear 64→10", "Remove the wire in2 → sum1"],
    ),
    "a loop without delay": (
        draw(IN, SUM, LIF, wires="in > sum1, sum1 > lif1, lif1 > sum1", **CURRENT),
        "sum1",
        "sum1 → lif1 → sum1 is a loop without delay; give one of its wires a delay of 1 step or more.",
        ["Delay lif1 → sum1 by 1 step", "Remove the wire lif1 → sum1"],
    ),
    "a neuron wired into itself": (
        draw(LIF, SUM, IN, wires="sum1 > lif1, in > sum1, sum1 > sum1", **CURRENT),
        "sum1",
        "sum1 → sum1 is a loop without delay; give one of its wires a delay of 1 step or more.",
        ["Delay sum1 → sum1 by 1 step", "Remove the wire sum1 → sum1"],
    ),
    "Latency in a loop": (
        draw(IN, SUM, ("latency", "Latency", {}), wires="in > sum1, sum1 > latency, latency > sum1 : 3", **CURRENT),
        "latency",
        "latency needs a whole presentation at once and cannot stand in a loop; wire it outside.",
        ["Remove the wire sum1 → latency"],
    ),
    "too few classes": (
        draw(IN, ("fc1", "Linear", {"out_features": 7}), LIF, OUT, wires="in > fc1, fc1 > lif1, lif1 > out"),
        "out",
        "out gives 7 values, digits has 10 classes; make the last layer that wide.",
        ["Set fc1.out_features to 10", "Insert Linear 7→10 and Leaky"],
    ),
    "no layer before the answer": (
        draw(IN, LIF, wires="in > lif1", output="lif1.out"),
        "lif1",
        "lif1 gives 64 values, digits has 10 classes; make the last layer that wide.",
        ["Insert Linear 64→10"],
    ),
    "a Linear as the answer": (
        draw(IN, ("fc1", "Linear", {"out_features": 32}), wires="in > fc1", output="fc1.out"),
        "fc1",
        "fc1 gives 32 values, digits has 10 classes; make the last layer that wide.",
        ["Set fc1.out_features to 10"],
    ),
    "an image as the answer": (
        draw(("in", "Input", {"shape": [8, 8]}), LIF, OUT, wires="in > lif1, lif1 > out"),
        "out",
        "out gives 8×8 = 64 values, digits has 10 classes; make the last layer that wide.",
        ["Insert Flatten and Linear 64→10 and Leaky"],
    ),
    "too many weights": (
        draw(IN, ("fc1", "Linear", {"out_features": 10**7}), wires="in > fc1"),
        "fc1",
        "fc1 brings the network to 650,000,000 parameters, 100,000,000 are allowed; make it smaller.",
        [],
    ),
    "a delay line too long": (
        draw(("in", "Input", {"shape": [100_000]}), ("flat", "Flatten", {}), wires="in > flat : 500", **CURRENT),
        "in",
        "in → flat remembers 500 steps of 100,000 values, 10,000,000 numbers in all are allowed; shorten the delay.",
        ["Delay in → flat by 100 steps"],
    ),
}


def said(design: Design, message: str) -> Problem:
    return next(problem for problem in check(design) if problem.message == message)


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_numbers(name: str):
    design, node, message, labels = WRONG[name]
    problem = said(design, message)
    assert (problem.level, problem.node) == ("error", node)
    assert [fix.label for fix in problem.fix] == labels
    assert len(message) <= 200
    assert problem.port in ("in", "out")


@pytest.mark.parametrize(
    ("name", "label"), [(name, label) for name, (_, _, _, labels) in WRONG.items() for label in labels]
)
def test_every_fix_makes_its_problem_vanish(name: str, label: str):
    design, _, message, _ = WRONG[name]
    problem = said(design, message)
    fix = next(fix for fix in problem.fix if fix.label == label)
    mended = apply(design, fix.edits)
    assert problem.place not in [other.place for other in check(mended)]
    assert Design.load(mended.dumps()) == mended


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_not_built(name: str):
    design = WRONG[name][0]
    with pytest.raises(DesignError) as caught:
        build(design)
    assert str(caught.value) == check(design)[0].message


def test_the_fixes_of_the_first_error_lead_to_a_network_that_runs():
    design = draw(
        ("in", "Input", {"shape": [10, 10]}), FC, LIF, OUT, wires="in > fc1, fc1 > lif1, lif1 > out, lif1 > fc1"
    )
    for _ in range(9):
        errors = [problem for problem in check(design) if problem.level == "error"]
        if not errors:
            break
        design = apply(design, errors[0].fix[0].edits)
    build(design)


# What is unfinished.


def test_unfinished_is_not_invalid():
    design = draw(IN, FC, LIF, ("lif2", "Leaky", {}), ("fc2", "Linear", {}), wires="in > fc1, fc1 > lif1, lif2 > fc2")
    assert {(problem.level, problem.node, problem.message) for problem in check(design)} == {
        ("note", "lif2", "lif2 does not run, nothing is wired into it; lead a wire from an Input to it."),
        ("note", "fc2", "fc2 does not run, only loose parts lead to it; lead a wire from an Input to it."),
        ("note", None, "No answer is marked: wire the last layer into a Readout."),
    }
    assert set(build(design).nodes) == {"fc1", "lif1"}


def test_the_same_fault_is_an_error_where_it_runs_and_a_note_where_it_is_loose():
    loose = draw(FC, ("fc2", "Linear", {"in_features": 3}), IN, wires="fc1 > fc2")
    message = "fc1 gives 10 values, fc2 expects 3; set in_features to 10 or leave it empty."
    assert said(loose, message).level == "note"
    assert said(loose.wire("in.out", "fc1.in"), message).level == "error"


def test_an_empty_design_is_told_how_to_begin():
    (problem,) = check(Design.new())
    assert problem.message == "Nothing runs yet: there is no Input; add one."
    assert check(apply(Design.new(), problem.fix[0].edits))[0].message.startswith("No answer is marked")
    with pytest.raises(DesignError, match="Nothing can run"):
        build(Design.new())


def test_the_answer_can_be_marked_by_a_fix():
    design = draw(IN, FC, LIF, wires="in > fc1, fc1 > lif1")
    (problem,) = check(design)
    assert problem.fix[0].label == "Mark lif1 as output"
    assert check(apply(design, problem.fix[0].edits)) == []


def test_a_probe_of_a_neuron_that_is_gone_is_a_note():
    probes = [{"node": "lif1", "state": "mem", "neurons": [3, 12]}, {"node": "lif1", "state": "spk"}]
    design = draw(IN, FC, LIF, wires="in > fc1, fc1 > lif1", probes=probes, output="lif1.out")
    (problem,) = check(design)
    assert problem.message == "lif1 has neurons 0 to 9, the probe of neuron 12 shows nothing; remove it."
    mended = apply(design, problem.fix[0].edits)
    assert [probe.neurons for probe in mended.probes] == [(3,), (0,)]
    assert check(mended) == []


@pytest.mark.parametrize("shape", [None, [64], [8, 8], [1, 8, 8]])
def test_a_sample_may_be_seen_as_a_row_or_as_an_image(shape: list[int] | None):
    design = draw(("in", "Input", {"shape": shape}), ("flat", "Flatten", {}), FC, wires="in > flat, flat > fc1")
    assert not [problem for problem in check(design) if problem.level == "error"]


# Wires before they exist.


def reason(design: Design, source: str, target: str) -> Problem:
    problem = can_wire(design, f"{source}.out", f"{target}.in")
    assert problem is not None
    return problem


REFUSED: dict[str, tuple[Design, str, str, str, list[str]]] = {
    "image into Linear": (
        draw(("in", "Input", {"shape": [8, 8]}), FC),
        "in",
        "fc1",
        "in gives 8×8 = 64 values, fc1 expects a flat row; put a Flatten between them.",
        ["Insert Flatten"],
    ),
    "a second wire": (
        draw(IN, ("in2", "Input", {}), FC, wires="in > fc1"),
        "in2",
        "fc1",
        "fc1.in takes one wire and has 2, from in and in2; add them in a Sum.",
        ["Insert Sum", "Remove the wire in → fc1"],
    ),
    "a wire back": (
        draw(IN, FC, LIF, wires="in > fc1, fc1 > lif1"),
        "lif1",
        "fc1",
        "fc1.in takes one wire and has 2, from in and lif1; add them in a Sum.",
        [
            "Insert Sum, insert Linear 10→64, delay fc2 → sum1 by 1 step",
            "Remove the wire in → fc1, delay lif1 → fc1 by 1 step",
        ],
    ),
    "unequal shapes": (
        draw(IN, FC, SUM, wires="in > sum1, in > fc1"),
        "fc1",
        "sum1",
        "fc1 gives 10 values, sum1 expects 64 values on every wire; make them equal.",
        ["Set fc1.out_features to 64", "Insert Linear 10→64"],
    ),
    "a loop": (
        draw(IN, SUM, LIF, wires="in > sum1, sum1 > lif1"),
        "lif1",
        "sum1",
        "sum1 → lif1 → sum1 is a loop without delay; give one of its wires a delay of 1 step or more.",
        ["Delay lif1 → sum1 by 1 step"],
    ),
    "a loose loop": (
        draw(LIF, FC, wires="lif1 > fc1"),
        "fc1",
        "lif1",
        "lif1 → fc1 → lif1 is a loop without delay; give one of its wires a delay of 1 step or more.",
        ["Delay fc1 → lif1 by 1 step"],
    ),
    "a declared size": (
        draw(IN, ("fc1", "Linear", {"in_features": 100})),
        "in",
        "fc1",
        "in gives 64 values, fc1 expects 100; set in_features to 64 or leave it empty.",
        ["Set fc1.in_features to 64", "Leave fc1.in_features empty"],
    ),
    "too many classes": (
        draw(IN, ("fc1", "Linear", {"out_features": 32}), LIF, OUT, wires="in > fc1, fc1 > lif1"),
        "lif1",
        "out",
        "out gives 32 values, digits has 10 classes; make the last layer that wide.",
        ["Set fc1.out_features to 10", "Insert Linear 32→10 and Leaky"],
    ),
    "twice": (
        draw(IN, FC, wires="in > fc1"),
        "in",
        "fc1",
        "in → fc1: these two are wired already; change its delay instead.",
        [],
    ),
    "nowhere": (draw(IN), "in", "fc9", 'to: "fc9.in" leads nowhere, there is no node "fc9"; choose in.', []),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_wire_is_refused_before_it_exists(name: str):
    design, source, target, message, labels = REFUSED[name]
    problem = reason(design, source, target)
    assert problem.message == message
    assert [fix.label for fix in problem.fix] == labels
    before = {other.place for other in check(design)}
    for fix in problem.fix:
        after = apply(design, fix.edits)
        assert not [p for p in check(after) if p.level == "error" and p.place not in before]
        assert len(after.wires) > len(design.wires) or "Remove" in fix.label


def test_a_network_is_wired_without_objection_in_any_order():
    wires = ["in > rate", "rate > fc1", "fc1 > lif1", "lif1 > fc2", "fc2 > lif2", "lif2 > out"]
    nodes = [IN, ("rate", "Rate", {}), ("fc1", "Linear", {"out_features": 32}), LIF, ("fc2", "Linear", {}), OUT]
    for order in (wires, wires[::-1], wires[::2] + wires[1::2]):
        design = draw(*nodes, ("lif2", "Leaky", {}))
        for wire in order:
            source, target = wire.split(" > ")
            assert can_wire(design, f"{source}.out", f"{target}.in") is None
            design = design.wire(f"{source}.out", f"{target}.in")
        assert check(design) == []


def test_an_input_takes_no_wire():
    problem = can_wire(draw(IN, FC), "fc1.out", "in.in")
    assert problem is not None
    assert (problem.level, problem.node, problem.port) == ("error", "in", "in")


def test_a_full_design_is_still_checked():
    nodes = [{"id": "in", "kind": "Input"}, *({"id": f"n{i}", "kind": "Linear"} for i in range(999))]
    wires = [{"from": f"n{i}.out", "to": f"n{i + 1}.in"} for i in range(998)]
    full = Design.load({"format": "snn-workbench/1", "nodes": nodes, "wires": wires}).wire("in.out", "n0.in")
    problem = reason(full, "n998", "n0")
    assert problem.message == "n0.in takes one wire and has 2, from in and n998; add them in a Sum."
    assert [fix.label for fix in problem.fix] == ["Remove the wire in → n0, delay n998 → n0 by 1 step"]
