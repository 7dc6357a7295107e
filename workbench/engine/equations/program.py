"""A declaration: the text of one step, the names it may read, and every face derived from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from workbench.engine.equations.counts import operations
from workbench.engine.equations.eager import Run, Step, compile_run, compile_step
from workbench.engine.equations.graph import EXACT, EXACT_POWERS, Graph
from workbench.engine.equations.hoist import Split, split
from workbench.engine.equations.latex import as_latex
from workbench.engine.equations.parser import EquationError, Statement, parse

if TYPE_CHECKING:
    from workbench.engine.equations.fused import Fused


@dataclass(frozen=True)
class Program:
    """One step, parsed. `states`, `inputs`, `params` and `outputs` fix the order in which values enter and leave.

    A state that the text assigns has its new node in `updates`; one that it never assigns keeps its old node there.
    """

    text: str
    params: tuple[str, ...]
    states: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    graph: Graph
    statements: tuple[Statement, ...]
    updates: tuple[int, ...]
    results: tuple[int, ...]
    functions: tuple[str, ...] = ()

    @cached_property
    def step(self) -> Step:
        """One step in plain torch, line by line as written: the readable reference."""
        return compile_step(self)

    @cached_property
    def run(self) -> Run:
        """Many steps in torch, the same numbers with everything that can leave the loop over time taken out of it."""
        return compile_run(self)

    def fused(self, slope: str, numbers: tuple[str, ...]) -> "Fused":
        """The kernels of this program with the surrogate whose derivative is the text `slope` in u and `numbers`."""
        from workbench.engine.equations.fused import Fused

        if (slope, numbers) not in self._fused:
            self._fused.setdefault((slope, numbers), Fused(self, slope, numbers))
        return self._fused[slope, numbers]

    @cached_property
    def _fused(self) -> "dict[tuple[str, tuple[str, ...]], Fused]":
        return {}

    @cached_property
    def exact(self) -> bool:
        """Whether a step, past its parameters, is made of operations that every IEEE machine rounds alike."""
        split = self.split
        nodes = split.graph.reach([*split.updates, *split.results])
        return all(
            split.graph.op(n) in EXACT
            or (split.graph.op(n) == "pow" and split.graph.number(split.graph.args(n)[1]) in EXACT_POWERS)
            for n in nodes
            if split.graph.args(n)
        )

    @cached_property
    def fires(self) -> bool:
        """Whether its one output is 0 or 1."""
        return len(self.outputs) == 1 and self.split.graph.op(self.split.results[0]) == "spike"

    @cached_property
    def split(self) -> Split:
        """The step without what depends on parameters alone."""
        return split(self.graph, self.updates, self.results)

    @cached_property
    def operations(self) -> Mapping[str, int]:
        """Operations of one neuron in one step by kind, and the words it reads and writes."""
        return operations(self)

    def latex(self, symbols: Mapping[str, str]) -> str:
        """The text as aligned LaTeX, one line a statement, in written order; `symbols` maps names to LaTeX."""
        return as_latex(self, symbols)


@lru_cache(maxsize=256)
def declare(
    text: str,
    params: tuple[str, ...],
    states: tuple[str, ...],
    inputs: tuple[str, ...] = ("x",),
    outputs: tuple[str, ...] = ("spk",),
    functions: tuple[str, ...] = (),
) -> Program:
    """Parse `text` into a Program; equal declarations share one. Raises EquationError.

    `functions` are functions of one value that the text may call and that are handed to `step` when it runs. They may
    look at a whole layer (B, *F), so a program that has some runs in torch only, step by step.
    """
    graph = Graph()
    leaves = {name: graph.leaf("state", name) for name in states}
    leaves |= {f"{name}_prev": node for name, node in leaves.items()}
    fixed = {name: graph.leaf("input", name) for name in inputs}
    fixed |= {name: graph.leaf("param", name) for name in params}
    statements = parse(text, graph, leaves | fixed, frozenset(fixed), functions)
    last = leaves | {s.name: s.node for s in statements}
    for name in outputs:
        if name not in last:
            raise EquationError(f"the text never says what {name} is; add a line `{name} = …`")
    for name in inputs:
        if fixed[name] not in graph.reach(s.node for s in statements):
            raise EquationError(f"the text never reads its input {name}")
    return Program(
        text,
        params,
        states,
        inputs,
        outputs,
        graph,
        tuple(statements),
        tuple(last[name] for name in states),
        tuple(last[name] for name in outputs),
        functions,
    )
