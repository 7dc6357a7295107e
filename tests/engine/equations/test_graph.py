"""The carrier: equal expressions share a node, and no rewrite changes a bit."""

import pytest

from workbench.engine.equations.graph import Graph


def test_equal_expressions_share_one_node_and_sums_keep_their_order() -> None:
    g = Graph()
    a, b = g.leaf("state", "a"), g.leaf("state", "b")
    assert g.add("add", a, b) == g.add("add", b, a)
    assert g.add("sub", a, b) != g.add("sub", b, a)
    swapped = Graph()
    b, a = swapped.leaf("state", "b"), swapped.leaf("state", "a")
    assert swapped.args(swapped.add("mul", a, b)) == (a, b)  # as written, although b is the older node


def test_constants_fold_and_exact_identities_vanish() -> None:
    g = Graph()
    x = g.leaf("input", "x")
    assert g.number(g.add("mul", g.const(2), g.add("exp", g.const(0)))) == 2.0
    assert g.add("mul", g.const(1), x) == x == g.add("pow", x, g.const(1)) == g.add("neg", g.add("neg", x))
    assert g.add("where", g.add("gt", g.const(2), g.const(1)), x, g.const(0)) == x


def test_what_would_lose_a_nan_or_a_sign_of_zero_is_kept() -> None:
    g = Graph()
    x, zero = g.leaf("input", "x"), g.const(0)
    for op, args in (("mul", (zero, x)), ("add", (x, zero)), ("div", (x, x)), ("sub", (x, x))):
        assert g.op(g.add(op, *args)) == op


def test_a_constant_without_finite_value_is_an_error() -> None:
    g = Graph()
    with pytest.raises(ArithmeticError):
        g.add("mul", g.const(1e300), g.const(1e300))


def test_reach_gives_an_order_of_evaluation_and_stops_where_told() -> None:
    g = Graph()
    x = g.leaf("input", "x")
    y = g.add("exp", x)
    z = g.add("add", y, x)
    assert g.reach([z]) == [x, y, z]
    assert g.reach([y, z], stop=[y]) == [x, y, z] and g.reach([y], stop=[y]) == [y]
