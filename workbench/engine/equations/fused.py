"""The fused face of a program: many steps in one kernel, forwards and backwards, under torch's autograd.

Saved for the way back are the traces of the states, and an input only where the adjoint reads it; everything else is
computed again. The gradient ends at the coefficients of the step (hoist.py); torch takes it on to the parameters.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from workbench.engine.equations.buffers import empty
from workbench.engine.equations.eager import compile_values
from workbench.engine.equations.graph import Graph
from workbench.engine.equations.hoist import Split, reverse
from workbench.engine.equations.kernel_files import load
from workbench.engine.equations.kernel_source import Kernel, adjoint_kernel, forward_kernel
from workbench.engine.equations.listed import Lists
from workbench.engine.equations.parser import parse
from workbench.engine.equations.pool import in_parts, share_out

if TYPE_CHECKING:
    from workbench.engine.equations.program import Program

LARGEST = 1000  # operations: forwards and backwards, 350 of them with 100 exp and tanh are compiled in two seconds
KINDS = {torch.float32: "float32", torch.float64: "float64"}
Slope = tuple[str, tuple[tuple[str, float], ...]]
"""A surrogate as the compiler sees it: the text of dS/du in u, and the numbers in it by name."""


class NoKernel(RuntimeError):
    """A kernel cannot be had; the sentence says why."""


class NotReady(NoKernel):
    """A kernel is being compiled by another thread."""


class ReadsInput(NoKernel):
    """The way back reads the input, which then cannot be left unmade."""


@dataclass(frozen=True)
class Call:
    """What one kernel was made for: dtype, which coefficients are rows, and for an adjoint the gradients asked for.

    `width`, if it is not 0, is that of the rows that a layer's kernel adds up (listed.py), which may keep `bits`.
    """

    kind: str
    kinds: str
    inputs: tuple[str, ...] | None = None
    coefs: tuple[str, ...] = ()
    width: int = 0
    bits: bool = False


class Fused:
    """The kernels of one program with one surrogate; made when first asked for, kept for good."""

    def __init__(self, program: "Program", slope: str, numbers: tuple[str, ...]) -> None:
        self.program, self.slope_text, self.numbers = program, slope, numbers
        self._made: dict[Call, tuple[Callable[..., None], tuple[tuple[str, str], ...]]] = {}
        self._refused: dict[Call, NoKernel] = {}
        self._asked: set[Call] = set()
        self._lock = threading.Lock()

    @property
    def split(self) -> Split:
        """The step without what depends on parameters alone."""
        return self.program.split

    @cached_property
    def coefficients(self) -> Callable[[list[Tensor]], list[Tensor]]:
        """The parameters in order → the coefficients, by torch."""
        return compile_values(self.program.graph, self.program.params, self.split.coefficients)

    def kernel(self, call: Call, wait: bool = True) -> tuple[Callable[..., None], tuple[tuple[str, str], ...]]:
        """The function of a call and its arguments in order. Raises NoKernel, and NotReady unless it may `wait`."""
        if call in self._made:
            return self._made[call]
        if not wait:
            with self._lock:
                if call not in self._asked:
                    self._asked.add(call)
                    _compiler().submit(self.kernel, call)
            if call in self._refused:
                raise self._refused[call]
            raise NotReady
        if call not in self._refused:
            try:
                written = self.write(call)
                self._made[call] = load(written.source), written.arguments
                return self._made[call]
            except Exception as error:  # whatever the compiler says: the eager face gives the same numbers
                self._refused[call] = NoKernel(f"neurons run step by step in torch, which is slower: {_first(error)}")
        raise self._refused[call]

    def write(self, call: Call) -> Kernel:
        """The source of the kernel of one call."""
        program, size = self.program, len(self.split.graph)
        if size > LARGEST:
            raise NoKernel(f"its step has {size} operations, and kernels are compiled for up to {LARGEST}")
        if call.inputs is None:
            names = (program.states, program.inputs, program.outputs)
            return forward_kernel(self.split, *names, call.kinds, call.kind, program.text, call.width, call.bits)
        back = reverse(self.split, program.states, program.outputs, call.inputs, call.coefs, self._slope)
        return adjoint_kernel(back, program.states, program.outputs, call.kinds, call.kind, program.text)

    def _slope(self, graph: Graph, u: int) -> int:
        """dS/du at u: the surrogate's text, its numbers as further coefficients of the kernel."""
        first = len(self.split.coefficients)
        names = {name: graph.leaf("coef", str(first + i)) for i, name in enumerate(self.numbers)}
        (statement,) = parse(f"slope_at_u = {self.slope_text}", graph, names | {"u": u})
        return statement.node

    def run(
        self,
        inputs: Sequence[Tensor],
        states: Sequence[Tensor],
        params: list[Tensor],
        slope: Slope,
        traced: bool,
        lists: Lists | None = None,
        wait: bool = True,
    ) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
        """Outputs and, if `traced`, traces of all steps (T, B, *F), and the last states (B, *F); inputs (T, B, *F).

        With `lists` the input is made of these in the kernel, and its tensor only says the shape; where they have room
        for bits, those of what fired go there, and the tensor given for it only says the shape.
        Raises NoKernel, NotReady unless it may `wait`, or ReadsInput with `lists`, before anything was done.
        """
        shape, first = inputs[0].shape, inputs[0]
        coefs = self.coefficients(params)
        coefs += [_constant(value, first.dtype) for _, value in slope[1]]
        kinds = "".join("s" if c.numel() == 1 else "v" for c in coefs)
        flat = [_rows(x) for x in inputs] if lists is None else [first.reshape(len(first), -1)]
        start = [s.reshape(-1).resolve_neg() for s in states]
        task = Task(self, len(first), tuple(shape[1:]), KINDS[first.dtype], kinds, traced, lists)
        self.kernel(task.call, wait)
        need = [v.requires_grad for v in (*flat, *start, *coefs)]
        if torch.is_grad_enabled() and any(need):
            if lists and any(what == "input" for what, _ in self.kernel(task.back(need))[1]):
                raise ReadsInput
            found = list(_Differentiable.apply(task, *flat, *start, *coefs))  # type: ignore[arg-type]
        else:
            found, _ = task.forward(flat, start, coefs, traced)
        outs = len(self.program.outputs)
        traces = found[outs : len(found) - len(states)]
        return (
            [v.view(shape) for v in found[:outs]],
            [v.view(shape) for v in traces],
            [v.view(shape[1:]) for v in found[len(found) - len(states) :]],
        )


@dataclass(frozen=True)
class Task:
    """One run: T steps over the shape (B, *F)."""

    fused: Fused
    steps: int
    shape: tuple[int, ...]
    kind: str
    kinds: str
    traced: bool
    lists: Lists | None = None

    @property
    def call(self) -> Call:
        """The kernel that runs it forward."""
        if self.lists is None:
            return Call(self.kind, self.kinds)
        return Call(self.kind, self.kinds, width=self.lists.width, bits=self.lists.bits is not None)

    def back(self, need: Sequence[bool]) -> Call:
        """The kernel that runs it backwards; `need` says of inputs, states and coefficients which gradients are."""
        program = self.fused.program
        n, s = len(program.inputs), len(program.states)
        inputs = tuple(name for name, wanted in zip(program.inputs, need[:n], strict=True) if wanted)
        return Call(self.kind, self.kinds, inputs, tuple(str(i) for i, wanted in enumerate(need[n + s :]) if wanted))

    @property
    def neurons(self) -> int:
        """N = batch · features."""
        return torch.Size(self.shape).numel()

    def forward(
        self, inputs: Sequence[Tensor], states: Sequence[Tensor], coefs: Sequence[Tensor], keep: bool
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Outputs, traces (T, N) if they are asked for, last states (N); then the traces with row 0, (T + 1, N)."""
        program, like = self.fused.program, states[0] if states else inputs[0]
        run, arguments = self.fused.kernel(self.call)
        rows = (self.steps, self.neurons)
        unmade = self.call.bits
        outs = [like.new_empty(()).expand(rows) if unmade else empty(rows, like.dtype) for _ in program.outputs]
        traces = [empty((self.steps + 1 if keep else 1, self.neurons), like.dtype) for _ in states]
        last = [s.detach().clone(memory_format=torch.contiguous_format) for s in states]
        for trace, s in zip(traces, states, strict=True):
            trace[0] = s.detach()
        given = {("input", name): v for name, v in zip(program.inputs, inputs, strict=True)}
        given |= self.rows(coefs)
        given |= {("trace", name): v for name, v in zip(program.states, traces, strict=True)}
        given |= {("last", name): v for name, v in zip(program.states, last, strict=True)}
        given |= {("out", name): v for name, v in zip(program.outputs, outs, strict=True)}
        self.go(run, [given[a] for a in arguments if a[0] != "list"], self.lists)
        shown = [trace[1:] for trace in traces] if self.traced else []
        return [*outs, *shown, *last], traces

    def go(self, run: Callable[..., None], tensors: Sequence[Tensor], lists: Lists | None = None) -> None:
        """Call a kernel on contiguous tensors, (N) or (rows, N); where there is one row only, it is every step's."""
        assert all(v.is_contiguous() and KINDS[v.dtype] == self.kind for v in tensors)
        table = [n for v in tensors for n in (v.data_ptr(), self.neurons if v.ndim == 2 and len(v) > 1 else 0)]
        held = torch.tensor([*(lists.entries() if lists else ()), *table], dtype=torch.int64)
        if lists:
            in_parts(run, [held.data_ptr(), self.steps], lists.cuts())
        else:
            share_out(run, [held.data_ptr()], self.steps, self.neurons)

    def rows(self, coefs: Sequence[Tensor]) -> dict[tuple[str, str], Tensor]:
        """Each coefficient as its kernel reads it: one number, or one for each of N neurons."""
        found = {}
        for i, (kind, coef) in enumerate(zip(self.kinds, coefs, strict=True)):
            value = coef.detach()
            row = value.reshape(1) if kind == "s" else value.expand(self.shape).reshape(-1)
            found["coef", str(i)] = row.contiguous().resolve_neg()
        return found


class _Differentiable(torch.autograd.Function):
    """The forward kernel, whose gradient is the adjoint kernel. Arguments: the task, inputs, states, coefficients."""

    @staticmethod
    def forward(ctx: Any, task: Task, *tensors: Tensor) -> tuple[Tensor, ...]:  # type: ignore[override]
        ctx.set_materialize_grads(False)
        fused, program = task.fused, task.fused.program
        n, s = len(program.inputs), len(program.states)
        inputs, states, coefs = tensors[:n], tensors[n : n + s], tensors[n + s :]
        need = ctx.needs_input_grad[1:]
        call = task.back(need)
        _, arguments = fused.kernel(call)
        found, traces = task.forward(inputs, states, coefs, True)
        keep = [(("input", name), v) for name, v in zip(program.inputs, inputs, strict=True)]
        keep += [(("coef", str(i)), v) for i, v in enumerate(coefs)]
        keep += [(("trace", name), v) for name, v in zip(program.states, traces, strict=True)]
        keep = [(what, v) for what, v in keep if what in arguments or what[0] == "coef"]
        ctx.task, ctx.call, ctx.kept, ctx.need = replace(task, lists=None), call, [what for what, _ in keep], need
        ctx.one_row = [len(v) < task.steps for v in inputs]
        ctx.dtype = inputs[0].dtype
        ctx.save_for_backward(*(v for _, v in keep))
        return tuple(found)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *grads: Tensor | None) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        task, call, program = ctx.task, ctx.call, ctx.task.fused.program
        run, arguments = task.fused.kernel(call)
        saved: Mapping[tuple[str, str], Tensor] = dict(zip(ctx.kept, ctx.saved_tensors, strict=True))
        coefs = [saved["coef", str(i)] for i in range(len(task.kinds))]
        o, s, row = len(program.outputs), len(program.states), (1, task.neurons)
        nothing = torch.zeros(row, dtype=ctx.dtype)
        traced = grads[o : o + s] if task.traced else [None] * s
        arriving = [nothing if g is None else _rows(g) for g in (*grads[:o], *traced)]
        carry = [
            torch.zeros(task.neurons, dtype=ctx.dtype) if g is None else g.clone(memory_format=torch.contiguous_format)
            for g in grads[len(grads) - s :]
        ]
        given = dict(saved) | task.rows(coefs)
        given |= {("gout", name): v for name, v in zip(program.outputs, arriving[:o], strict=True)}
        given |= {("gtrace", name): v for name, v in zip(program.states, arriving[o:], strict=True)}
        given |= {("carry", name): v for name, v in zip(program.states, carry, strict=True)}
        given |= {("ginput", name): empty((task.steps, task.neurons), ctx.dtype) for name in call.inputs}
        given |= {("gcoef", name): torch.zeros(task.neurons, dtype=ctx.dtype) for name in call.coefs}
        task.go(run, [given[a] for a in arguments])
        gradients: list[Tensor | None] = []
        for name, once in zip(program.inputs, ctx.one_row, strict=True):
            g = given.get(("ginput", name))
            gradients.append(g.sum(0, keepdim=True) if once and g is not None else g)
        need = ctx.need[len(program.inputs) :]
        gradients += [g if wanted else None for g, wanted in zip(carry, need[:s], strict=True)]
        for i, coef in enumerate(coefs):
            g = given.get(("gcoef", str(i)))
            gradients.append(None if g is None else _summed(g.view(task.shape), coef))
        return None, *gradients


@lru_cache(maxsize=256)
def _constant(value: float, dtype: torch.dtype) -> Tensor:
    """A number as a tensor that nobody writes to."""
    return torch.tensor(value, dtype=dtype)


@cache
def _compiler() -> ThreadPoolExecutor:
    """The thread that compiles what nobody waits for."""
    return ThreadPoolExecutor(1, "workbench-compiler")


def _first(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:120]


def _rows(x: Tensor) -> Tensor:
    """x (T, B, *F) as (T, N), or as (1, N) where every step is the same memory."""
    if len(x) > 1 and x.stride(0) == 0:
        x = x[:1]
    return x.reshape(len(x), -1).contiguous().resolve_neg()


def _summed(gradient: Tensor, coef: Tensor) -> Tensor:
    """What every neuron adds to the gradient of a coefficient, added up in double precision."""
    return gradient.double().sum_to_size(coef.shape).to(coef.dtype)
