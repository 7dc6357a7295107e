"""What one neuron does in one step, counted from the graph: the figures a hardware estimate starts from."""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from workbench.engine.equations.graph import LEAVES

if TYPE_CHECKING:
    from workbench.engine.equations.program import Program

_KIND = {
    "add": "add",
    "sub": "add",
    "neg": "negate",
    "mul": "multiply",
    "div": "divide",
    "pow": "power",
    "gt": "compare",
    "ge": "compare",
    "lt": "compare",
    "le": "compare",
    "spike": "compare",
    "min": "compare",
    "max": "compare",
    "where": "select",
}


def operations(program: "Program") -> Mapping[str, int]:
    """Operations per neuron and step, by kind, then `words_read` and `words_written`.

    A subtraction counts as `add`; a spike, a minimum and a maximum as `compare`, clip() as two of them. An expression
    written twice is done once. Work on parameters alone is done once for all steps and is left out, and `detach` is
    bookkeeping of the gradient, not work. Words: inputs and old states read, new states and outputs written; parameters
    stay where they are.
    """
    graph, steady, counts = program.graph, set[int](), Counter[str]()
    kept = [graph.leaf("state", name) for name in program.states]
    changed = [new for new, old in zip(program.updates, kept, strict=True) if new != old]
    read = 0
    for n in graph.reach([*changed, *program.results]):
        if graph.op(n) in LEAVES:
            read += graph.op(n) in ("input", "state")
            steady |= {n} if graph.op(n) in ("const", "param") else set()
        elif steady.issuperset(graph.args(n)):
            steady.add(n)
        elif graph.op(n) == "clip":
            counts["compare"] += 2
        elif graph.op(n) != "detach":
            counts[_KIND.get(graph.op(n), graph.op(n))] += 1
    written = len(changed) + len(set(program.outputs) - set(program.states))
    return MappingProxyType(dict(sorted(counts.items())) | {"words_read": read, "words_written": written})
