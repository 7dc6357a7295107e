"""The carrier of an equation: a static-single-assignment graph in which equal expressions share one node.

A node is a number; `graph.nodes[n]` is `(operation, *arguments)` and every argument is a smaller number, so counting
upwards is always a valid order of evaluation. Sharing equal expressions removes common subexpressions by itself.
Only rewrites that change no bit of the result are made (constants folded, `1*x`, `x**1`, `--x`): sums and products
keep the order in which they were written, because in floating point another order is another number.
"""

import math
from collections.abc import Callable, Iterable

Node = tuple[object, ...]

FUNCTIONS: dict[str, int] = {
    "exp": 1,
    "log": 1,
    "tanh": 1,
    "sigmoid": 1,
    "sqrt": 1,
    "abs": 1,
    "round": 1,
    "min": 2,
    "max": 2,
    "where": 3,
    "clip": 3,
    "spike": 1,
    "detach": 1,
}
"""Functions a text may call, with the number of their arguments. `spike(u)` is 1 where u > 0, else 0, with a surrogate
gradient; `detach(v)` is v without gradient; `clip(v, lo, hi)` takes numbers as bounds; `where(a > b, v, w)` chooses;
`round(v)` is the nearest whole number, an even one at halves, without gradient."""

COMPARISONS = ("gt", "ge", "lt", "le")
EXACT = (
    *("add", "sub", "mul", "div", "neg", "abs", "sqrt", "round", "min", "max", "clip", "where", "spike", "detach"),
    *COMPARISONS,
)
"""Operations that IEEE arithmetic rounds in one way only, so that any two faces agree in every bit."""
EXACT_POWERS = (0.0, 0.5, 1.0, 2.0, 3.0, -1.0, -2.0)
"""Powers that are computed by such operations."""
LEAVES = ("const", "input", "state", "param", "coef", "gout", "gtrace", "carry")

_FOLD: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": math.pow,
    "neg": lambda a: -a,
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "sigmoid": lambda a: 1 / (1 + math.exp(-a)) if a >= 0 else math.exp(a) / (1 + math.exp(a)),
    "sqrt": math.sqrt,
    "abs": lambda a: -a if a < 0 else a,
    "round": lambda a: float(round(a)),
    "min": lambda a, b: b if b < a else a,
    "max": lambda a, b: b if b > a else a,
    "clip": lambda a, lo, hi: min(max(a, lo), hi),
    "spike": lambda a: float(a > 0),
    "detach": lambda a: a,
}

_HOLDS: dict[str, Callable[..., bool]] = {
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
}


class Graph:
    """A growing set of nodes. Nodes are only ever added, never changed, so a number stays valid for ever."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._ids: dict[Node, int] = {}

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, node: Node) -> bool:
        """Whether there is such a leaf."""
        return node in self._ids

    def const(self, value: float) -> int:
        """The node of a number."""
        return self._intern(("const", float(value)))

    def leaf(self, kind: str, name: str) -> int:
        """The node of a named value that arrives from outside: kind is `input`, `state` (the old one) or `param`,
        or one of those that hoist.py adds."""
        return self._intern((kind, name))

    def add(self, op: str, *args: int) -> int:
        """The node of `op(*args)`. Raises ArithmeticError or ValueError where a constant has no finite value."""
        numbers = [self.number(a) for a in args]
        if op in _FOLD and None not in numbers:
            value = float(_FOLD[op](*numbers))
            if not math.isfinite(value):
                raise OverflowError
            return self.const(value)
        if op == "where" and None not in (pair := [self.number(a) for a in self.args(args[0])]):
            return args[1] if _HOLDS[self.op(args[0])](*pair) else args[2]
        if op == "mul" and 1.0 in numbers:
            return args[1 - numbers.index(1.0)]
        if op == "pow" and numbers[1] == 1.0:
            return args[0]
        if op == "neg" and self.op(args[0]) == "neg":
            return self.args(args[0])[0]
        return self._intern((op, *args))

    def copy(self) -> "Graph":
        """A graph of its own with the same nodes under the same numbers."""
        other = Graph()
        other.nodes, other._ids = list(self.nodes), dict(self._ids)
        return other

    def op(self, n: int) -> str:
        """The operation of node n."""
        return str(self.nodes[n][0])

    def args(self, n: int) -> tuple[int, ...]:
        """The arguments of node n; leaves have none."""
        return () if self.nodes[n][0] in LEAVES else self.nodes[n][1:]  # type: ignore[return-value]

    def name(self, n: int) -> str:
        """The name of leaf n."""
        return str(self.nodes[n][1])

    def compares(self, n: int) -> bool:
        """Whether node n is a comparison, which is no value but the condition of a `where`."""
        return self.op(n) in COMPARISONS

    def number(self, n: int) -> float | None:
        """The value of a constant, None for every other node."""
        return self.nodes[n][1] if self.nodes[n][0] == "const" else None  # type: ignore[return-value]

    def reach(self, roots: Iterable[int], stop: Iterable[int] = ()) -> list[int]:
        """Every node that `roots` need, in order of evaluation, not looking behind the nodes in `stop`."""
        seen: set[int] = set()
        todo, stop = list(roots), set(stop)
        while todo:
            n = todo.pop()
            if n not in seen:
                seen.add(n)
                todo += () if n in stop else self.args(n)
        return sorted(seen)

    def _intern(self, node: Node) -> int:
        # a+b and b+a are the same number in IEEE arithmetic: they share a node, which keeps the order written first.
        op, *args = node
        key = (op, *sorted(args)) if op in ("add", "mul") else node  # type: ignore[type-var]
        if key not in self._ids:
            self._ids[key] = len(self.nodes)
            self.nodes.append(node)
        return self._ids[key]
