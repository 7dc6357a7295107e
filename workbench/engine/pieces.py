"""A long run in pieces of time: truncated back-propagation, and gradients in the memory of one piece and its borders.

    truncate=k      the gradient goes back at most to the start of its own piece of k steps: the state crosses a border
                    as a number (Williams & Peng 1990, doi:10.1162/neco.1990.2.4.490). Forward, nothing changes.
    checkpoint=k    the gradient is the whole one, but of a piece only the state at its start is kept; the rest is
                    computed again on the way back. Memory is that of one piece and of T/k states, so k = √T costs
                    O(√T), for one more forward run (Chen et al. 2016, arXiv:1604.06174).

Both may be asked for together. Random draws of a piece are the same when it is computed again, and what a layer
gathers as it runs, such as the statistics of a normalisation, is gathered once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils.checkpoint import checkpoint as recompute

from workbench.engine.encoders import Generators
from workbench.engine.errors import KnobError, WiringError

State = Any
"""Tensors, or mappings of names to states: what a neuron or a network hands on."""


def in_pieces(
    where: str,
    run: Callable[[Any, State], tuple[Any, State]],
    x: Any,
    state: State,
    truncate: int | None,
    checkpoint: int | None,
    generators: Generators | Mapping[str, Generators] | None = None,
    layers: nn.Module | None = None,
) -> tuple[Any, State]:
    """`run(x, state) -> (outputs over time, state)` over pieces of x (T, …), a tensor or {name: tensor}, joined again.

    `generators` are those that `run` draws from, `layers` what it runs. Raises KnobError, beginning with `where`, for
    pieces of no steps.
    """
    steps = min((_steps(where, name, k) for name, k in _asked(truncate, checkpoint)), default=0)
    length = len(x) if isinstance(x, Tensor) else len(next(iter(x.values())))
    if not steps or length <= 1:
        return run(x, state)
    if truncate and checkpoint and max(truncate, checkpoint) % steps:
        raise KnobError(
            f"{where}: of truncate={truncate} and checkpoint={checkpoint}, one must be a multiple of the other"
        )
    outputs = []
    for start in range(0, length, steps):
        if truncate and start % truncate == 0:
            state = _map(Tensor.detach, state)
        piece = _map(lambda v, start=start: v[start : start + steps], x)
        if checkpoint and torch.is_grad_enabled():
            out, state = recompute(_Again(run, generators, layers), piece, state, use_reentrant=False)
        else:
            out, state = run(piece, state)
        outputs.append(out)
    return _joined(outputs), state


def may_be_cut(where: str, layers: Iterable[tuple[str, nn.Module]]) -> None:
    """Refuse, by WiringError, a layer that must see all steps at once."""
    for name, layer in layers:
        if getattr(layer, "whole_run", False) or any(map(_over_time, layer.modules())):
            kind = type(layer).__name__
            raise WiringError(f"{where}: {name} ({kind}) must see all steps at once; run it first, then cut the rest")


def _over_time(module: nn.Module) -> bool:
    """Whether it is torch's own normalisation over a batch, which has time folded into it, and still learns."""
    return isinstance(module, _BatchNorm) and (module.training or module.running_mean is None)


class _Again:
    """A run that draws the same random numbers at every call, and leaves generators and buffers as the first did."""

    def __init__(
        self, run: Callable[[Any, State], tuple[Any, State]], generators: Any, layers: nn.Module | None
    ) -> None:
        self.run, self.generators, self.layers = run, _all(generators), layers
        self.begun: list[Tensor] | None = None

    def __call__(self, piece: Any, state: State) -> tuple[Any, State]:
        if self.begun is None:
            self.begun = [g.get_state() for g in self.generators]
            return self.run(piece, state)
        after = [g.get_state() for g in self.generators]
        buffers = [] if self.layers is None else [(b, b._version, b.clone()) for b in self.layers.buffers()]
        for g, begun in zip(self.generators, self.begun, strict=True):
            g.set_state(begun)
        try:
            return self.run(piece, state)
        finally:  # torch may break off as soon as it has what it needs
            for buffer, version, value in buffers:
                if buffer._version != version:
                    buffer.data.copy_(value)
            for g, ended in zip(self.generators, after, strict=True):
                g.set_state(ended)


def _asked(truncate: int | None, checkpoint: int | None) -> list[tuple[str, int]]:
    return [(name, k) for name, k in (("truncate", truncate), ("checkpoint", checkpoint)) if k is not None]


def _steps(where: str, name: str, k: int) -> int:
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise KnobError(f"{where}: {name} must be a whole number of steps from 1, got {str(k)[:40]}")
    return k


def _all(generators: Any) -> list[torch.Generator]:
    """Every generator once, in whatever way they were given."""
    if generators is None:
        return []
    if isinstance(generators, torch.Generator):
        return [generators]
    several: Sequence[Any] = list(generators.values()) if isinstance(generators, Mapping) else generators
    return list({id(g): g for inner in several for g in _all(inner)}.values())


def _map(function: Callable[[Tensor], Tensor], value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _map(function, inner) for name, inner in value.items()}
    return None if value is None else function(value)


def _joined(pieces: list[Any]) -> Any:
    """Outputs of all pieces, one after the other: tensors, or (nested) mappings and tuples of them."""
    first = pieces[0]
    if isinstance(first, Mapping):
        return {name: _joined([piece[name] for piece in pieces]) for name in first}
    if isinstance(first, tuple):
        return tuple(_joined([piece[i] for piece in pieces]) for i in range(len(first)))
    return torch.cat(pieces)
