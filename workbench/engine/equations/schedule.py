"""When each node of a step is computed, if many steps are taken: whatever need not be in the loop over time leaves it.

    once    parameters only: before everything
    ahead   the input, no state: for all steps at once, before the loop
    loop    what new states need: step by step
    after   all the rest: for all steps at once, on the stacked states

Nothing is reordered within an expression, so every schedule gives the same bits.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from workbench.engine.equations.graph import LEAVES, Graph


@dataclass(frozen=True)
class Schedule:
    """Nodes by time of computation, each in order of evaluation, and what crosses from one time to another.

    streams: inputs and `ahead` nodes that the loop reads one row of at a step.
    shadow:  `loop` nodes that feed nothing but `detach`: they are computed on detached values, unseen by autograd.
    lent:    what shadow nodes read that is not a shadow itself, so that a detached copy is needed.
    kept:    `loop` nodes (no new states) that must be stacked for `after` or for the results.
    old:     states whose previous values `after` or the results read.
    """

    once: tuple[int, ...]
    ahead: tuple[int, ...]
    loop: tuple[int, ...]
    after: tuple[int, ...]
    streams: tuple[int, ...]
    shadow: frozenset[int]
    lent: frozenset[int]
    kept: tuple[int, ...]
    old: frozenset[int]


def plan_run(graph: Graph, updates: tuple[int, ...], results: tuple[int, ...]) -> Schedule:
    """Plan the run of a step whose new states are `updates` and whose outputs are `results`."""
    nodes = graph.reach([*updates, *results])
    kinds: dict[int, frozenset[str]] = {}  # the kinds of leaf that a node depends on
    for n in nodes:
        below = frozenset().union(*(kinds[a] for a in graph.args(n)))
        kinds[n] = frozenset({graph.op(n)}) if graph.op(n) in LEAVES else below
    inner = [n for n in nodes if graph.op(n) not in LEAVES]
    recurrent = set(graph.reach(updates))
    once = [n for n in inner if kinds[n] <= {"const", "param"}]
    ahead = [n for n in inner if "input" in kinds[n] and "state" not in kinds[n]]
    loop = [n for n in inner if "state" in kinds[n] and n in recurrent]
    after = [n for n in inner if "state" in kinds[n] and n not in recurrent]
    late = {a for n in after for a in graph.args(n)} | set(results)
    shadow = _shadow(graph, loop, late | set(updates))
    return Schedule(
        once=tuple(once),
        ahead=tuple(ahead),
        loop=tuple(loop),
        after=tuple(after),
        streams=tuple(
            sorted(
                n
                for n in {a for m in loop for a in graph.args(m)} | set(updates)
                if graph.op(n) == "input" or n in set(ahead)
            )
        ),
        shadow=shadow,
        lent=frozenset(a for n in shadow for a in graph.args(n) if a not in shadow and graph.op(a) != "const"),
        kept=tuple(n for n in loop if n in late and n not in updates),
        old=frozenset(n for n in late if graph.op(n) == "state"),
    )


def _shadow(graph: Graph, loop: list[int], wanted: Iterable[int]) -> frozenset[int]:
    """Loop nodes all of whose users are `detach` or shadows themselves; `wanted` nodes are used with their gradient."""
    seen: set[int] = set(wanted)  # nodes whose gradient somebody wants
    for n in reversed(loop):
        if n in seen and graph.op(n) != "detach":
            seen.update(graph.args(n))
    return frozenset(n for n in loop if n not in seen)
