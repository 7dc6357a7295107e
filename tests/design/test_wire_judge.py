"""A wire judged by what lies behind it: the same sentence as a check of the whole design, for little work."""

import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.design.test_properties import GESTURES, SMALL, lived
from workbench.design import Design
from workbench.design.check import check, fresh, places, wrong
from workbench.design.edit import apply
from workbench.design.elements import Node, Wire
from workbench.design.fitting import added, misfits, parts_for
from workbench.design.parts import part, parts
from workbench.design.plan import in_order
from workbench.design.starters import templates


def ports(design: Design) -> list[str]:
    return [f"{n.id}.{p.name}" for n in design.nodes for p in (*part(n.kind).inputs, *part(n.kind).outputs)]


def agree(design: Design, port: str) -> None:
    """Every answer about this port is the one that a check of the whole design gives."""
    known, takes = places(design), port.endswith(".in")
    for other, why in misfits(design, port):
        problem = wrong(design, *((other, port) if takes else (port, other)), known)
        assert why == (problem.message if problem else ""), (port, other)
    for kind, fits in parts_for(design, port):
        wires = added(design, kind, port)
        drawn = [{"op": "add", "kind": kind, "id": design.free_id(kind), "position": (0, 0)}, *wires]
        assert fits == (bool(wires) and not fresh(apply(design, drawn), known)), (port, kind)


@pytest.mark.parametrize("slug", templates())
def test_each_port_of_a_starter_is_judged_as_by_a_check_of_the_whole(slug: str):
    design = templates()[slug].add("Leaky").add("Sum").add("Conv2d").add("Readout")
    for port in ports(design):
        agree(design, port)


@SMALL
@given(GESTURES, st.sampled_from(["one_neuron", "digits", "digits_convolution", "loop_with_delay"]), st.integers(0, 99))
def test_each_port_of_any_design_is_judged_as_by_a_check_of_the_whole(gestures: list, slug: str, which: int):
    design = lived(gestures, slug).design
    if found := ports(design):
        agree(design, found[which % len(found)])


def test_sums_loops_and_limits_are_judged_as_by_a_check_of_the_whole():
    design = templates()["digits"].add("Sum", id="a").add("Sum", id="b").wire("fc1.out", "a.in").wire("fc2.out", "b.in")
    design = design.add("Leaky", id="l1").add("Leaky", id="l2").add("BatchNorm", id="norm")
    design = design.wire("l1.out", "norm.in").wire("norm.out", "l2.in").wire("a.out", "l1.in")
    wide = design.add("Linear", id="w1", out_features=20_000).add("Linear", id="w2", out_features=4_000)
    wide = wide.add("Linear", id="w3", out_features=10_000_000).wire("w1.out", "w2.in")
    clash = design.wire("b.out", "a.in").wire("l2.out", "b.in", delay=1)
    stuck = design.remove(["fc1"]).wire("l2.out", "a.in")
    for one in (design, wide, clash, stuck):
        for port in ports(one):
            agree(one, port)


@pytest.mark.parametrize("kind", parts())
def test_what_a_part_gives_before_anything_arrives_it_gives_whatever_arrives(kind: str):
    known = part(kind)
    given_first = known.out(known.values({}), ())
    for shape in ((1,), (64,), (3, 8), (1, 8, 8), (2, 3, 4, 5)):
        assert given_first is None or not known.inputs or known.out(known.values({}), (shape,)) == given_first


# How much work it is: counted, so that a slow machine breaks nothing.


def calls(work: Callable[[], object]) -> int:
    """How many functions `work` calls."""
    work()  # what is kept after the first time is not counted
    counted = 0

    def count(frame: object, event: str, arg: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


def row(count: int, back: int | None = None) -> Design:
    """An Input and so many neurons in a row, the last of which comes back with a delay of `back` steps, if any."""
    names = [f"n{i}" for i in range(count)]
    wires = [Wire(f"{a}.out", f"{b}.in") for a, b in zip(["in", *names], names, strict=False)]
    if back is not None:
        wires = [*wires[1:], Wire(f"{names[-1]}.out", f"{names[0]}.in", back)]
    nodes = (Node("in", "Input"), *(Node(name, "Leaky") for name in names))
    return replace(templates()["one_neuron"], nodes=nodes, wires=tuple(wires), output=None, probes=())


def loose(count: int) -> Design:
    """A row of ten, and so many parts beside it that have no wires."""
    beside = (Node(f"x{i}", ("Leaky", "Linear", "Conv2d", "Sum")[i % 4]) for i in range(count))
    return replace(row(10), nodes=(*row(10).nodes, *beside))


@pytest.mark.parametrize("design", [row(480), loose(470)], ids=["in a row", "loose"])
@pytest.mark.parametrize("port", ["in.out", "n5.out", "n5.in"])
def test_to_judge_all_ports_of_a_large_design_is_the_work_of_a_few_checks(design: Design, port: str):
    once, found = calls(lambda: check(design)), check(design)
    assert calls(lambda: list(misfits(design, port, found))) < 12 * once
    assert calls(lambda: list(parts_for(design, port, found))) < 12 * once


@pytest.mark.parametrize("design", [row, loose, lambda count: row(count, 0), lambda count: row(count, 1)])
def test_a_check_takes_as_much_more_as_there_are_more_nodes(design: Callable[[int], Design]):
    small, large = design(200), design(800)
    assert calls(lambda: check(large)) < 6 * calls(lambda: check(small))


def test_to_put_nodes_in_order_each_is_looked_at_a_few_times():
    looks = 0

    class Name(str):
        def __hash__(self) -> int:
            nonlocal looks
            looks += 1
            return super().__hash__()

    names: list[str] = [Name(f"n{i}") for i in range(1000)]
    assert in_order(names, []) == (names, [])
    assert looks < 20 * len(names)
