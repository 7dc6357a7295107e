"""What every neuron is: a text, knobs and states; the base class derives all behaviour from them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from workbench.engine.equations.program import Program, declare
from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.knobs import Knob, Option, State
from workbench.engine.surrogates import Surrogate, atan, from_spec, step_function

States = dict[str, Tensor]
BACKENDS = ("auto", "eager")


class Neuron(nn.Module):
    """A layer of independent neurons. A model declares `text`, `knobs`, `states`, `options` and `symbols`, no more.

    Axes are (time, batch, features…): x (T, B, *F). A state is a plain mapping {name: (B, *F)}, goes in and comes out
    explicitly, and never stays on the module. Knobs become buffers (or parameters, when learned) of shape () or *F.
    `symbols` are the LaTeX of the other names in the text.
    """

    knobs: ClassVar[tuple[Knob, ...]]
    states: ClassVar[tuple[State, ...]]
    options: ClassVar[tuple[Option, ...]] = ()
    stem: ClassVar[str] = ""  # begins the id of a new layer ("lif" gives lif1); the name in small letters if empty
    symbols: ClassVar[Mapping[str, str]] = {}
    time_aware: ClassVar[bool] = True
    keeps_shape = True

    def __init__(
        self, spike_grad: Surrogate | Mapping[str, Any] | Callable | None = None, backend: str = "auto"
    ) -> None:
        super().__init__()
        self.spike_grad = _surrogate(spike_grad)
        self.backend = _backend(type(self).__name__, backend)

    @property
    def text(self) -> str:
        """The equations of one step, in the language of engine/equations, as the options of this neuron choose them."""
        raise NotImplementedError

    @property
    def program(self) -> Program:
        """The parsed text with its faces; equal texts share one."""
        return declare(self.text, tuple(k.name for k in self.knobs), tuple(s.name for s in self.states))

    def forward(self, x: Tensor, state: Mapping[str, Tensor] | None = None) -> tuple[Tensor, States]:
        """Run x (T, B, *F) from `state` (rest when None): spikes like x, and the state after the last step.

        Raises ShapeError where x, the state or a per-neuron knob do not fit together.
        """
        spk, _, last = self.run(x, state)
        return spk, last

    def trace(self, x: Tensor, state: Mapping[str, Tensor] | None = None) -> tuple[Tensor, States]:
        """Like calling the neuron, but with every state over time: {name: (T, B, *F)}, differentiable."""
        spk, traces, _ = self.run(x, state)
        return spk, traces

    def step(self, x: Tensor, state: Mapping[str, Tensor] | None = None) -> tuple[Tensor, States]:
        """One step: x (B, *F) gives spikes (B, *F) and the new state. This is the text, line by line."""
        given = self._enter(x, x.shape, state)
        (spk,), new = self.program.step([x], given, self._knobs(x, x.shape[1:]), self.spike_grad, self._fire())
        return spk, self._named(new)

    def run(self, x: Tensor, state: Mapping[str, Tensor] | None = None) -> tuple[Tensor, States, States]:
        """Spikes (T, B, *F), states over time {name: (T, B, *F)} and the last state {name: (B, *F)}."""
        if x.ndim < 2:
            raise ShapeError(f"{self._name}: x must be (T, B, …), got {tuple(x.shape)}")
        given = self._enter(x, x.shape[1:], state)
        if not len(x):
            return x, self._named([x] * len(given)), self._named(given)
        knobs = self._knobs(x, x.shape[2:])
        (spk,), traces, last = self.program.run([x], given, knobs, self.spike_grad, self._fire())
        return spk, self._named(traces), self._named(last)

    def rest(self, batch_shape: Sequence[int], like: Tensor | None = None) -> States:
        """The state before the first step, each (B, *F) = `batch_shape`, of `like`'s dtype and device."""
        kind = {} if like is None else {"dtype": like.dtype, "device": like.device}
        return {s.name: torch.full(tuple(batch_shape), s.rest, **kind) for s in self.states}

    def set(self, name: str, value: float | Sequence[float] | Tensor) -> None:
        """Turn knob `name` of this live neuron: a number, or one per neuron. Raises KnobError."""
        if name not in (known := [k.name for k in self.knobs]):
            raise KnobError(f"{self._name} has no knob {name[:40]}; it has {', '.join(known)}")
        value = _number(f"{self._name}.{name}", value).to(getattr(self, name))
        if isinstance(getattr(self, name), nn.Parameter):
            getattr(self, name).data = value  # the same object, so that an optimiser keeps hold of it
        else:
            setattr(self, name, value)

    @property
    def equations(self) -> str:
        """The text of one step as it is computed."""
        return self.text

    def latex(self) -> str:
        """The equations as aligned LaTeX, in written order, with the symbols of the declaration."""
        own = {k.name: k.symbol for k in self.knobs} | {s.name: s.symbol for s in self.states}
        return self.program.latex({"x": "X", "spk": "S"} | own | dict(self.symbols))

    def operations(self) -> Mapping[str, int]:
        """Operations of one neuron in one step by kind, and words read and written (equations/counts.py)."""
        return self.program.operations

    def extra_repr(self) -> str:
        knobs = (f"{k.name}={_shown(getattr(self, k.name))}" for k in self.knobs)
        return ", ".join([*knobs, f"spike_grad={getattr(self.spike_grad, 'name', self.spike_grad)}"])

    def hold(self, name: str, value: float | Sequence[float] | Tensor, learn: bool = False) -> None:
        """Keep knob `name` on the module, as a parameter when it is learned. For constructors."""
        tensor = _number(f"{self._name}.{name}", value)
        if learn:
            self.register_parameter(name, nn.Parameter(tensor))
        else:
            self.register_buffer(name, tensor)

    @property
    def _name(self) -> str:
        return type(self).__name__

    def _fire(self) -> Callable[[Tensor], Tensor]:
        """The step function where no gradient is wanted; a stranger's spike_grad may have a forward of its own."""
        return step_function if isinstance(self.spike_grad, Surrogate) else self.spike_grad

    def _enter(self, x: Tensor, shape: torch.Size, state: Mapping[str, Tensor] | None) -> list[Tensor]:
        """The state as a list in declared order, each of `shape` (B, *F)."""
        if not x.is_floating_point():
            raise ShapeError(f"{self._name}: x must hold real numbers, got whole ones; call x.float() first")
        if state is None:
            return list(self.rest(shape, x).values())
        names = [s.name for s in self.states]
        if sorted(state) != sorted(names):
            raise ShapeError(
                f"{self._name}: the state must hold {', '.join(names)}, got {', '.join(state) or 'nothing'}"
            )
        for name in names:
            if state[name].shape != shape:
                got, want = tuple(state[name].shape), tuple(shape)
                raise ShapeError(f"{self._name}: state {name} must be {want} like one step of x, got {got}")
        return [state[name] for name in names]

    def _knobs(self, x: Tensor, features: torch.Size) -> list[Tensor]:
        """The knobs in declared order and of x's dtype, each () or broadcastable to the features *F."""
        values = [getattr(self, k.name) for k in self.knobs]
        for knob, value in zip(self.knobs, values, strict=True):
            if value.ndim and not _fits(value.shape, features):
                what = f"{self._name}.{knob.name} has shape {tuple(value.shape)}"
                raise ShapeError(f"{what}, x has features {tuple(features)}; give one value, or one per neuron")
        return [v if v.dtype == x.dtype else v.to(x.dtype) for v in values]

    def _named(self, tensors: Sequence[Tensor]) -> States:
        return dict(zip((s.name for s in self.states), tensors, strict=True))


def _fits(shape: torch.Size, features: torch.Size) -> bool:
    """Whether a knob of `shape` spreads over `features` without making them larger."""
    if len(shape) > len(features):
        return False
    return all(a in (1, b) for a, b in zip(reversed(shape), reversed(features), strict=False))


def _number(where: str, value: float | Sequence[float] | Tensor) -> Tensor:
    """A knob's value as a fresh tensor of finite numbers."""
    try:
        tensor = torch.as_tensor(value, dtype=torch.get_default_dtype()).detach().clone()
    except (TypeError, ValueError, RuntimeError):
        tensor = None
    if tensor is None or isinstance(value, bool) or not bool(torch.isfinite(tensor).all()):
        raise KnobError(f"{where}: must be a finite number, or one per neuron, got {str(value)[:60]}")
    return tensor


def _shown(value: Tensor) -> str:
    return f"{value.item():g}" if value.ndim == 0 else f"{tuple(value.shape)}"


def _surrogate(given: Surrogate | Mapping[str, Any] | Callable | None) -> Callable[[Tensor], Tensor]:
    """`spike_grad` as a callable: ours, the plain data of one, or a stranger's function of u = U - θ."""
    if given is None:
        return atan(2.0)
    if isinstance(given, Mapping):
        return from_spec(given)
    if callable(given):
        return given
    raise KnobError(f"spike_grad: must be a surrogate such as atan(2.0), got {str(given)[:60]}")


def _backend(where: str, backend: str) -> str:
    if backend in ("fused", "gpu"):
        raise KnobError(f"{where}.backend: {backend} is not built yet; use auto or eager")
    if backend not in BACKENDS:
        raise KnobError(f"{where}.backend: must be {' or '.join(BACKENDS)}, got {str(backend)[:40]}")
    return backend
