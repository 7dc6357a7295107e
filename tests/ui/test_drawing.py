"""A network for the digits, dragged and wired from the palette alone."""

from itertools import pairwise

import pytest

pytestmark = pytest.mark.ui

PARTS = {
    "in": ("Input", 100, 60),
    "rate": ("Rate", 280, 60),
    "fc1": ("Linear", 460, 60),
    "hidden": ("Leaky", 640, 60),
    "fc2": ("Linear", 100, 220),
    "out": ("Leaky", 280, 220),
    "readout": ("Readout", 460, 220),
}


def test_a_network_for_the_digits_is_dragged_and_wired(hand):
    hand.new_design()
    ids = {name: hand.drop(kind, x, y) for name, (kind, x, y) in PARTS.items()}
    assert len(hand.nodes) == len(PARTS)
    hand.pick(ids["in"])
    hand.choose("kind", "a data set")
    hand.type("shape", "64")
    for name, size in (("fc1", 32), ("fc2", 10)):
        hand.pick(ids[name])
        hand.type("out_features", str(size))
    row = [ids[name] for name in PARTS]
    for source, target in pairwise(row):
        hand.wire(f"{source}.out", f"{target}.in")
    hand.until(lambda: len(hand.wires) == len(PARTS) - 1)
    assert not hand.bubble.is_visible()
    saved = hand.saved()
    kinds = {node["id"]: node["kind"] for node in saved["nodes"]}
    assert [kinds[node] for node in row] == [kind for kind, *_ in PARTS.values()]
    assert saved["stimulus"]["data"] == "digits" and saved["output"].startswith(ids["readout"])
    hand.until(lambda: hand.figure("parameters") == 64 * 32 + 32 + 32 * 10 + 10)
    began = hand.step
    hand.until(lambda: hand.step > began + 30)  # the first page ran, so this one runs as soon as it can
