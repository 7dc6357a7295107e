"""The derived gradient of every neuron against finite differences of the neuron made smooth, in double precision.

Made smooth: spike(u) is ½ + arctan(k·u)/π, whose slope is what the adjoint is told, and every `detach` keeps the value
it had. Then the gradient of any loss is what differences say it is, and nothing of torch's autograd takes part.
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping

import pytest
import torch
from torch import Tensor

from workbench.engine.equations.graph import Graph
from workbench.engine.equations.hoist import Adjoint, reverse
from workbench.engine.equations.parser import parse
from workbench.engine.equations.program import Program, declare
from workbench.engine.neurons import neurons
from workbench.engine.neurons.base import Neuron

SHARP = 1.5
TEXTS = {
    "every operation": (
        "u = 0.6*tanh(u) + sigmoid(x)*exp(-b*x) + log(abs(u) + a)/3 - min(u, x)*max(x, 0.3) + sqrt(u*u + 1)*0.1\n"
        "v = clip(v*b + where(u > x, u**2, x**3)*0.1, -2, 2) + (abs(v) + 1)**a - (a + 1)**-v/4 + round(u)*0\n"
        "spk = spike(u - v)*spike(v) + detach(spike(u))*x",
        ("a", "b"),
        ("u", "v"),
    ),
    "resets at once": ("u = b*u + x; spk = spike(u - a); u = u - spk*a", ("a", "b"), ("u",)),
}
Leaves = Mapping[tuple[str, str], Tensor]
_OPERATIONS: dict[str, Callable[..., Tensor]] = {
    **{name: getattr(operator, name) for name in ("add", "sub", "mul", "neg", "gt", "ge", "lt", "le")},
    **{
        name: getattr(torch, name) for name in ("exp", "log", "tanh", "sigmoid", "sqrt", "abs", "where", "round", "pow")
    },
    "div": torch.true_divide,
    "min": torch.minimum,
    "max": torch.maximum,
    "clip": lambda v, lo, hi: v.clamp(float(lo), float(hi)),
    "spike": lambda u: 0.5 + torch.atan(SHARP * u) / math.pi,
}


def smooth_slope(graph: Graph, u: int) -> int:
    return parse(f"s = {SHARP}/({math.pi!r}*(1 + ({SHARP}*u)**2))", graph, {"u": u})[0].node


def evaluate(
    graph: Graph,
    roots: Iterable[int],
    leaves: Leaves,
    kept: dict[int, Tensor],
    known: Mapping[int, Tensor] | None = None,
) -> dict[int, Tensor]:
    """The values of `roots`. `kept` holds what detach() gave the first time, and is filled in then."""
    values = dict(known or {})
    for n in graph.reach(roots, stop=values):
        if n in values:
            continue
        op, args = graph.op(n), graph.args(n)
        if op == "const":
            values[n] = torch.tensor(graph.number(n), dtype=torch.float64)
        elif not args:
            values[n] = leaves[op, graph.name(n)]
        elif op == "detach":
            values[n] = kept.setdefault(n, values[args[0]])
        else:
            values[n] = _OPERATIONS[op](*(values[a] for a in args))
    return values


class Smooth:
    """A program over T steps in double precision: its loss, and its gradient by the adjoint alone."""

    def __init__(self, program: Program, x: list[Tensor], start: list[Tensor], params: list[Tensor]) -> None:
        self.program, self.x, self.start, self.params = program, x, start, params
        self.kept: list[dict[int, Tensor]] = [{} for _ in x[0]]

    def coefficients(self) -> list[Tensor]:
        p = self.program
        leaves = {("param", name): v for name, v in zip(p.params, self.params, strict=True)}
        values = evaluate(p.graph, p.split.coefficients, leaves, {})
        return [values[n] for n in p.split.coefficients]

    def traces(self) -> tuple[list[list[Tensor]], Tensor]:
        p, states, rows, loss = self.program, self.start, [self.start], torch.zeros((), dtype=torch.float64)
        coefs = {("coef", str(i)): c for i, c in enumerate(self.coefficients())}
        for t, kept in enumerate(self.kept):
            leaves = coefs | {("input", n): v[t] for n, v in zip(p.inputs, self.x, strict=True)}
            leaves |= {("state", n): v for n, v in zip(p.states, states, strict=True)}
            values = evaluate(p.split.graph, [*p.split.updates, *p.split.results], leaves, kept)
            states = [values[n].expand_as(self.x[0][0]) for n in p.split.updates]
            rows.append(states)
            for n in (*p.split.updates, *p.split.results):
                loss = loss + (values[n].expand_as(self.x[0][0]) * (1 + 0.1 * t)).mean()
        return rows, loss

    def gradients(self) -> list[Tensor]:
        """Of inputs, first states and coefficients."""
        p, (rows, _) = self.program, self.traces()
        count = [str(i) for i in range(len(p.split.coefficients))]
        back: Adjoint = reverse(p.split, p.states, p.outputs, p.inputs, count, smooth_slope)
        coefs = {("coef", name): c for name, c in zip(count, self.coefficients(), strict=True)}
        like = self.x[0][0]
        carry = {("carry", s): torch.zeros_like(like) for s in p.states}
        gx = [torch.zeros_like(v) for v in self.x]
        gc = {name: torch.zeros_like(like) for name in count}
        for t in range(len(self.kept) - 1, -1, -1):
            each = torch.full_like(like, (1 + 0.1 * t) / like.numel())
            leaves: dict[tuple[str, str], Tensor] = dict(coefs) | carry
            leaves |= {("gtrace", s): each for s in p.states} | {("gout", o): each for o in p.outputs}
            leaves |= {("input", n): v[t] for n, v in zip(p.inputs, self.x, strict=True)}
            leaves |= {("state", n): v for n, v in zip(p.states, rows[t], strict=True)}
            loaded = {n: rows[t + 1][p.states.index(s)] for n, s in back.loaded.items()}
            values = evaluate(back.graph, back.roots, leaves, self.kept[t], loaded)
            carry = {("carry", s): values[n].expand_as(like) for s, n in back.states.items()}
            for g, name in zip(gx, p.inputs, strict=True):
                g[t] = values[back.inputs[name]]
            for name in count:
                gc[name] = gc[name] + values[back.coefs[name]]
        return [*gx, *carry.values(), *(gc[name] for name in count)]


def check(program: Program, params: list[Tensor], rest: list[float], scale: float) -> None:
    draw = torch.Generator().manual_seed(4)
    x = [torch.rand((6, 3), generator=draw, dtype=torch.float64) * scale for _ in program.inputs]
    start = [torch.full((3,), r, dtype=torch.float64) + 0.01 * torch.rand(3, generator=draw).double() for r in rest]
    smooth = Smooth(program, x, start, params)
    found = smooth.gradients()  # fills in what detach() keeps
    largest = max(float(g.abs().max()) for g in found) if found else 0.0

    def difference(tensor: Tensor, place: tuple[int, ...], step: float) -> float:
        before, ends = float(tensor[place]), []
        for sign in (1, -1):
            tensor[place] = before + sign * step
            ends.append(float(smooth.traces()[1]))
        tensor[place] = before
        return (ends[0] - ends[1]) / (2 * step)

    for tensor, gradient in zip((*x, *start), found, strict=False):
        for place in ((0, 0), (2, 1), (5, 2)) if tensor.ndim == 2 else ((0,), (2,)):
            step = 1e-6 * max(1.0, abs(float(tensor[place])))
            want, got = difference(tensor, place, step), float(gradient[place])
            assert got == pytest.approx(want, rel=2e-5, abs=1e-7 * max(1.0, largest))
    for (
        param
    ) in params:  # through the coefficients: d loss / d param by differences, against Σ gradient · d coef / d param
        step = 1e-6 * max(1.0, abs(float(param)))
        before, coefs = float(param), []
        for sign in (1, -1):
            param[()] = before + sign * step
            coefs.append([c.clone() for c in smooth.coefficients()])
        param[()] = before
        slopes = [(a - b) / (2 * step) for a, b in zip(*coefs, strict=True)]
        got = sum(float((g * s).sum()) for g, s in zip(found[len(x) + len(start) :], slopes, strict=True))
        assert got == pytest.approx(difference(param, (), step), rel=2e-5, abs=1e-6 * max(1.0, largest))


@pytest.mark.parametrize("name", TEXTS)
def test_of_a_text(name: str) -> None:
    text, knobs, states = TEXTS[name]
    params = [torch.tensor(v, dtype=torch.float64) for v in (0.8, 0.6)]
    check(declare(text, knobs, states), params, [0.2] * len(states), 1.3)


@pytest.mark.parametrize("model", [model for model in neurons().values() if model.keeps_shape])
def test_of_every_neuron(model: type[Neuron]) -> None:
    neuron = model()
    params = [getattr(neuron, k.name).detach().double() for k in neuron.knobs]
    if neuron.functions or any(p.ndim for p in params):
        pytest.skip("it looks at a whole layer; its own file tests its gradient")
    check(neuron.program, params, [s.rest for s in neuron.states], 1.3)
