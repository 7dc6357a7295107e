"""A stack of modules, run over time: `Sequential`, the plain-Python way to write a network."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from workbench.engine.encoders import Generators
from workbench.engine.errors import ShapeError, WiringError
from workbench.engine.layers import States, check_features, check_layer, drive, sent_as, unsized
from workbench.engine.neurons.base import Neuron
from workbench.engine.pieces import in_pieces, may_be_cut
from workbench.engine.products.layer import joins
from workbench.engine.products.layer import layer as joined
from workbench.engine.products.linear import linear
from workbench.engine.products.spikes import Spikes
from workbench.engine.record import Record


class Sequential(nn.Sequential):
    """Modules one after the other over x (T, B, *F); neurons keep the time axis, other modules see (T·B, *F).

    Built, indexed, sliced and extended like torch's own, also by an OrderedDict of names. Nested nn.Sequential (and
    Sequential) are walked through: the second module of the first is called "0.1". States and records are named by
    these indices. Whatever cannot be run over time is refused by name (WiringError).

    >>> import torch
    >>> from workbench.engine.neurons.leaky import Leaky
    >>> net = Sequential(nn.Linear(784, 100), Leaky(0.9), nn.Linear(100, 10), Leaky(0.9))
    >>> out, state = net(torch.zeros(25, 8, 784))
    >>> out.shape, list(state), state["3"]["mem"].shape
    (torch.Size([25, 8, 10]), ['1', '3'], torch.Size([8, 10]))
    """

    def __init__(self, *modules: nn.Module | OrderedDict[str, nn.Module]) -> None:
        super().__init__()
        first, *more = modules or ((),)
        named = first.items() if isinstance(first, OrderedDict) and not more else enumerate(modules)
        for name, module in named:
            self.add_module(str(name), module)
        if not len(self):
            raise WiringError("Sequential needs at least one module")

    def add_module(self, name: str, module: Any) -> None:
        """As torch's own. Raises WiringError for what is not a module or cannot be run over time."""
        if not isinstance(module, nn.Module):
            raise WiringError(f"Sequential: part {name} is not a torch module but {str(module)[:40]}")
        several = isinstance(module, nn.Sequential)
        for own, layer in _flat(module, f"{name}.") if several else ((name, module),):
            check_layer("Sequential", own, layer)
        super().add_module(name, module)

    def layers(self) -> Iterator[tuple[str, nn.Module]]:
        """(index, module) in order of running, nested stacks opened up."""
        return _flat(self, "")

    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]  # a neuron takes and gives a state
        self,
        x: Tensor,
        state: Mapping[str, Mapping[str, Tensor]] | None = None,
        *,
        generator: Generators | None = None,
        truncate: int | None = None,
        checkpoint: int | None = None,
    ) -> tuple[Tensor, dict[str, States]]:
        """Run x (T, B, *F) from `state` (rest when None): the last module's output, and the states after the last step.

        A layer that `state` leaves out begins at rest. `generator` feeds encoders. `truncate` and `checkpoint` are
        steps after which the gradient ends, or what it needs is forgotten and computed again (engine/pieces.py).
        Raises ShapeError where sizes do not fit.
        """

        def run(piece: Tensor, before: Mapping[str, Mapping[str, Tensor]] | None) -> tuple[Tensor, dict[str, States]]:
            out, last, _ = self._run(piece, before, generator, ())
            return out, last

        if truncate or checkpoint:
            may_be_cut("Sequential", self.layers())
        return in_pieces("Sequential", run, x, state, truncate, checkpoint, generator, self)

    def record(
        self,
        x: Tensor,
        names: Sequence[str],
        state: Mapping[str, Mapping[str, Tensor]] | None = None,
        *,
        generator: Generators | None = None,
    ) -> Record:
        """Run x (T, B, *F) and keep what `names` ask for, over time: "spk" and states of neurons, "out" of others.

        `names` are kinds, not modules: `net.record(x, ["mem"])["1"]["mem"]`. Raises WiringError for one nobody has.
        """
        names = [names] if isinstance(names, str) else list(names)
        kinds = {kind for _, layer in self.layers() for kind in (sent_as(layer), *_states(layer))}
        if unknown := [name for name in names if name not in kinds]:
            raise WiringError(f"Sequential: nothing sends {str(unknown[0])[:40]}; there are {', '.join(sorted(kinds))}")
        return self._run(x, state, generator, names)[2]

    def _run(
        self,
        x: Tensor,
        state: Mapping[str, Mapping[str, Tensor]] | None,
        generator: Generators | None,
        names: Sequence[str],
    ) -> tuple[Tensor, dict[str, States], Record]:
        layers = dict(self.layers())
        if unknown := [name for name in state or {} if name not in layers]:
            raise ShapeError(
                f"Sequential: the state names module {unknown[0]}, which is not one of {', '.join(layers)}"
            )
        _check_first(next(iter(layers.values())), x)
        last: dict[str, States] = {}
        seen: dict[str, States] = {}
        ahead: nn.Linear | None = None  # left to the neurons behind it
        sent: Tensor | Spikes = x
        for (name, layer), following in zip(layers.items(), [*list(layers.values())[1:], None], strict=True):
            where, before = f"Sequential: module {name}", (state or {}).get(name)
            if not names and joins(layer, following):
                if isinstance(sent, Tensor):
                    check_features(where, layer, sent)
                ahead = layer
                continue
            if ahead is not None and isinstance(layer, Neuron):
                sent, last[name] = joined(ahead, layer, sent, before, following)
                ahead = None
                continue
            if isinstance(sent, Spikes):  # which neurons hand on to such a Linear only as takes so many
                assert isinstance(layer, nn.Linear)
                sent = linear(layer, sent)
                continue
            sent, after, traces = drive(where, layer, sent, before, generator, bool(names))
            if after is not None:
                last[name] = after
            traces = traces | {sent_as(layer): sent}
            if kept := {key: value for key, value in traces.items() if key in names}:
                seen[name] = kept
        assert isinstance(sent, Tensor)
        return sent, last, Record(seen)


def _flat(stack: nn.Module, prefix: str) -> Iterator[tuple[str, nn.Module]]:
    for name, module in stack._modules.items():  # named_children() gives a module once, however often it stands there
        if module is None:
            continue
        if isinstance(module, nn.Sequential):
            yield from _flat(module, f"{prefix}{name}.")
        else:
            yield prefix + name, module


def _states(layer: nn.Module) -> list[str]:
    """The names of the states of a layer that has a state."""
    return [state.name for state in layer.states] if isinstance(layer, Neuron) else []


def _check_first(layer: nn.Module, x: Tensor) -> None:
    """The sentence for an input that does not fit the first layer names the whole shape wanted."""
    size = layer.in_features if isinstance(layer, nn.Linear) and not unsized(layer) else None
    if size is not None and (x.ndim < 3 or x.shape[-1] != size):
        raise ShapeError(
            f"Sequential: x must be (T, B, {size}), got {tuple(x.shape)}; the first layer has {size} inputs"
        )
    if x.ndim < 2:
        raise ShapeError(f"Sequential: x must be (T, B, …), got {tuple(x.shape)}")
