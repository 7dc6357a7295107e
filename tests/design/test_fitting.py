"""What fits where: every answer is the one that drawing it would give."""

from itertools import pairwise

import pytest

from workbench.design import DesignError, edit
from workbench.design.check import can_wire, check
from workbench.design.fitting import added, into, misfits, parts_for
from workbench.design.parts import parts
from workbench.design.starters import templates


@pytest.fixture(params=sorted(templates()))
def design(request):
    """Every starter, with a part beside it that has no wires."""
    return (
        templates()[request.param]
        .add("Leaky", id="new", position=(0, 300))
        .add("Conv2d", id="image", position=(200, 300))
    )


@pytest.fixture
def digits():
    """In → rate → fc1 → hidden → fc2 → out, 64–32–10."""
    return templates()["digits"]


def wrongs(design):
    return {(p.rule, p.node, p.port) for p in check(design) if p.level == "error"}


def test_every_port_is_judged_as_a_wire_drawn_there_would_be(design):
    for node in design.nodes:
        for other, why in misfits(design, f"{node.id}.out"):
            refused = can_wire(design, f"{node.id}.out", other)
            assert why == (refused.message if refused else ""), (node.id, other)


def test_from_the_other_end_the_same_is_said(digits):
    digits = digits.add("Leaky", id="new")
    for node in digits.nodes:
        for other, why in misfits(digits, "new.in"):
            assert why == dict(misfits(digits, other))["new.in"], (node.id, other)


def test_a_port_that_is_not_there_is_a_sentence(digits):
    with pytest.raises(DesignError, match="There is no node"):
        misfits(digits, "nowhere.out")
    with pytest.raises(DesignError, match="fc1 has no port side; it has in, out"):
        misfits(digits, "fc1.side")


@pytest.mark.parametrize("port", ["in.out", "hidden.out", "new.in", "new.out"])
def test_parts_that_are_offered_fit_and_all_others_do_not(digits, port):
    digits = digits.add("Leaky", id="new")
    offered = [kind for kind, fits in parts_for(digits, port) if fits]
    assert offered
    for kind in parts():
        name = digits.free_id(kind)
        wires = added(digits, kind, port)
        if wires:
            drawn = edit.apply(digits, [{"op": "add", "kind": kind, "id": name, "position": (0, 0)}, *wires])
            assert (kind in offered) == (wrongs(drawn) <= wrongs(digits)), kind
        else:
            assert kind not in offered


def test_a_part_is_led_into_a_wire_and_the_delay_stays_before_it(digits):
    wire = digits.delay("hidden.out", "fc2.in", 3).wire_from("hidden.out", "fc2.in")
    there = digits.delay("hidden.out", "fc2.in", 3)
    edits, wrong = into(there, "Dropout", wire)
    assert wrong is None
    drawn = edit.apply(there.add("Dropout", id="drop1"), edits)
    assert [(w.source, w.target, w.delay) for w in drawn.wires if "drop1" in w.source + w.target] == [
        ("hidden.out", "drop1.in", 3),
        ("drop1.out", "fc2.in", 0),
    ]
    assert wire.ends not in [w.ends for w in drawn.wires] and not wrongs(drawn)


def test_what_follows_steps_aside_where_a_wire_is_short(digits):
    edits, _ = into(digits, "Leaky", digits.wire_from("fc1.out", "hidden.in"))
    drawn = edit.apply(digits.add("Leaky", id=digits.free_id("Leaky")), edits)
    row = [drawn.node(name).position[0] for name in ("fc1", "lif1", "hidden", "fc2", "out")]
    assert min(b - a for a, b in pairwise(row)) >= 180
    assert [drawn.node(n).position for n in ("in", "rate", "fc1")] == [
        digits.node(n).position for n in ("in", "rate", "fc1")
    ]


def test_a_part_that_cannot_stand_in_a_wire_says_so_with_ways_out_that_work(digits):
    wire = digits.wire_from("rate.out", "fc1.in")
    edits, wrong = into(digits, "Conv2d", wire)
    assert edits == [] and wrong is not None and "conv1 expects channels" in wrong.message
    there = digits.add("Conv2d", id="conv1")
    for way in wrong.fix:
        drawn = edit.apply(there, way.edits)
        assert not wrongs(drawn) - wrongs(there) and wire.ends not in [w.ends for w in drawn.wires]
    with pytest.raises(DesignError, match="Input cannot stand within a wire: it only gives"):
        into(digits, "Input", wire)
