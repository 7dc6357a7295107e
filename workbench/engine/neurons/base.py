"""What every neuron is: a text, knobs and states; the base class derives all behaviour from them."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor, nn

from workbench.engine.draws import Draw, Generators, drawn
from workbench.engine.equations.choice import may_wait, wants_kernel, warn_once
from workbench.engine.equations.fused import NoKernel, NotReady, ReadsInput
from workbench.engine.equations.listed import Lists
from workbench.engine.equations.program import Program, declare
from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.knob_values import fits, number, read_backend, read_surrogate, shown
from workbench.engine.knobs import Knob, Option, State
from workbench.engine.pieces import in_pieces
from workbench.engine.surrogates import Surrogate, step_function

if TYPE_CHECKING:
    from workbench.engine.typed_neuron import TypedNeuron

States = dict[str, Tensor]


class Neuron(nn.Module):
    """A layer of independent neurons. A model declares `text`, `knobs`, `states`, `options` and `symbols`, no more.

    Axes are (time, batch, features…): x (T, B, *F). A state is a plain mapping {name: (B, *F)}, goes in and comes out
    explicitly, and never stays on the module. Knobs become buffers (or parameters, when learned) of shape () or *F.
    `symbols` are the LaTeX of the other names in the text.

    What the text reads besides knobs and states, in this order:
        inputs    values over time, made of x by `streams`: x itself, unless a model says otherwise
        draws     random numbers, drawn afresh at every step from the `generator` of the call
        fed_back  made by `feed_back` of the state before the step, such as a recurrent matrix times the last spikes
    and what it calls: `functions`, methods of the model that take and give one step of a layer (B, *F). A model with
    `fed_back` or `functions` is run step by step in torch; every other one has fused kernels. All of these may also be
    set on an instance, where an option decides.
    """

    knobs: tuple[Knob, ...]
    states: tuple[State, ...]
    options: ClassVar[tuple[Option, ...]] = ()
    stem: ClassVar[str] = ""  # begins the id of a new layer ("lif" gives lif1); the name in small letters if empty
    symbols: ClassVar[Mapping[str, str]] = {}
    time_aware: ClassVar[bool] = True
    keeps_shape = True
    emits: str = "spk"  # the name of what it sends in the text and in records; "out" where that is no spike
    inputs: tuple[str, ...] = ("x",)
    draws: tuple[Draw, ...] = ()
    fed_back: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()

    def __init__(
        self, spike_grad: Surrogate | Mapping[str, Any] | Callable | None = None, backend: str = "auto"
    ) -> None:
        super().__init__()
        self.spike_grad = read_surrogate(spike_grad)
        self.backend = read_backend(type(self).__name__, backend)

    @staticmethod
    def from_text(
        text: str,
        knobs: Mapping[str, Any] | Sequence[Knob] = (),
        states: Mapping[str, Any] | Sequence[str | State] = (),
        **more: Any,
    ) -> "TypedNeuron":
        """A neuron of your own: the equations of one step, which make `spk` (or `out`, if it never fires) of `x`.

        `knobs` {name: number, one per neuron, or Knob}; `states` {name: value at rest, or State}. Further: `name`,
        `draws` {name: "uniform" or "normal"}, `learn` (names of knobs), `spike_grad`, `symbols` {name: LaTeX},
        `backend`. Raises EquationError or KnobError.

        >>> import torch
        >>> text = "mem = beta*mem + x; spk = spike(mem - 1); mem = mem - detach(spk)"
        >>> spk, state = Neuron.from_text(text, {"beta": 0.5}, {"mem": 0})(torch.ones(4, 1, 1))
        >>> spk.flatten().tolist()
        [0.0, 1.0, 1.0, 1.0]
        """
        from workbench.engine.typed_neuron import typed

        return typed(text, knobs, states, **more)

    @property
    def text(self) -> str:
        """The equations of one step, in the language of engine/equations, as the options of this neuron choose them."""
        raise NotImplementedError

    @property
    def program(self) -> Program:
        """The parsed text with its faces; equal texts share one."""
        reads = (*self.inputs, *(d.name for d in self.draws), *self.fed_back)
        knobs, states = tuple(k.name for k in self.knobs), tuple(s.name for s in self.states)
        return declare(self.text, knobs, states, reads, (self.emits,), self.functions)

    @property
    def needs_generator(self) -> bool:
        """Whether a call must be given a generator."""
        return bool(self.draws)

    def streams(self, x: Tensor) -> Sequence[Tensor]:
        """The `inputs` of the text over time, each (T, B, *F), of x as it came: for a model that projects it first."""
        return (x,)

    def feed_back(self, state: States) -> Sequence[Tensor]:
        """The `fed_back` inputs of a step, each (B, *F), of the state before it."""
        raise NotImplementedError

    def sent(self, fired: Tensor, x: Tensor) -> Tensor:
        """What goes out over time (T, B, *G), of what the text fired: that itself, unless a model reads it out by x."""
        return fired

    def nothing(self, stream: Tensor) -> Tensor:
        """What fires in a run of no steps: as `stream` (0, B, *F), unless a model fires in another shape."""
        return stream

    def forward(
        self,
        x: Tensor,
        state: Mapping[str, Tensor] | None = None,
        *,
        generator: Generators | None = None,
        truncate: int | None = None,
        checkpoint: int | None = None,
    ) -> tuple[Tensor, States]:
        """Run x (T, B, *F) from `state` (rest when None): spikes like x, and the state after the last step.

        x with two axes is (T, B), one neuron; one step (B, F) of several is for `step`. `generator` is for models that
        draw at random; `truncate` and `checkpoint` are steps after which the gradient ends, or what it needs is
        forgotten and computed again (engine/pieces.py). Raises ShapeError where x, the state or a per-neuron knob do
        not fit together.
        """

        self._may_enter(x, 2)

        def run(piece: Tensor, before: Mapping[str, Tensor] | None) -> tuple[Tensor, States]:
            spk, _, last = self._run(piece, before, generator, traced=False)
            return spk, last

        return in_pieces(self._name, run, x, state, truncate, checkpoint, generator)

    def of_lists(
        self, current: Tensor, lists: Lists, state: Mapping[str, Tensor] | None
    ) -> tuple[Tensor, States] | None:
        """`forward` over a current (T, B, *F) that is not there yet: its kernel makes it, of `lists`.

        None where this neuron, or its gradient, has to see the current.
        """
        given, knobs = self._enter(current, state), self._knobs(current)
        if not self.sums_itself() or (found := self._fused([current], given, knobs, False, lists)) is None:
            return None
        return found[0], self._named(found[2])

    def sums_itself(self) -> bool:
        """Whether a kernel may read, as its one input, x as it came, and give what it fired as it is."""
        own = type(self)
        asis = (own.streams, own.sent, own.forward) == (Neuron.streams, Neuron.sent, Neuron.forward)
        hooks = (self._forward_hooks, self._forward_pre_hooks, self._backward_hooks, self._backward_pre_hooks)
        return asis and len(self.inputs) == 1 and not (self.draws or self.fed_back or self.functions or any(hooks))

    def trace(
        self, x: Tensor, state: Mapping[str, Tensor] | None = None, *, generator: Generators | None = None
    ) -> tuple[Tensor, States]:
        """Like calling the neuron, but with every state over time: {name: (T, B, *F)}, differentiable."""
        spk, traces, _ = self.run(x, state, generator=generator)
        return spk, traces

    def step(
        self, x: Tensor, state: Mapping[str, Tensor] | None = None, *, generator: Generators | None = None
    ) -> tuple[Tensor, States]:
        """One step: x (B, *F) gives spikes (B, *F) and the new state. This is the text, line by line."""
        self._may_enter(x, 1)
        streams = self._streams(x.unsqueeze(0), generator)
        given, knobs = self._enter(streams[0], state), self._knobs(streams[0])
        if not self.program.exact and (found := self._fused(streams, given, knobs, False)):
            return self.sent(found[0], x.unsqueeze(0))[0], self._named(found[2])
        spk, new = self._step([s[0] for s in streams], given, knobs)
        return self.sent(spk.unsqueeze(0), x.unsqueeze(0))[0], self._named(new)

    def run(
        self, x: Tensor, state: Mapping[str, Tensor] | None = None, *, generator: Generators | None = None
    ) -> tuple[Tensor, States, States]:
        """Spikes (T, B, *F), states over time {name: (T, B, *F)} and the last state {name: (B, *F)}."""
        return self._run(x, state, generator, traced=True)

    def _run(
        self, x: Tensor, state: Mapping[str, Tensor] | None, generator: Generators | None, traced: bool
    ) -> tuple[Tensor, States, States]:
        """As `run`; unless `traced` the states over time may be missing, and are not kept where nobody needs them."""
        self._may_enter(x, 2)
        streams = self._streams(x, generator)
        given = self._enter(streams[0], state)
        if not len(x):
            return self.sent(self.nothing(streams[0]), x), self._named([streams[0]] * len(given)), self._named(given)
        knobs = self._knobs(streams[0])
        if found := self._fused(streams, given, knobs, traced):
            spk, traces, last = found
        elif self.fed_back or self.functions:
            spk, traces, last = self._step_by_step(streams, given, knobs)
        else:
            (spk,), traces, last = self.program.run(streams, given, knobs, self.spike_grad, self._fire())
        return self.sent(spk, x), self._named(traces) if traces else {}, self._named(last)

    def rest(self, batch_shape: Sequence[int], like: Tensor | None = None) -> States:
        """The state before the first step, each (B, *F) = `batch_shape`, of `like`'s dtype and device."""
        kind = {} if like is None else {"dtype": like.dtype, "device": like.device}
        return {s.name: torch.full(tuple(batch_shape), s.rest, **kind) for s in self.states}

    def set(self, name: str, value: float | Sequence[float] | Tensor) -> None:
        """Turn knob `name` of this live neuron: a number, or one per neuron. Raises KnobError."""
        if name not in (known := [k.name for k in self.knobs]):
            raise KnobError(f"{self._name} has no knob {name[:40]}; it has {', '.join(known)}")
        value = number(f"{self._name}.{name}", value).to(getattr(self, name))
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
        knobs = (f"{k.name}={shown(getattr(self, k.name))}" for k in self.knobs)
        return ", ".join([*knobs, f"spike_grad={getattr(self.spike_grad, 'name', self.spike_grad)}"])

    def hold(self, name: str, value: float | Sequence[float] | Tensor, learn: bool = False) -> None:
        """Keep knob `name` on the module, as a parameter when it is learned. For constructors."""
        tensor = number(f"{self._name}.{name}", value)
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

    def _may_enter(self, x: object, least: int) -> None:
        """Raise ShapeError for what is no tensor of real numbers over so many axes."""
        wanted = "(T, B, …)" if least > 1 else "(B, …)"
        if not isinstance(x, Tensor):
            raise ShapeError(f"{self._name}: x must be a tensor {wanted}, got a {type(x).__name__}")
        if x.ndim < least:
            raise ShapeError(f"{self._name}: x must be {wanted}, got {tuple(x.shape)}")
        if not x.is_floating_point():
            way = "complex ones" if x.is_complex() else "whole ones; call x.float() first"
            raise ShapeError(f"{self._name}: x must hold real numbers, got {way}")

    def _streams(self, x: Tensor, generator: Generators | None) -> list[Tensor]:
        """What the text reads over time, (T, B, *F) each, without what is fed back."""
        streams = list(self.streams(x))
        return streams + drawn(self._name, self.draws, streams[0], generator)

    def _fused(
        self,
        streams: list[Tensor],
        state: list[Tensor],
        knobs: list[Tensor],
        traced: bool,
        lists: Lists | None = None,
    ) -> tuple[Tensor, list[Tensor], list[Tensor]] | None:
        """The run by a kernel: spikes, traces if traced, last states. None where the text has to be run by torch."""
        program, surrogate = self.program, self.spike_grad
        if self.fed_back or not isinstance(surrogate, Surrogate) or surrogate.text is None:
            return None
        if not wants_kernel(program, self.backend, streams[0]):
            return None
        gradient = torch.is_grad_enabled() and any(v.requires_grad for v in (*streams, *state, *knobs))
        fused = program.fused(surrogate.text, tuple(name for name, _ in surrogate.params))
        wait, slope = may_wait(program, self.backend, gradient), (surrogate.text, surrogate.params)
        try:
            (spk,), traces, last = fused.run(streams, state, knobs, slope, traced, lists, wait)
        except (NotReady, ReadsInput):
            return None
        except NoKernel as why:
            warn_once(str(why))
            return None
        return spk, traces, last

    def _step(self, inputs: list[Tensor], state: list[Tensor], knobs: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        back = list(self.feed_back(self._named(state))) if self.fed_back else []
        own = {name: getattr(self, name) for name in self.functions}
        (spk,), new = self.program.step([*inputs, *back], state, knobs, self.spike_grad, self._fire(), own)
        return spk, new

    def _step_by_step(
        self, streams: list[Tensor], state: list[Tensor], knobs: list[Tensor]
    ) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        """The run of a text that reads what is fed back, or looks at the layer as a whole."""
        spikes, rows = [], []
        for inputs in zip(*streams, strict=True):
            spk, state = self._step(list(inputs), state, knobs)
            spikes.append(spk)
            rows.append(state)
        return torch.stack(spikes), [torch.stack(trace) for trace in zip(*rows, strict=True)], state

    def _enter(self, x: Tensor, state: Mapping[str, Tensor] | None) -> list[Tensor]:
        """The state as a list in declared order, each shaped like one step of the stream x (T, B, *F)."""
        shape = x.shape[1:]
        if state is None:
            return list(self.rest(shape, x).values())
        names = [s.name for s in self.states]
        if not isinstance(state, Mapping) or not all(isinstance(value, Tensor) for value in state.values()):
            form = "{" + ", ".join(f'"{name}": tensor' for name in names) + "}"
            raise ShapeError(f"{self._name}: the state must be a mapping of names to tensors, {form}")
        if sorted(state) != sorted(names):
            raise ShapeError(
                f"{self._name}: the state must hold {', '.join(names)}, got {', '.join(state) or 'nothing'}"
            )
        for name in names:
            if state[name].shape != shape:
                got, want = tuple(state[name].shape), tuple(shape)
                hint = "; call step(x, state) for one step (B, …) of x" if state[name].shape == x.shape else ""
                raise ShapeError(f"{self._name}: state {name} must be {want} like one step of x, got {got}{hint}")
        return [state[name] for name in names]

    def _knobs(self, x: Tensor) -> list[Tensor]:
        """The knobs in declared order and of x's dtype, each () or broadcastable to the features *F of x (T, B, *F)."""
        features = x.shape[2:]
        values = [getattr(self, k.name) for k in self.knobs]
        for knob, value in zip(self.knobs, values, strict=True):
            if value.ndim and not fits(value.shape, features):
                what = f"{self._name}.{knob.name} has shape {tuple(value.shape)}"
                raise ShapeError(f"{what}, x has features {tuple(features)}; give one value, or one per neuron")
        return [v if v.dtype == x.dtype else v.to(x.dtype) for v in values]

    def _named(self, tensors: Sequence[Tensor]) -> States:
        return dict(zip((s.name for s in self.states), tensors, strict=True))
