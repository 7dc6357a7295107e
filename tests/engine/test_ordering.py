"""The order of running: groups after what they need, loops together, impossible loops by name."""

import pytest

from workbench.engine.errors import WiringError
from workbench.engine.ordering import in_order


def test_a_chain_in_any_order_of_naming() -> None:
    assert in_order(["c", "a", "b"], [("a", "b"), ("b", "c")], [("a", "b"), ("b", "c")]) == [("a",), ("b",), ("c",)]


def test_where_there_is_a_choice_the_given_order_decides() -> None:
    assert in_order(["z", "y", "x"], [], []) == [("z",), ("y",), ("x",)]


def test_a_loop_is_one_group_in_order_of_a_step() -> None:
    edges = [("in", "a"), ("a", "b"), ("b", "c"), ("c", "a"), ("c", "out")]
    assert in_order(["out", "c", "b", "a", "in"], edges, [e for e in edges if e != ("c", "a")]) == [
        ("in",),
        ("a", "b", "c"),
        ("out",),
    ]


def test_two_loops_and_a_self_loop() -> None:
    edges = [("a", "b"), ("b", "a"), ("b", "c"), ("c", "c"), ("c", "d"), ("d", "e"), ("e", "d")]
    instant = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")]
    assert in_order(list("edcba"), edges, instant) == [("a", "b"), ("c",), ("d", "e")]


def test_a_loop_without_delay_is_named() -> None:
    edges = [("in", "a"), ("a", "b"), ("b", "c"), ("c", "b"), ("a", "a2")]
    with pytest.raises(WiringError, match=r"^Network: (b → c → b|c → b → c) is a loop without delay; give one of its"):
        in_order(["in", "a", "a2", "b", "c"], edges, edges)
    with pytest.raises(WiringError, match="a → a is a loop"):
        in_order(["a"], [("a", "a")], [("a", "a")])
