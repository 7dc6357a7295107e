"""What one may do with a state between two calls: cut it from its past, split a batch over replicas, join them again.

A state is plain data: {name: (B, *F)} of a neuron, {layer: such a mapping} of a network. Its batch is the first axis;
only a Network's delay lines, under "wires", are (delay, B, *F). Inputs and outputs (T, B, …) have it second.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import torch
from torch import Tensor

from workbench.engine.errors import ShapeError

__all__ = ["detached", "joined", "split"]

State = TypeVar("State", bound=Mapping[str, Any])
BATCH = 1  # the axis of the batch in x and in what comes out
WIRES = "wires"


def detached(state: State) -> State:
    """The same state without its past: the next backward pass ends here (truncated back-propagation through time)."""
    return _each(state, lambda value, axis: value.detach())


def split(x: Tensor, state: State | None, pieces: int) -> list[tuple[Tensor, State | None]]:
    """(x, state) for each of `pieces` replicas, x (T, B, …) cut along the batch as evenly as it goes.

    Fewer pieces where the batch is smaller than their number. Raises ShapeError.
    """
    if pieces < 1:
        raise ShapeError(f"split: a batch is cut into 1 or more pieces, got {pieces}")
    sizes = [len(rows) for rows in torch.arange(x.shape[BATCH]).tensor_split(min(pieces, max(x.shape[BATCH], 1)))]
    cuts = x.split(sizes, BATCH)
    if state is None:
        return [(cut, None) for cut in cuts]
    begins = [sum(sizes[:i]) for i in range(len(sizes))]
    return [
        (cut, _each(state, lambda value, axis, b=begin, n=size: value.narrow(axis, b, n)))
        for cut, begin, size in zip(cuts, begins, sizes, strict=True)
    ]


def joined(results: Sequence[tuple[Tensor, State]]) -> tuple[Tensor, State]:
    """(output, state) of the whole batch from those of its pieces, in their order. Raises ShapeError for none."""
    if not results:
        raise ShapeError("joined: there must be one (output, state) or more")
    outputs, states = zip(*results, strict=True)
    return torch.cat(outputs, BATCH), _together(states, 0)


def _each(state: Any, change: Any, axis: int = 0) -> Any:
    """`change(value, axis of its batch)` of every tensor in a state, as a state."""
    if isinstance(state, Tensor):
        return change(state, axis)
    return {name: _each(inner, change, _axis(name, inner, axis)) for name, inner in state.items()}


def _together(states: Sequence[Any], axis: int) -> Any:
    if isinstance(states[0], Tensor):
        return torch.cat(list(states), axis)
    return {
        name: _together([state[name] for state in states], _axis(name, inner, axis))
        for name, inner in states[0].items()
    }


def _axis(name: str, inner: Any, axis: int) -> int:
    return 1 if name == WIRES and isinstance(inner, Mapping) else axis
