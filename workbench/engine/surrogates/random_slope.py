"""The surrogate whose slope is drawn at random, from a generator of its own."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from workbench.engine.surrogates.step import Surrogate, read_numbers


@dataclass(frozen=True)
class _Random(Surrogate):
    """1 where the neuron fires, else (r + mean)·variance with r uniform in [-½, ½), drawn anew at every call."""

    generator: torch.Generator = field(default_factory=torch.Generator, compare=False, repr=False)

    def derivative(self, u: Tensor) -> Tensor:
        """A fresh draw of the slope at u; draws follow one another in the order of calls."""
        numbers = dict(self.params)
        drawn = torch.rand(u.shape, generator=self.generator, dtype=u.dtype).to(u.device)
        return torch.where(u > 0, 1.0, (drawn - 0.5 + numbers["mean"]) * numbers["variance"])

    def __reduce__(self) -> tuple:
        # torch's generators cannot be copied; the copy begins where this one stands.
        return _continued, (self.params, self.generator.get_state())


def SSO(mean: float = 0, variance: float = 0.2, seed: int = 0) -> Surrogate:
    """Stochastic spike operator: slope 1 where the neuron fires, else (r + mean)·variance, r uniform in [-½, ½).

    The draws belong to this surrogate and begin with `seed`; equal runs give equal gradients.
    """
    params = read_numbers(mean=mean, variance=variance, seed=seed)
    return _Random("SSO", None, params, torch.Generator().manual_seed(int(seed)))


def _continued(params: tuple[tuple[str, float], ...], state: Tensor) -> Surrogate:
    generator = torch.Generator()
    generator.set_state(state)
    return _Random("SSO", None, params, generator)
