"""In which order the nodes of a graph can run: loops as groups, groups after what they need."""

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

from workbench.engine.errors import WiringError

Edge = tuple[str, str]
T = TypeVar("T", bound=Hashable)


def in_order(nodes: Sequence[str], edges: Iterable[Edge], instant: Iterable[Edge]) -> list[tuple[str, ...]]:
    """Groups of nodes, each after all it reads: a node by itself, or all nodes of one loop in order of one step.

    `edges` are all wires, `instant` those without delay. Where the wires leave a choice, the order of `nodes` decides.
    Raises WiringError for a loop of instant wires, naming it.
    """
    edges, instant = list(edges), list(instant)
    forward, backward = _reach(nodes, edges), _reach(nodes, [(b, a) for a, b in edges])
    group = {n: tuple(m for m in nodes if m == n or m in forward[n] & backward[n]) for n in nodes}
    outer = [(group[a], group[b]) for a, b in edges if group[a] != group[b]]
    result = []
    for members in _sorted(list(dict.fromkeys(group.values())), outer) or []:
        inner = [(a, b) for a, b in instant if a in members and b in members]
        order = _sorted(members, inner)
        if order is None:
            circle = " → ".join(_circle(inner))
            raise WiringError(f"Network: {circle} is a loop without delay; give one of its wires a delay of 1")
        result.append(tuple(order))
    return result


def _reach(nodes: Iterable[str], edges: Iterable[Edge]) -> dict[str, set[str]]:
    """For every node, all that can be reached from it along edges."""
    next_of: dict[str, list[str]] = {n: [] for n in nodes}
    for a, b in edges:
        next_of[a].append(b)
    found = {}
    for n in next_of:
        seen, todo = set[str](), list(next_of[n])
        while todo:
            if (m := todo.pop()) not in seen:
                seen.add(m)
                todo += next_of[m]
        found[n] = seen
    return found


def _sorted(nodes: Sequence[T], edges: Iterable[tuple[T, T]]) -> list[T] | None:
    """`nodes` so that every edge points forward; None where that cannot be."""
    before: dict[T, set[T]] = {n: set() for n in nodes}
    for a, b in edges:
        before[b].add(a)
    done: dict[T, None] = {}
    while len(done) < len(before):
        ready = next((n for n in nodes if n not in done and before[n] <= done.keys()), None)
        if ready is None:
            return None
        done[ready] = None
    return list(done)


def _circle(edges: Sequence[Edge]) -> list[str]:
    """The names along one loop of `edges`, which hold at least one, first and last the same."""
    reach = _reach({n for e in edges for n in e}, edges)
    path = [next(a for a, _ in edges if a in reach[a])]
    while path[0] not in path[1:]:
        path.append(next(b for a, b in edges if a == path[-1] and path[0] in {b} | reach[b] and b not in path[1:]))
    return path
