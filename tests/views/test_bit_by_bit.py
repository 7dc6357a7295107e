"""What takes long leaves the loop free between its slices, and ends when nobody waits for it any more."""

import itertools
import time
from dataclasses import replace

from workbench.design.elements import Node, Wire
from workbench.design.starters import templates
from workbench.views.bit_by_bit import PATIENCE_S, BitByBit
from workbench.views.canvas import CanvasView
from workbench.views.moments import Rates


def slow(count):
    for i in range(count):
        time.sleep(PATIENCE_S / 2)
        yield i


def test_all_is_told_in_order_slice_by_slice(loop):
    told, work = [], BitByBit(loop.post)
    work.begin(slow(9), lambda some, done: told.append((some, done)))
    assert len(told) == 1 and work.busy, "the rest waits for its turn"
    loop.until(lambda: not work.busy)
    assert [one for some, _ in told for one in some] == list(range(9))
    assert [done for _, done in told] == [False] * (len(told) - 1) + [True]
    assert len(told) > 2


def test_what_is_stopped_goes_no_further_and_what_is_begun_takes_its_place(loop):
    seen, other, work = [], [], BitByBit(loop.post)
    work.begin((seen.append(i) for i in itertools.count()), lambda some, done: None)
    before = len(seen)
    work.stop()
    loop.turn(0.1)
    assert len(seen) == before and not work.busy
    work.begin((seen.append(i) for i in itertools.count()), lambda some, done: None)
    work.begin(slow(4), lambda some, done: other.extend(some))
    before = len(seen)
    loop.until(lambda: not work.busy)
    assert len(seen) == before and other == list(range(4))


def test_a_wire_that_was_dropped_is_judged_no_further(visit, loop):
    names = [f"n{i}" for i in range(480)]  # a loop wherever a wire ends: what takes longest to judge
    wires = tuple(Wire(f"{a}.out", f"{b}.in") for a, b in itertools.pairwise(names))
    nodes = (*templates()["one_neuron"].nodes, *(Node(name, "Leaky") for name in names))
    design = replace(templates()["one_neuron"].fresh(), nodes=nodes)
    session = visit(replace(design, wires=(*design.wires, *wires)))
    view = CanvasView(session, Rates(session))
    view._hear({"type": "pick", "port": "n0.in"})
    assert view._fits.busy
    view._hear({"type": "pick", "port": ""})
    assert not view._fits.busy
