"""Look into any torch network while it runs: what enters and leaves its modules, their states and gradients."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import torch
from torch import Tensor, nn

from workbench.engine.errors import WiringError
from workbench.engine.graph_network import Network
from workbench.engine.neurons.base import Neuron

__all__ = ["Probe", "Seen"]


@dataclass
class Seen:
    """One call of a module. What was not asked for, or has no gradient, is None (states: empty)."""

    input: Any = None
    output: Tensor | None = None
    states: Mapping[str, Tensor] = field(default_factory=dict)
    input_gradient: Tensor | None = None
    output_gradient: Tensor | None = None


class Probe:
    """Records the calls of modules by their name in the network, while the `with` block lasts.

    `modules` says which: names as in `net.named_modules()`, nodes of a Network, or classes; None takes every neuron.
    `states` adds those of neurons over time (T, B, *F), which runs each neuron once more; `gradients` is filled when a
    loss is propagated back, also after the block. `keep` is applied to every tensor, for instance to take a mean; it
    detaches by default. Calls of `step` and `run`, and so a node in a loop of a Network or one that is being recorded,
    are not seen: there use `record`. Raises WiringError.

    >>> from workbench.engine.neurons.leaky import Leaky
    >>> net = nn.Sequential(nn.Linear(3, 2), Leaky(0.9))
    >>> with Probe(net, states=True) as probe:
    ...     spk, state = net(torch.rand(5, 1, 3))
    >>> probe.names, probe["1"][0].output.shape, probe["1"][0].states["mem"].shape
    (('1',), torch.Size([5, 1, 2]), torch.Size([5, 1, 2]))
    """

    def __init__(
        self,
        net: nn.Module,
        modules: str | type[nn.Module] | Sequence[str | type[nn.Module]] | None = None,
        *,
        states: bool = False,
        gradients: bool = False,
        keep: Callable[[Tensor], Tensor] = Tensor.detach,
    ) -> None:
        if not isinstance(net, nn.Module):
            raise WiringError(f"Probe: the first argument must be a network, a torch module, got {str(net)[:40]}")
        named = net.nodes if isinstance(net, Network) else dict(net.named_modules())
        known = {name: module for name, module in named.items() if name}
        wanted = (Neuron,) if modules is None else modules
        wanted = wanted if isinstance(wanted, Sequence) and not isinstance(wanted, str) else (wanted,)
        kinds = tuple(one for one in wanted if isinstance(one, type))
        names = [one for one in wanted if not isinstance(one, type)]
        if unknown := [name for name in names if name not in known]:
            there = ", ".join(map(repr, known))
            raise WiringError(f"Probe: there is no module {unknown[0]!r:.40}; there are {there}"[:190])
        self._modules = {name: module for name, module in known.items() if name in names or isinstance(module, kinds)}
        if not self._modules:
            raise WiringError("Probe: the network has no module of that kind; name those to look into")
        self._states, self._gradients, self._keep = states, gradients, keep
        self._hooks: list[Any] = []
        self.paused = False
        self.clear()

    @property
    def names(self) -> tuple[str, ...]:
        """The modules that are looked into."""
        return tuple(self._modules)

    def __getitem__(self, name: str) -> tuple[Seen, ...]:
        """Every call of one module so far, in their order. Raises WiringError for one that is not looked into."""
        if name not in self._seen:
            raise WiringError(f"Probe: does not look into {str(name)[:40]}, but into {', '.join(self._seen)}"[:190])
        return tuple(self._seen[name])

    def clear(self) -> None:
        """Forget what was seen."""
        self._seen: dict[str, list[Seen]] = {name: [] for name in self._modules}

    def __enter__(self) -> Self:
        for name, module in self._modules.items():
            begun: list[tuple[Seen, Any]] = []
            self._hooks += [
                module.register_forward_pre_hook(self._before(name, begun), with_kwargs=True),
                module.register_forward_hook(self._after(name, begun), with_kwargs=True),
            ]
        return self

    def __exit__(self, *error: object) -> None:
        for hook in self._hooks:
            hook.remove()
        self._hooks = []

    def _before(self, name: str, begun: list[tuple[Seen, Any]]) -> Callable:
        def hook(module: nn.Module, args: tuple, kwargs: dict[str, Any]) -> tuple[tuple, dict[str, Any]] | None:
            if self.paused or module is not self._modules[name]:  # copies of a network take its hooks along
                return None
            x, seen = args[0] if args else None, Seen()
            seen.input = self._keep(x) if isinstance(x, Tensor) else x
            begun.append((seen, _rewound(kwargs.get("generator"))))
            if not (self._gradients and isinstance(x, Tensor) and x.requires_grad):
                return None
            alias = x.view_as(x)  # its gradient is what comes through this module alone
            alias.register_hook(lambda grad: setattr(seen, "input_gradient", self._keep(grad)))
            return (alias, *args[1:]), kwargs

        return hook

    def _after(self, name: str, begun: list[tuple[Seen, Any]]) -> Callable:
        def hook(module: nn.Module, args: tuple, kwargs: dict[str, Any], result: Any) -> None:
            if not begun or module is not self._modules[name]:
                return
            seen, draws = begun.pop()
            begun.clear()  # calls that failed
            out = result[0] if isinstance(result, tuple) else result
            if isinstance(out, Tensor):
                seen.output = self._keep(out)
                if self._gradients and out.requires_grad:
                    out.register_hook(lambda grad: setattr(seen, "output_gradient", self._keep(grad)))
            if self._states and isinstance(module, Neuron):
                again = kwargs | ({"generator": draws} if draws is not None else {})
                with torch.no_grad():
                    _, traces = module.trace(*args, **again)
                seen.states = {key: self._keep(value) for key, value in traces.items()}
            self._seen[name].append(seen)

        return hook


def _rewound(generator: Any) -> Any:
    """A generator, or one for each sample, that will draw again what this one is about to draw."""
    if generator is None:
        return None
    if not isinstance(generator, torch.Generator):
        return [_rewound(own) for own in generator]
    twin = torch.Generator(generator.device)
    twin.set_state(generator.get_state())
    return twin
