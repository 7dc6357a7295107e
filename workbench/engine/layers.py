"""How any torch module is driven over time: the one rule that Sequential and Network share.

    neurons, encoders (`time_aware`)   take (T, B, *F) as it is; those that draw take the run's generator as well
    nn.RNN, nn.GRU, nn.LSTM            take (T, B, F); their state becomes {"h": (B, layers, H)}, for LSTM also "c"
    every other module                 sees (T·B, *F): time and batch are folded into one axis and unfolded after

What cannot be driven so (cells, bidirectional or batch-first recurrence, containers, modules that hide a neuron) is
refused by name.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor, nn
from torch.nn.modules import dropout
from torch.nn.modules.lazy import LazyModuleMixin
from torch.nn.parameter import is_lazy

from workbench.engine.encoders import Encoder, Generators
from workbench.engine.errors import ShapeError, WiringError
from workbench.engine.neurons.base import Neuron, States
from workbench.engine.products.linear import linear


def check_layer(owner: str, name: str, module: nn.Module) -> None:
    """Refuse, by WiringError, a module that the rule above does not cover."""
    kind = type(module).__name__
    what = f"{owner}: {name} ({kind})"
    if isinstance(module, nn.RNNCellBase):
        raise WiringError(f"{what} makes one step only; use nn.{kind.removesuffix('Cell')}, which runs over time")
    if isinstance(module, nn.RNNBase):
        if module.batch_first:
            raise WiringError(f"{what} wants the batch first; build it with batch_first=False, axes are (T, B, …)")
        if module.bidirectional:
            raise WiringError(f"{what} reads time backwards; build it with bidirectional=False")
        if module.proj_size or module.dropout:
            raise WiringError(f"{what} must be built without proj_size and without dropout")
        return
    if isinstance(module, nn.ModuleList | nn.ModuleDict):
        raise WiringError(f"{what} has no order to run in; give its modules one by one")
    if getattr(module, "time_aware", False):
        return
    for inner in module.modules():
        if inner is not module and runs_over_time(inner):
            hidden = type(inner).__name__
            raise WiringError(f"{what} hides a {hidden} that runs over time; give its modules one by one")


def runs_over_time(module: nn.Module) -> bool:
    """Whether a module needs the time axis to itself."""
    return getattr(module, "time_aware", False) or isinstance(module, nn.RNNBase)


def unsized(module: nn.Module) -> bool:
    """Whether it is one of torch's lazy modules that has seen no values yet, and so does not know its size."""
    return isinstance(module, LazyModuleMixin) and any(is_lazy(p) for p in module.parameters())


def learned(module: nn.Module) -> dict[str, Tensor]:
    """{name: value} of all that training changes: its parameters, and the statistics it says it gathers."""
    gathered: dict[str, Tensor] = {
        f"{name}.{own}" if name else own: getattr(inner, own)
        for name, inner in module.named_modules()
        for own in getattr(inner, "statistics", ())
    }
    return {**dict(module.named_parameters()), **gathered}


def sent_as(module: nn.Module | None) -> str:
    """What a record calls that which `module` sends: "spk" for spikes, "out" for all else."""
    return "spk" if isinstance(module, Encoder) else getattr(module, "emits", "out")


def drive(
    where: str,
    module: nn.Module,
    x: Tensor | Sequence[Tensor],
    state: Mapping[str, Tensor] | None = None,
    generator: Generators | None = None,
    watch: bool = False,
) -> tuple[Tensor, States | None, States]:
    """Run `module` over x (T, B, *F): output (T, B, *G), last state (None if it has none), states over time if `watch`.

    Raises ShapeError, beginning with `where`, when x does not fit the module.
    """
    if isinstance(module, Neuron):
        assert isinstance(x, Tensor)
        if watch:
            spk, traces, last = module.run(x, state, generator=generator)
            return spk, last, traces
        return *module(x, state, generator=generator), {}
    if isinstance(module, Encoder) and not module.remembers:
        return module(x, generator), None, {}
    if getattr(module, "time_aware", False):
        drawn = (generator,) if getattr(module, "needs_generator", False) else ()
        return *module(x, state, *drawn), {}
    if isinstance(module, nn.RNNBase):
        assert isinstance(x, Tensor)
        return *_recur(where, module, x, state), {}
    if isinstance(x, Tensor):
        check_features(where, module, x)
        return fold(where, module, x), None, {}
    return module(x), None, {}


def fold(where: str, module: nn.Module, x: Tensor) -> Tensor:
    """`module` on x (T, B, *F) with time and batch as one axis; gives (T, B, *G)."""
    if isinstance(module, nn.Linear) and not unsized(module):
        return linear(module, x)
    if isinstance(module, nn.Identity):
        return module(x)
    _check_draws(where, module)
    try:
        out = module(x.flatten(0, 1))
    except (RuntimeError, ValueError, IndexError) as error:
        kind = type(module).__name__
        raise ShapeError(f"{where} ({kind}) cannot take values of shape {tuple(x.shape[2:])}") from error
    except TypeError as error:
        raise WiringError(f"{where} ({type(module).__name__}) cannot be called with one tensor (T·B, …)") from error
    if not isinstance(out, Tensor):
        kind, got = type(module).__name__, type(out).__name__
        raise WiringError(f"{where} ({kind}) must give one tensor, got a {got}")
    return out.unflatten(0, x.shape[:2])


def _check_draws(where: str, module: nn.Module) -> None:
    """Refuse torch's own dropout while it draws: from the global generator, and anew at every step."""
    for inner in module.modules():
        if isinstance(inner, dropout._DropoutNd) and inner.training and inner.p:
            raise WiringError(
                f"{where}: {type(inner).__name__} draws from torch's global generator, anew at each step; "
                "use wb.Dropout, or call .eval()"
            )


def check_features(where: str, module: nn.Module, x: Tensor) -> None:
    """Compare the sizes torch would stumble over with those that arrive."""
    if x.ndim < 2:
        raise ShapeError(f"{where}: x must be (T, B, …), got {tuple(x.shape)}")
    got = tuple(x.shape[2:])
    if unsized(module):
        return
    if isinstance(module, nn.Linear) and not x.is_floating_point():
        raise ShapeError(f"{where} takes real numbers, got whole ones; call x.float() first")
    if isinstance(module, nn.Linear) and got[-1:] != (module.in_features,):
        raise ShapeError(f"{where} takes {module.in_features} values, got {'×'.join(map(str, got)) or 'none'}")
    channels: Any = getattr(module, "in_channels", None)
    if channels is not None and (len(got) < 2 or got[0] != channels):
        raise ShapeError(f"{where} takes images of {channels} channels, got {'×'.join(map(str, got)) or 'one value'}")


def _recur(where: str, module: nn.RNNBase, x: Tensor, state: Mapping[str, Tensor] | None) -> tuple[Tensor, States]:
    """nn.RNN and its kin; states cross with the batch in front, as everywhere else here."""
    if x.ndim != 3 or x.shape[2] != module.input_size:
        raise ShapeError(f"{where}: x must be (T, B, {module.input_size}), got {tuple(x.shape)}")
    names = ("h", "c") if isinstance(module, nn.LSTM) else ("h",)
    size = (x.shape[1], module.num_layers, module.hidden_size)
    if state is None:
        state = {name: x.new_zeros(size) for name in names}
    for name in names:
        if name not in state or state[name].shape != size:
            raise ShapeError(f"{where}: state {name} must be {size}")
    if not len(x):
        return x.new_zeros(0, x.shape[1], module.hidden_size), dict(state)
    before = [state[name].transpose(0, 1).contiguous() for name in names]
    out, after = module(x, tuple(before) if len(names) == 2 else before[0])
    after = after if isinstance(after, tuple) else (after,)
    return out, {name: a.transpose(0, 1) for name, a in zip(names, after, strict=True)}
