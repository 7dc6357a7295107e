"""The source of a kernel in LLVM's language, written from the graph of a step: a loop over neurons in one over time.

How the numbers lie: N = batch · features. A stream (input, output, gradient) is (T, N); a trace of a state is
(T + 1, N) with the state before the run in row 0. A stream may have one row only: then every step reads, or writes,
that row, which stays in the cache; so an absent gradient and an unwanted trace cost nothing and need no kernel of their
own. Values that steps hand on (`last`, and `carry` in the adjoint) are rows that go in and come out.

Three things make it fast (measured): rows are cut out before the inner loop, and no two that are written overlap, or
LLVM does not use vectors; neurons are taken in blocks that fit the cache; all that depends on parameters alone is a
coefficient, one number or one a neuron.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from workbench.engine.equations.graph import Graph
from workbench.engine.equations.hoist import Adjoint, Split
from workbench.engine.equations.kernel_mathematics import FUNCTIONS, absolute, functions
from workbench.engine.equations.listed import ARGUMENTS, BITS, PREFETCH, driver
from workbench.engine.equations.llvm_text import REAL, Lines, Value, choose, declarations
from workbench.engine.equations.row_sums import summing

BLOCK = {"float32": 16384, "float64": 8192}

_OPERATIONS: dict[str, Callable[..., Value]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "abs": absolute,
    "sqrt": lambda a: a.lines.call("llvm.sqrt", a),
    "round": lambda a: a.lines.call("llvm.rint", a),
    "min": lambda a, b: choose((a < b) | a.is_nan(), a, b),
    "max": lambda a, b: choose((a > b) | a.is_nan(), a, b),
    "where": choose,
    "clip": lambda a, low, high: choose((a > high) | (low > high), high, choose(a < low, low, a)),
    "spike": lambda a: choose(a > 0.0, 1.0, 0.0),
}


@dataclass(frozen=True)
class Kernel:
    """`source` of a module with the function `run(table, steps, first, last)` over neurons first … last.

    The table holds of each of `arguments` where it lies and how many numbers lie between two of its rows, 0 where it
    has one row only. They are pairs (what, name): ("input", "x"), ("coef", "0"), ("trace", "mem"), ("last", "mem"),
    ("out", "spk") and in an adjoint ("gout", "spk"), ("gtrace", "mem"), ("carry", "mem"), ("ginput", "x"),
    ("gcoef", "0").
    """

    source: str
    arguments: tuple[tuple[str, str], ...]


def forward_kernel(
    step: Split,
    states: Sequence[str],
    inputs: Sequence[str],
    outputs: Sequence[str],
    kinds: str,
    kind: str,
    text: str,
    width: int = 0,
    bits: bool = False,
) -> Kernel:
    """The kernel of many steps. `kinds` says of each coefficient whether it is one number (s) or a row (v).

    With a `width` in bytes, its one input is summed up on the way, by the lists of listed.py; then its one output may
    be kept as `bits`.
    """
    w = _Kernel(step.graph, kind, kinds, width, bits)
    nodes = step.graph.reach([*step.updates, *step.results])
    for name in inputs:
        if step.graph.leaf("input", name) in nodes:
            w.read("input", name, "t")
    for i in range(len(kinds)):
        if step.graph.leaf("coef", str(i)) in nodes:
            w.coefficient(str(i))
    for name in states:
        w.read("last", name, leaf="state")
    found = w.body([*step.updates, *step.results])
    for name, n in zip(outputs, step.results, strict=True):
        w.write("out", name, found[n], "t")
    for name, n in zip(states, step.updates, strict=True):
        w.write("last", name, found[n])
        w.write("trace", name, found[n], "t.next")
    return w.kernel("Many steps forward", text, backwards=False)


def adjoint_kernel(
    back: Adjoint, states: Sequence[str], outputs: Sequence[str], kinds: str, kind: str, text: str
) -> Kernel:
    """The kernel of many steps backwards. It reads the traces that the forward kernel left."""
    w = _Kernel(back.graph, kind, kinds)
    for name in sorted(back.reads("input")):
        w.read("input", name, "t")
    for name in sorted(back.reads("coef"), key=int):
        w.coefficient(name)
    for name in states:
        if name in back.reads("state"):
            w.read("trace", name, "t", leaf="state", row=f"old_{name}")
    for name in (s for s in states if s in back.reads_new):
        now = w.read("trace", name, "t.next", leaf="", row=f"now_{name}")
        w.known |= {n: now for n, state in back.loaded.items() if state == name}
    for what in ("gout", "gtrace"):
        for name in outputs if what == "gout" else states:
            if name in back.reads(what):
                w.read(what, name, "t")
    for name in states:
        w.read("carry", name)
    before = {name: w.read("gcoef", name, leaf="") for name in back.coefs}
    found = w.body(back.roots)
    for name, n in back.states.items():
        w.write("carry", name, found[n])
    for name, n in back.inputs.items():
        w.write("ginput", name, found[n], "t")
    for name, n in back.coefs.items():
        w.write("gcoef", name, before[name] + found[n])
    return w.kernel("Many steps backwards", text, backwards=True)


class _Kernel:
    """The lines of one kernel. `known` holds the value of a node at this place."""

    def __init__(self, graph: Graph, kind: str, kinds: str, width: int = 0, bits: bool = False) -> None:
        self.graph, self.kind, self.kinds, self.real = graph, kind, kinds, REAL[kind]
        self.width, self.bits = width, bits
        self.lines = Lines(kind, "w")
        self.known: dict[int, Value] = {}
        self.arguments: list[tuple[str, str]] = []
        self.streams: set[tuple[str, str]] = set()
        self.rows: dict[str, str] = {}  # how the function over neurons is given each of its own: {name: type}
        self.cut: list[str] = []  # how they are cut out, once a step
        self.used: set[str] = set()
        for what, name in (*(ARGUMENTS if width else ()), *([BITS] if bits else [])):
            self._argument(what, name)
            self.streams.add((what, name))

    def read(self, what: str, name: str, at: str = "", leaf: str | None = None, row: str = "") -> Value:
        """A value for each neuron: that of step `at`, or one that is kept from step to step."""
        row = self._row(what, name, at, row)
        self.lines.add(f"%{row}.at = getelementptr inbounds {self.real}, ptr %{row}, i64 %j")
        value = self.lines.value(f"load {self.real}, ptr %{row}.at", self.real, f"{row}.j")
        kind = what if leaf is None else leaf
        if kind and (kind, name) in self.graph:
            self.known[self.graph.leaf(kind, name)] = value
        return value

    def write(self, what: str, name: str, value: Value, at: str = "") -> None:
        """Put the value of each neuron where a reader of `what` finds it."""
        row = f"{what}_{name}"
        if row not in self.rows:
            self._row(what, name, at, row)
            self.lines.add(f"%{row}.at = getelementptr inbounds {self.real}, ptr %{row}, i64 %j")
        self.lines.add(f"store {self.real} {value.name}, ptr %{row}.at")

    def coefficient(self, name: str) -> None:
        """One number, or one for each neuron."""
        if self.kinds[int(name)] == "v":
            self.read("coef", name)
            return
        self._argument("coef", name)
        self.cut.append(f"%coef_{name} = load {self.real}, ptr %coef_{name}.all")
        self.rows[f"coef_{name}"] = self.real
        self.known[self.graph.leaf("coef", name)] = Value(self.lines, f"%coef_{name}", self.real)

    def body(self, roots: Iterable[int]) -> Mapping[int, Value]:
        """The lines of each node that is still to be computed, and the values of all."""
        found, lines, graph = dict(self.known), self.lines, self.graph
        for n in graph.reach(roots, stop=found):
            if n in found:
                continue
            op, given = graph.op(n), [found[a] for a in graph.args(n)]
            if op == "const":
                found[n] = lines.number(graph.number(n) or 0.0)
            elif op == "detach":
                found[n] = given[0]
            elif op == "pow":
                found[n] = _power(given[0], graph.number(graph.args(n)[1]), given[1])
            elif op in FUNCTIONS:
                self.used.add(op)
                found[n] = lines.call(op, given[0])
            else:
                found[n] = _OPERATIONS[op](*given)
        return found

    def kernel(self, title: str, text: str, backwards: bool) -> Kernel:
        """The whole module."""
        own, calls = functions(self.kind, self.used)
        given = ", ".join(f"{t + ' noalias' if t == 'ptr' else t} %{row}" for row, t in self.rows.items())
        handed = ", ".join(f"{t} %{row}" for row, t in self.rows.items())
        code = [f"; {title} of:", ";", *(f";     {line}" for line in _harmless(text)), ""]
        code += [*declarations(calls | self.lines.calls), "", *own]
        code += [f"define internal void @neurons({given}, i64 %count) noinline nounwind {{", "start:"]
        code += ["  br label %neuron", "", "neuron:"]
        code += ["  %j = phi i64 [ 0, %start ], [ %j.next, %neuron ]", *self.lines.text]
        code += ["  %j.next = add nuw nsw i64 %j, 1", "  %again = icmp slt i64 %j.next, %count"]
        code += ["  br i1 %again, label %neuron, label %done", "", "done:", "  ret void", "}", ""]
        code += [PREFETCH, "", *summing(self.kind, self.width)] if self.width else []
        code += ["define void @run(ptr %table, i64 %steps, i64 %first, i64 %last) nounwind {", "start:"]
        for i, (what, name) in enumerate(self.arguments):
            whole = f"%{what}_{name}"
            code += [f"  {whole}.entry = getelementptr i64, ptr %table, i64 {2 * i}"]
            code += [f"  {whole}.all = load ptr, ptr {whole}.entry"]
            if (what, name) in self.streams:
                code += [f"  {whole}.next = getelementptr i64, ptr %table, i64 {2 * i + 1}"]
                code += [f"  {whole}.stride = load i64, ptr {whole}.next"]
        if self.width:
            written = [row for row in self.rows if row.startswith("trace_" if self.bits else ("out_", "trace_"))]
            code += driver(self.kind, self.width, self.cut, handed, written, self.bits)
            return Kernel("\n".join(code) + "\n", tuple(self.arguments))
        code += ["  br label %block", "", "block:"]
        code += ["  %begin = phi i64 [ %first, %start ], [ %end, %after ]", "  %more = icmp slt i64 %begin, %last"]
        code += ["  br i1 %more, label %take, label %done", "", "take:", "  %left = sub i64 %last, %begin"]
        code += [f"  %whole = icmp sgt i64 %left, {BLOCK[self.kind]}"]
        code += [f"  %count = select i1 %whole, i64 {BLOCK[self.kind]}, i64 %left"]
        code += ["  br label %time", "", "time:", "  %i = phi i64 [ 0, %take ], [ %i.next, %step ]"]
        code += ["  %i.next = add i64 %i, 1", "  %goes = icmp slt i64 %i, %steps"]
        code += ["  br i1 %goes, label %step, label %after", "", "step:"]
        code += [f"  %t = {'sub i64 %steps, %i.next' if backwards else 'add i64 %i, 0'}", "  %t.next = add i64 %t, 1"]
        code += [*(f"  {line}" for line in self.cut), f"  call void @neurons({handed}, i64 %count)"]
        code += ["  br label %time", "", "after:", f"  %end = add i64 %begin, {BLOCK[self.kind]}", "  br label %block"]
        code += ["", "done:", "  ret void", "}"]
        return Kernel("\n".join(code) + "\n", tuple(self.arguments))

    def _row(self, what: str, name: str, at: str, row: str) -> str:
        """The row of step `at` as an argument of the function over neurons, by its name there."""
        row, whole = row or f"{what}_{name}", f"%{what}_{name}"
        if local := {"input": "total" if self.width else "", "out": "fired" if self.bits else ""}.get(what):
            self.rows[row] = "ptr"
            self.cut.append(f"%{row} = getelementptr {self.real}, ptr %{local}, i64 0")
            return row
        self._argument(what, name)
        self.rows[row] = "ptr"
        if at:
            self.streams.add((what, name))
            self.cut += [f"%{row}.row = mul i64 %{at}, {whole}.stride", f"%{row}.from = add i64 %{row}.row, %begin"]
        place = f"%{row}.from" if at else "%begin"
        self.cut.append(f"%{row} = getelementptr {self.real}, ptr {whole}.all, i64 {place}")
        return row

    def _argument(self, what: str, name: str) -> None:
        if (what, name) not in self.arguments:
            self.arguments.append((what, name))


def _power(base: Value, exponent: float | None, shown: Value) -> Value:
    """Small whole powers as products, in the order torch multiplies up to the cube; any other by libm."""
    if exponent is None or not (exponent == 0.5 or (exponent == int(exponent) and -8 <= exponent <= 8)):
        return base.lines.call("llvm.pow", base, shown)
    if exponent == 0.5:
        return base.lines.call("llvm.sqrt", base)
    if exponent == 0:
        return base.lines.number(1.0)
    product = _product(base, abs(int(exponent)))
    return product if exponent > 0 else 1.0 / product


def _product(base: Value, times: int) -> Value:
    if times <= 3:
        return base if times == 1 else _product(base, times - 1) * base
    half = _product(base, times // 2)
    return half * half * base if times % 2 else half * half


def _harmless(text: str) -> list[str]:
    """The text for a reader of the file: without comments, and with no character that could end a line."""
    lines = (line.partition("#")[0] for line in text.splitlines())
    kept = ("".join(c for c in line if c.isascii() and c.isprintable()).strip() for line in lines)
    return [line for line in kept if line]
