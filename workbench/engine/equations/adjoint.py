"""The gradient of one step, derived: one rule an operation, written into the graph that it differentiates.

Conventions at ties and bounds are torch's, so that a kernel agrees with the eager face everywhere: clip passes the
gradient on its bounds, min and max halve it where both are equal, abs gives 0 at 0, x**0 has none.
"""

from collections.abc import Callable, Collection, Iterable

from workbench.engine.equations.graph import COMPARISONS, Graph

Slope = Callable[[Graph, int], int]
"""The node of dS/du for the node of u: what stands in for the derivative of spike()."""

BLOCKED = (*COMPARISONS, "detach", "round")


def adjoint(graph: Graph, seeds: Iterable[tuple[int, int]], wanted: Collection[int], slope: Slope) -> dict[int, int]:
    """The gradients of `wanted` nodes: {node: node of its gradient}, None of them missing; a number 0 where none flows.

    `seeds` are pairs (node, node of the gradient that arrives there). Only what leads to a wanted node is built.
    """
    live = _live(graph, wanted)
    found: dict[int, int] = {}

    def give(n: int, gradient: int) -> None:
        if n in live:
            found[n] = graph.add("add", found[n], gradient) if n in found else gradient

    given = list(seeds)
    for n, gradient in given:
        give(n, gradient)
    for n in range(max((n for n, _ in given), default=-1), -1, -1):
        if n in found and n not in wanted:
            for argument, gradient in _rule(graph, n, found[n], live, slope):
                give(argument, gradient)
    zero = graph.const(0)
    return {n: found.get(n, zero) for n in wanted}


def _live(graph: Graph, wanted: Collection[int]) -> set[int]:
    """The nodes whose gradient reaches a wanted one."""
    live = set(wanted)
    for n in range(len(graph)):
        if graph.op(n) not in BLOCKED and any(a in live for a in graph.args(n)):
            live.add(n)
    return live


def _rule(graph: Graph, n: int, d: int, live: Collection[int], slope: Slope) -> Iterable[tuple[int, int]]:
    """(argument, its share) for each argument of node n, at which the gradient d arrives."""
    add, number = graph.add, graph.const
    match graph.op(n), graph.args(n):
        case "add", (a, b):
            yield from ((a, d), (b, d))
        case "sub", (a, b):
            yield a, d
            if b in live:
                yield b, add("neg", d)
        case "neg", (a,):
            yield a, add("neg", d)
        case "mul", (a, b):
            if a in live:
                yield a, add("mul", d, b)
            if b in live:
                yield b, add("mul", d, a)
        case "div", (a, b):
            if a in live:
                yield a, add("div", d, b)
            if b in live:
                yield b, add("mul", add("neg", d), add("div", n, b))
        case "pow", (a, b):
            if a in live:
                yield a, _power_of_base(graph, a, b, d)
            if b in live:
                yield b, add("mul", d, _log_times(graph, a, b, n))
        case "exp", (a,):
            yield a, add("mul", d, n)
        case "log", (a,):
            yield a, add("div", d, a)
        case "sqrt", (a,):
            yield a, add("div", d, add("mul", number(2), n))
        case "tanh", (a,):
            yield a, add("mul", d, add("sub", number(1), add("mul", n, n)))
        case "sigmoid", (a,):
            yield a, add("mul", add("mul", d, add("sub", number(1), n)), n)
        case "abs", (a,):
            below = add("where", add("lt", a, number(0)), add("neg", d), number(0))
            yield a, add("where", add("gt", a, number(0)), d, below)
        case "min" | "max" as op, (a, b):
            half = add("mul", number(0.5), d)
            beaten, tied = ("gt", "ge") if op == "min" else ("lt", "le")
            for own, other in ((a, b), (b, a)):
                if own in live:
                    share = add("where", add(tied, own, other), half, d)
                    yield own, add("where", add(beaten, own, other), number(0), share)
        case "where", (test, a, b):
            if a in live:
                yield a, add("where", test, d, number(0))
            if b in live:
                yield b, add("where", test, number(0), d)
        case "clip", (a, low, high):
            within = add("where", add("le", a, high), d, number(0))
            yield a, add("where", add("ge", a, low), within, number(0))
        case "spike", (a,):
            yield a, add("mul", d, slope(graph, a))
        case op, args if args:
            raise AssertionError(f"no adjoint rule for {op}")


def _power_of_base(graph: Graph, a: int, b: int, d: int) -> int:
    """d·b·a^(b-1), and 0 for b = 0 even where a is 0."""
    add, zero = graph.add, graph.const(0)
    if graph.number(b) == 0:
        return zero
    share = add("mul", d, add("mul", b, add("pow", a, add("sub", b, graph.const(1)))))
    if graph.number(b) is not None:
        return share
    return add("where", add("gt", add("abs", b), zero), share, zero)


def _log_times(graph: Graph, a: int, b: int, n: int) -> int:
    """a^b·ln(a), the slope in the exponent, and 0 for a = 0 with b ≥ 0."""
    add, zero = graph.add, graph.const(0)
    base = graph.number(a)
    if base is not None and base <= 0:  # no number has this logarithm: found at run time, it is infinite, or NaN
        a = add("add", a, add("mul", zero, b))
    share = add("mul", n, add("log", a))
    if base:
        return share
    at_zero = add("where", add("ge", b, zero), zero, share)
    return at_zero if base == 0 else add("where", add("gt", add("abs", a), zero), share, at_zero)
