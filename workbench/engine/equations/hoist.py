"""A step split in two: what depends on parameters alone, computed once by torch, and the rest, which a kernel does.

The first part becomes *coefficients*: torch computes them before the kernel runs, under autograd, so the gradient of a
kernel ends at its coefficients and torch's own rules take it to the parameters.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from workbench.engine.equations.adjoint import Slope, adjoint
from workbench.engine.equations.graph import Graph


@dataclass(frozen=True)
class Split:
    """`coefficients` are nodes of the program's own graph; in `graph` they are leaves of kind `coef`, named "0", "1" …

    `updates` (new states) and `results` (outputs) are nodes of `graph`, in the program's order.
    """

    graph: Graph
    coefficients: tuple[int, ...]
    updates: tuple[int, ...]
    results: tuple[int, ...]


@dataclass(frozen=True)
class Adjoint:
    """One step backwards. In `graph` are leaves `gout` (by output), `gtrace` and `carry` (by state): what arrives.

    `states`, `inputs`, `coefs` {name: node} are the gradients to compute. `loaded` {node: state} are new states, which
    are read from the trace that the forward kernel left instead of being computed again.
    """

    graph: Graph
    states: dict[str, int]
    inputs: dict[str, int]
    coefs: dict[str, int]
    loaded: dict[int, str]

    @property
    def roots(self) -> list[int]:
        """Everything to compute."""
        return [*self.states.values(), *self.inputs.values(), *self.coefs.values()]

    def reads(self, kind: str) -> set[str]:
        """The names of the leaves of one kind that have to be there: streams that nobody reads are not kept alive."""
        nodes = self.graph.reach(self.roots, stop=self.loaded)
        return {self.graph.name(n) for n in nodes if self.graph.op(n) == kind}

    @property
    def reads_new(self) -> set[str]:
        """The states whose new values are read."""
        return {self.loaded[n] for n in self.graph.reach(self.roots, stop=self.loaded) if n in self.loaded}


def split(graph: Graph, updates: tuple[int, ...], results: tuple[int, ...]) -> Split:
    """Take every largest expression over parameters alone out of the step, comparisons and spikes excepted."""
    roots = [*updates, *results]
    steady: set[int] = set()
    for n in graph.reach(roots):
        if graph.op(n) == "param":
            steady.add(n)
        elif args := graph.args(n):
            fixed = all(a in steady or graph.op(a) == "const" for a in args)
            alone = fixed and any(a in steady for a in args)
            steady |= {n} if alone and not graph.compares(n) and graph.op(n) != "spike" else set()
    coefficients = [n for n in graph.reach(roots, steady) if n in steady]
    inner, copied = Graph(), dict[int, int]()
    for i, n in enumerate(coefficients):
        copied[n] = inner.leaf("coef", str(i))
    for n in graph.reach(roots, steady):
        if n in copied:
            continue
        op, args = graph.op(n), graph.args(n)
        if args:
            copied[n] = inner.add(op, *(copied[a] for a in args))
        elif op == "const":
            copied[n] = inner.const(graph.number(n) or 0.0)
        else:
            copied[n] = inner.leaf(op, graph.name(n))
    return Split(inner, tuple(coefficients), tuple(copied[n] for n in updates), tuple(copied[n] for n in results))


def reverse(
    step: Split,
    states: tuple[str, ...],
    outputs: tuple[str, ...],
    inputs: Iterable[str],
    coefs: Iterable[str],
    slope: Slope,
) -> Adjoint:
    """The adjoint of one step, with the gradients of the states before it, and of `inputs` and `coefs` as asked."""
    graph = step.graph.copy()
    seeds = [
        (n, graph.add("add", graph.leaf("carry", s), graph.leaf("gtrace", s)))
        for s, n in zip(states, step.updates, strict=True)
    ]
    seeds += [(n, graph.leaf("gout", o)) for o, n in zip(outputs, step.results, strict=True)]
    asked = {"state": states, "input": tuple(inputs), "coef": tuple(coefs)}
    leaves = {(kind, name): graph.leaf(kind, name) for kind, names in asked.items() for name in names}
    found = adjoint(graph, seeds, set(leaves.values()), slope)
    gradients = {kind: {name: found[leaves[kind, name]] for name in names} for kind, names in asked.items()}
    loaded = {n: s for s, n in zip(states, step.updates, strict=True) if graph.args(n)}
    return Adjoint(graph, gradients["state"], gradients["input"], gradients["coef"], loaded)
