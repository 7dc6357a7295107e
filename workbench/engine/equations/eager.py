"""The torch face of a program: Python source written from the graph (never from a user's text), then compiled.

Two functions come out of one graph. `step` follows the text line by line and is the reference to read. `run` takes many
steps by the schedule of schedule.py, because a torch call costs microseconds however small its tensors are. Both give
the same bits.

Names in the source: v7 is node 7, d7 the same without gradient, k7 a number as tensor, i7 the row of a stream at this
step, s0 the first state, trace0 its values over time.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from workbench.engine.equations.graph import Graph
from workbench.engine.equations.schedule import Schedule, plan_run

if TYPE_CHECKING:
    from workbench.engine.equations.program import Program

Fire = Callable[[Tensor], Tensor]
Tensors = list[Tensor]
Step = Callable[..., tuple[Tensors, Tensors]]
Run = Callable[[Tensors, Tensors, Tensors, Fire, Fire], tuple[Tensors, Tensors, Tensors]]

_TORCH: dict[str, str] = {
    "add": "{} + {}",
    "sub": "{} - {}",
    "mul": "{} * {}",
    "div": "{} / {}",
    "neg": "-{}",
    "pow": "{} ** {}",
    "gt": "{} > {}",
    "ge": "{} >= {}",
    "lt": "{} < {}",
    "le": "{} <= {}",
    "min": "torch.minimum({}, {})",
    "max": "torch.maximum({}, {})",
    "clip": "torch.clamp({}, {}, {})",
    "spike": "spike({})",
    "detach": "{}.detach()",
}
_TENSORS_ONLY = ("min", "max", "where")  # given a number, torch would choose its kind by itself, or refuse


def compile_step(program: "Program") -> Step:
    """`step(inputs, states, params, spike, fire, own) -> (outputs, new states)`: lists in the program's order, (B, *F).

    `spike` is the step function with surrogate gradient, `fire` the same where no gradient is wanted; `own` {name:
    function}, which may be left out, holds the program's own functions.
    """
    w = _Writer(program.graph, "def step(inputs, states, params, spike, fire, own=None):", program.functions)
    nodes = program.graph.reach([*program.updates, *program.results])
    w.line("row = inputs[0]")
    w.bind("input", program.inputs, "inputs[{}]")
    w.bind("state", program.states, "states[{}]")
    w.bind("param", program.params, "params[{}]")
    w.numbers(nodes)
    for n in nodes:
        w.emit(n)
    w.line(f"return [{w.full(program.results, 'row')}], [{w.full(program.updates, 'row')}]")
    return w.compile("step")


def compile_run(program: "Program") -> Run:
    """`run(inputs, states, params, spike, fire) -> (outputs, traces, last states)`: inputs (T, B, *F) with T ≥ 1."""
    graph, plan = program.graph, plan_run(program.graph, program.updates, program.results)
    w = _Writer(graph, "def run(inputs, states, params, spike, fire):")
    w.line("whole, row = inputs[0], inputs[0][0]")
    w.bind("input", program.inputs, "inputs[{}]")
    w.bind("param", program.params, "params[{}]")
    w.numbers(graph.reach([*program.updates, *program.results]))
    for n in (*plan.once, *plan.ahead):
        w.emit(n)
    for n in sorted(plan.lent):
        if graph.op(n) == "param" or n in plan.once:
            w.detach(n)
    all_steps = dict(w.names)

    count = range(len(program.states))
    for i in count:
        w.line(f"s{i}, trace{i} = states[{i}], []")
    for n in plan.kept:
        w.line(f"kept{n} = []")
    if program.states:  # without a state nothing hangs on the step before, and there is no loop
        _write_loop(w, program, plan)

    w.names, w.bare = all_steps, {}
    for i in count:
        w.line(f"trace{i} = torch.stack(trace{i})")
        if program.updates[i] in plan.loop:
            w.names[program.updates[i]] = f"trace{i}"
        if (old := graph.leaf("state", program.states[i])) in plan.old:
            w.line(f"old{i} = torch.cat((states[{i}].unsqueeze(0), trace{i}[:-1]))")
            w.names[old] = f"old{i}"
    for n in plan.kept:
        w.line(f"kept{n} = torch.stack(kept{n})")
        w.names[n] = f"kept{n}"
    for n in plan.after:
        w.emit(n)
    traces, last = ", ".join(f"trace{i}" for i in count), ", ".join(f"s{i}" for i in count)
    w.line(f"return [{w.full(program.results, 'whole')}], [{traces}], [{last}]")
    return w.compile("run")


def _write_loop(w: "_Writer", program: "Program", plan: Schedule) -> None:
    """The loop over time: what new states need, step by step."""
    graph, count = program.graph, range(len(program.states))
    streams = [w.names[n] for n in plan.streams]
    w.line(f"for {''.join(f'i{n}, ' for n in plan.streams) or '_, '}in zip({', '.join(streams) or 'whole'}):")
    w.indent += 1
    w.bind("state", program.states, "s{}")
    w.names |= {n: f"i{n}" for n in plan.streams}
    for n in sorted(plan.lent):
        if graph.op(n) == "state" or n in plan.streams:
            w.detach(n)
    for n in plan.loop:
        w.emit(n, shadow=n in plan.shadow)
        if n in plan.lent:
            w.detach(n)
    for n in plan.kept:
        w.line(f"kept{n}.append({w.names[n]})")
    w.line(f"{', '.join(f's{i}' for i in count)} = {w.full(program.updates, 'row')}")
    for i in count:
        w.line(f"trace{i}.append(s{i})")
    w.indent -= 1


def compile_values(graph: Graph, params: Sequence[str], nodes: Sequence[int]) -> Callable[..., list]:
    """`values(params, spike) -> list` of nodes over parameters alone; what depends on none comes as a number."""
    w = _Writer(graph, "def values(params, spike=None):")
    w.bind("param", params, "params[{}]")
    within = graph.reach(nodes)
    if params:
        w.line("row = params[0]")
        w.numbers(within)
    for n in within:
        w.emit(n)
    w.line(f"return [{', '.join(w.names.get(n) or repr(graph.number(n)) for n in nodes)}]")
    return w.compile("values")


class _Writer:
    """Lines of one function. `names` says how a node is called at this place, `bare` its copy without gradient."""

    def __init__(self, graph: Graph, head: str, own: Iterable[str] = ()) -> None:
        self.own = frozenset(own)
        self.graph, self.lines, self.indent = graph, [head], 1
        self.names: dict[int, str] = {}
        self.bare: dict[int, str] = {}

    def line(self, text: str) -> None:
        self.lines.append("    " * self.indent + text)

    def bind(self, kind: str, names: Iterable[str], form: str) -> None:
        """Give the leaves of one kind the form `inputs[0]`, `inputs[1]` …"""
        self.names |= {self.graph.leaf(kind, name): form.format(i) for i, name in enumerate(names)}

    def numbers(self, nodes: Iterable[int]) -> None:
        """Make tensors of the numbers that _TENSORS_ONLY operations among `nodes` read."""
        used = {a for n in nodes if self.graph.op(n) in _TENSORS_ONLY for a in self.graph.args(n)}
        for a in sorted(used):
            if (value := self.graph.number(a)) is not None:
                self.line(f"k{a} = row.new_tensor({value!r})")

    def detach(self, n: int) -> None:
        self.bare[n] = f"d{n}"
        self.line(f"d{n} = {self.names[n]}.detach()")

    def emit(self, n: int, shadow: bool = False) -> None:
        """Write node n, unless it is a leaf. A shadow reads and makes values without gradient."""
        op, args = self.graph.op(n), self.graph.args(n)
        if not args:
            return
        if op == "detach" and args[0] in self.bare:
            self.names[n] = self.bare[n] = self.bare[args[0]]
            return
        values = [self._operand(op, a, self.bare if shadow else self.names) for a in args]
        if op == "where":  # its condition is a comparison, hence never a number
            form = "torch.where({}, {}, {})"
        elif op in self.own:
            form = f"own[{op!r}]({{}})"
        else:
            form = "fire({})" if op == "spike" and shadow else _TORCH.get(op, f"torch.{op}({{}})")
        target = self.bare if shadow else self.names
        target[n] = f"{'d' if shadow else 'v'}{n}"
        self.line(f"{target[n]} = {form.format(*values)}")

    def full(self, nodes: Iterable[int], like: str) -> str:
        """The nodes as values of every neuron: what depends on parameters alone is spread over them."""
        return ", ".join(self._spread(n, like) for n in nodes)

    def compile(self, name: str) -> Callable:
        """The written function. Its source holds node numbers and numerals, no character of the user's text."""
        space: dict[str, object] = {"torch": torch}
        exec(compile("\n".join(self.lines), f"<{name} from an equation>", "exec"), space)
        return space[name]  # type: ignore[return-value]

    def _operand(self, op: str, a: int, names: dict[int, str]) -> str:
        value = self.graph.number(a)
        if value is None:
            return names[a]
        if op in _TENSORS_ONLY:
            return f"k{a}"
        return repr(value) if value >= 0 else f"({value!r})"

    def _spread(self, n: int, like: str) -> str:
        value = self.graph.number(n)
        if value is not None:
            return f"torch.full_like({like}, {value!r})"
        alone = all(
            self.graph.op(leaf) in ("param", "const") for leaf in self.graph.reach([n]) if not self.graph.args(leaf)
        )
        return f"{self.names[n]}.expand_as({like})" if alone else self.names[n]
