"""The source of a kernel: one Python function per kernel that numba compiles, written from the graph of a step.

How the numbers lie: N = batch · features. A stream (input, output, gradient) is (T, N); a trace of a state is
(T + 1, N) with the state before the run in row 0. A stream may have one row only: then every step reads, or writes,
that row, which stays in the cache; so an absent gradient and an unwanted trace cost nothing and need no kernel of their
own. Values that steps hand on (`last`, and `carry` in the adjoint) are rows that go in and come out.

Three things make it fast (measured): rows are cut out before the inner loop, or LLVM does not use vectors; neurons are
taken in blocks that fit the cache; all that depends on parameters alone is a coefficient, one number or one a neuron.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workbench.engine.equations.graph import Graph
from workbench.engine.equations.hoist import Adjoint, Split
from workbench.engine.equations.kernel_mathematics import prelude

BLOCK = {"float32": 8192, "float64": 4096}

_NUMBA: dict[str, str] = {
    "add": "{} + {}",
    "sub": "{} - {}",
    "mul": "{} * {}",
    "div": "{} / {}",
    "neg": "-{}",
    "gt": "{} > {}",
    "ge": "{} >= {}",
    "lt": "{} < {}",
    "le": "{} <= {}",
    "abs": "abs({})",
    "sqrt": "np.sqrt({})",
    "round": "np.rint({})",
    "exp": "exp({})",
    "log": "log({})",
    "tanh": "tanh({})",
    "sigmoid": "sigmoid({})",
    "min": "{0} if ({0} < {1}) | ({0} != {0}) else {1}",
    "max": "{0} if ({0} > {1}) | ({0} != {0}) else {1}",
    "where": "{1} if {0} else {2}",
    "clip": "{2} if ({0} > {2}) | ({1} > {2}) else ({1} if {0} < {1} else {0})",
    "spike": "one if {} > zero else zero",
}


@dataclass(frozen=True)
class Kernel:
    """`source` of a module with one function, which is called as `run(*arguments, steps, first, last)`.

    `arguments` are pairs (what, name): ("input", "x"), ("coef", "0"), ("trace", "mem"), ("last", "mem"), ("out", "spk")
    and in an adjoint ("gout", "spk"), ("gtrace", "mem"), ("carry", "mem"), ("ginput", "x"), ("gcoef", "0").
    """

    source: str
    arguments: tuple[tuple[str, str], ...]


def forward_kernel(
    step: Split, states: Sequence[str], inputs: Sequence[str], outputs: Sequence[str], kinds: str, kind: str, text: str
) -> Kernel:
    """The kernel of many steps. `kinds` says of each coefficient whether it is one number (s) or a row (v)."""
    w = _Kernel(step.graph, kind, kinds)
    nodes = step.graph.reach([*step.updates, *step.results])
    for name in inputs:
        if step.graph.leaf("input", name) in nodes:
            w.stream("input", name, "t")
    for i in range(len(kinds)):
        if step.graph.leaf("coef", str(i)) in nodes:
            w.coefficient(str(i))
    for name in states:
        w.row("last", name, leaf="state")
        w.stream("trace", name, "t + 1")
    for name in outputs:
        w.stream("out", name, "t")
    lines, names = w.body([*step.updates, *step.results])
    for name, n in zip(states, step.updates, strict=True):
        lines.append(f"new_{name} = {names[n]}")
    lines += [f"out_{name}[j] = {names[n]}" for name, n in zip(outputs, step.results, strict=True)]
    lines += [f"{row}_{name}[j] = new_{name}" for name in states for row in ("last", "trace")]
    return w.kernel("Many steps forward", text, "range(steps)", lines)


def adjoint_kernel(
    back: Adjoint, states: Sequence[str], outputs: Sequence[str], kinds: str, kind: str, text: str
) -> Kernel:
    """The kernel of many steps backwards. It reads the traces that the forward kernel left."""
    w = _Kernel(back.graph, kind, kinds)
    for name in sorted(back.reads("input")):
        w.stream("input", name, "t")
    for name in sorted(back.reads("coef"), key=int):
        w.coefficient(name)
    for name in (s for s in states if s in back.reads("state") | back.reads_new):
        w.argument("trace", name)
        if name in back.reads("state"):
            w.rows.append(f"old_{name} = trace_{name}_all[t, start : start + count]")
            w.names[back.graph.leaf("state", name)] = f"old_{name}[j]"
        if name in back.reads_new:
            w.rows.append(f"now_{name} = trace_{name}_all[t + 1, start : start + count]")
    w.names |= {n: f"now_{name}[j]" for n, name in back.loaded.items()}
    for name in outputs:
        if name in back.reads("gout"):
            w.stream("gout", name, "t")
    for name in states:
        if name in back.reads("gtrace"):
            w.stream("gtrace", name, "t")
        w.row("carry", name)
    for name in back.inputs:
        w.stream("ginput", name, "t", leaf="")
    for name in back.coefs:
        w.row("gcoef", name, leaf="")
    lines, names = w.body(back.roots)
    lines += [f"back_{name} = {names[n]}" for name, n in back.states.items()]
    lines += [f"ginput_{name}[j] = {names[n]}" for name, n in back.inputs.items()]
    lines += [f"gcoef_{name}[j] += {names[n]}" for name, n in back.coefs.items()]
    lines += [f"carry_{name}[j] = back_{name}" for name in back.states]
    return w.kernel("Many steps backwards", text, "range(steps - 1, -1, -1)", lines)


class _Kernel:
    """The lines of one kernel. `names` says how a node is written at this place."""

    def __init__(self, graph: Graph, kind: str, kinds: str) -> None:
        self.graph, self.kind, self.kinds = graph, kind, kinds
        self.names: dict[int, str] = {}
        self.arguments: list[tuple[str, str]] = []
        self.types: list[str] = []
        self.before: list[str] = []  # once
        self.setup: list[str] = []  # once a block
        self.rows: list[str] = []  # once a step
        self.used: set[str] = set()

    def argument(self, what: str, name: str, axes: int = 2) -> str:
        self.arguments.append((what, name))
        self.types.append(f"{self.kind}[{'::1' if axes == 1 else ':, ::1'}]")
        return f"{what}_{name}_all"

    def stream(self, what: str, name: str, at: str, leaf: str | None = None) -> None:
        """A value over time; as an argument of one row it is that row at every step."""
        whole = self.argument(what, name)
        self.rows.append(f"{what}_{name} = {whole}[min({at}, len({whole}) - 1), start : start + count]")
        self._bind(what if leaf is None else leaf, name, f"{what}_{name}[j]")

    def row(self, what: str, name: str, leaf: str | None = None) -> None:
        """A value for each neuron, kept from step to step."""
        whole = self.argument(what, name, 1)
        self.setup.append(f"{what}_{name} = {whole}[start : start + count]")
        self._bind(what if leaf is None else leaf, name, f"{what}_{name}[j]")

    def coefficient(self, name: str) -> None:
        whole = self.argument("coef", name, 1)
        if self.kinds[int(name)] == "s":
            self.before.append(f"coef_{name} = {whole}[0]")
            self._bind("coef", name, f"coef_{name}")
        else:
            self.setup.append(f"coef_{name} = {whole}[start : start + count]")
            self._bind("coef", name, f"coef_{name}[j]")

    def body(self, roots: Iterable[int]) -> tuple[list[str], Mapping[int, str]]:
        """One line for each node that is still to be computed, and how every node is written."""
        names, lines = dict(self.names), []
        for n in self.graph.reach(roots, stop=names):
            op, args = self.graph.op(n), self.graph.args(n)
            if n in names:
                continue
            if op == "const":
                names[n] = _numeral(self.graph.number(n) or 0.0)
                continue
            if op == "detach":
                names[n] = names[args[0]]
                continue
            names[n] = f"v{n}"
            if op == "pow":
                form = _power(names[args[0]], self.graph.number(args[1]), names[args[1]])
            else:
                form = _NUMBA[op].format(*(names[a] for a in args))
            self.used.add(op)
            lines.append(f"v{n} = {form}")
        return lines, names

    def kernel(self, title: str, text: str, steps: str, lines: Sequence[str]) -> Kernel:
        heads = [f"{what}_{name}_all" for what, name in self.arguments]
        types = ", ".join([*self.types, "intp", "intp", "intp"])
        code = [f'"""{title} of:', "", *(f"    {line}" for line in _harmless(text)), '"""', ""]
        code += ["import math", "", "import numpy as np", "from numba import njit", prelude(self.kind, self.used), ""]
        code += [f'@njit("void({types})", nogil=True, cache=True, error_model="numpy")']
        code += [f"def run({', '.join([*heads, 'steps', 'first', 'last'])}):"]
        code += [f"    {line}" for line in self.before]
        code += [f"    for start in range(first, last, {BLOCK[self.kind]}):"]
        code += [f"        count = min({BLOCK[self.kind]}, last - start)"]
        code += [f"        {line}" for line in self.setup]
        code += [f"        for t in {steps}:"]
        code += [f"            {line}" for line in self.rows]
        code += ["            for j in range(count):"]
        code += [f"                {line}" for line in lines or ["pass"]]
        return Kernel("\n".join(code) + "\n", tuple(self.arguments))

    def _bind(self, kind: str, name: str, form: str) -> None:
        if kind and (kind, name) in self.graph:
            self.names[self.graph.leaf(kind, name)] = form


def _numeral(value: float) -> str:
    return {0.0: "zero", 0.5: "half", 1.0: "one", 2.0: "two"}.get(value) or f"real({value!r})"


def _power(base: str, exponent: float | None, shown: str) -> str:
    """Small whole powers as products, in the order torch multiplies up to the cube; any other by libm."""
    if exponent is None or not (exponent == 0.5 or (exponent == int(exponent) and -8 <= exponent <= 8)):
        return f"math.pow({base}, {shown})"
    if exponent == 0.5:
        return f"np.sqrt({base})"
    if exponent == 0:
        return "one"
    product = _product(base, abs(int(exponent)))
    return product if exponent > 0 else f"one / ({product})"


def _product(base: str, times: int) -> str:
    if times <= 3:
        return " * ".join([base] * times)
    half = f"({_product(base, times // 2)})"
    return f"{half} * {half}" + (f" * {base}" if times % 2 else "")


def _harmless(text: str) -> list[str]:
    """The text for a reader of the file: without comments, and with no character that could end a docstring."""
    lines = (line.partition("#")[0] for line in text.splitlines())
    kept = ("".join(c for c in line if c.isascii() and c.isprintable() and c not in "\"'\\").strip() for line in lines)
    return [line for line in kept if line]
