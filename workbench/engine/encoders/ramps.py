"""Spikes as levels: what a membrane or a spike should be at each step, with a ramp up to each spike if wanted."""

import torch
from torch import Tensor

from workbench.engine.errors import KnobError


def levels(spikes: Tensor, on_target: float = 1.0, off_target: float = 0.0, interpolate: bool = False) -> Tensor:
    """Spikes as levels, such as the membrane that a neuron is to have.

    Equation:
        level = on_target where spikes are not 0, off_target elsewhere
    With `interpolate` a line rises from `off_target`, one step after the last spike (or at the start), to `on_target`
    at the next one; after the last spike there is none.

    Shapes:   spikes (T, *F) give levels alike.
    Units:    on_target and off_target in any unit, that of the levels.
    Gradient: none passes.
    Raises:   KnobError where the line would fall.
    Source:   snnTorch 1.0.0, `spikegen.rate_interpolate` and `latency_interpolate`.

    >>> levels(torch.tensor([1.0, 0.0, 0.0, 1.0, 0.0]), 2, 1, interpolate=True).tolist()
    [2.0, 1.0, 1.5, 2.0, 1.0]
    """
    on, off = spikes.new_tensor(on_target), spikes.new_tensor(off_target)
    fired = spikes != 0
    if not interpolate or not len(spikes):
        return torch.where(fired, on, off)
    if on_target < off_target:
        raise KnobError(f"interpolate: on_target must not lie below off_target, got {on_target} and {off_target}")
    steps = torch.arange(len(spikes), device=spikes.device).view(-1, *[1] * (spikes.ndim - 1)).expand(spikes.shape)
    last = torch.where(fired, steps, -1).cummax(0).values
    before = torch.cat((torch.full_like(last[:1], -1), last[:-1]))  # the last spike of an earlier step
    never = len(spikes)
    ahead = torch.where(fired, steps, never).flip(0).cummin(0).values.flip(0)
    run, done = ahead - before - 1, steps - before - 1
    risen = done.to(spikes.dtype) / run.clamp(min=1).to(spikes.dtype)
    return torch.where(fired, on, torch.where(ahead == never, off, off + (on - off) * risen))
