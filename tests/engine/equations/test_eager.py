"""The torch face: every operation against torch's own, values and gradients, and the run against the steps."""

import random
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from workbench.engine.equations.program import Program, declare
from workbench.engine.surrogates import fast_sigmoid, step_function

OPERATIONS: dict[str, tuple[str, Callable[[Tensor, Tensor], Tensor]]] = {
    "add": ("a + b", lambda a, b: a + b),
    "sub": ("a - b", lambda a, b: a - b),
    "mul": ("a*b", lambda a, b: a * b),
    "div": ("a/b", lambda a, b: a / b),
    "div of a number": ("2/b", lambda a, b: 2 / b + 0 * a),
    "neg": ("-a", lambda a, b: -a),
    "power": ("a**3", lambda a, b: a**3),
    "power of a number": ("2**b", lambda a, b: 2**b),
    "general power": ("abs(a)**b", lambda a, b: a.abs() ** b),
    "exp": ("exp(a)", lambda a, b: a.exp()),
    "log": ("log(abs(a) + 1)", lambda a, b: (a.abs() + 1).log()),
    "tanh": ("tanh(a)", lambda a, b: a.tanh()),
    "sigmoid": ("sigmoid(a)", lambda a, b: a.sigmoid()),
    "sqrt": ("sqrt(abs(a) + 1)", lambda a, b: (a.abs() + 1).sqrt()),
    "abs": ("abs(a)", lambda a, b: a.abs()),
    "round": ("round(a)", lambda a, b: a.round()),
    "min": ("min(a, b)", torch.minimum),
    "max": ("max(a, b)", torch.maximum),
    "min with a number": ("min(0.5, a)", lambda a, b: torch.minimum(torch.tensor(0.5), a)),
    "max with a number": ("max(a, -0.5)", lambda a, b: torch.maximum(a, torch.tensor(-0.5))),
    "clip": ("clip(a, -0.5, 0.5)", lambda a, b: a.clamp(-0.5, 0.5)),
    "greater": ("where(a > b, a, 2*b)", lambda a, b: torch.where(a > b, a, 2 * b)),
    "at least": ("where(a >= b, a, 2*b)", lambda a, b: torch.where(a >= b, a, 2 * b)),
    "less": ("where(a < 0.5, 0.25, b)", lambda a, b: torch.where(a < 0.5, 0.25, b)),
    "at most": ("where(0.5 <= a, -1, 0.25)", lambda a, b: torch.where(a >= 0.5, -1.0, 0.25)),
    "detach": ("a*detach(b)", lambda a, b: a * b.detach()),
    "spike": ("spike(a - b)", lambda a, b: fast_sigmoid(25)(a - b)),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_torchs_own_with_its_gradient_at_ties_and_bounds_too(name: str) -> None:
    text, own = OPERATIONS[name]
    program = declare(f"unused = a + b; y = {text}", (), (), ("a", "b"), ("y",))
    values = torch.tensor([-1.5, -0.5, -0.3, 0.0, 0.2, 0.5, 0.5, 1.7, 2.0])
    others = torch.tensor([0.5, -0.5, 1.0, 0.1, 0.2, -2.0, 0.5, 3.0, 1.0])
    got, want = [], []
    for found, function in (
        (got, lambda a, b: program.step([a, b], [], [], fast_sigmoid(25), step_function)[0][0]),
        (want, own),
    ):
        a, b = values.clone().requires_grad_(), others.clone().requires_grad_()
        y = function(a, b)
        if y.requires_grad:
            y.backward(torch.linspace(0.5, 1.5, len(values)))
        found += [y.detach(), *(torch.zeros(9) if v.grad is None else v.grad for v in (a, b))]
    for left, right in zip(got, want, strict=True):
        assert torch.allclose(left, right, rtol=0, atol=0, equal_nan=True)


def steps(program: Program, x: Tensor, states: list[Tensor], params: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
    """The run, as a plain loop over the reference step."""
    outs, traces = [], []
    for row in x:
        (out,), states = program.step([row], states, params, fast_sigmoid(5), step_function)
        outs.append(out)
        traces.append(states)
    return torch.stack(outs), [torch.stack(trace) for trace in zip(*traces, strict=True)]


def compare(program: Program) -> None:
    generator = torch.Generator().manual_seed(0)
    results = []
    for how in ("run", "steps"):
        generator.manual_seed(0)
        x = (torch.rand(6, 2, 3, generator=generator) * 2 - 0.5).requires_grad_()
        states = [torch.rand(2, 3, generator=generator, requires_grad=True) for _ in program.states]
        params = [
            torch.rand((), generator=generator).requires_grad_(),
            torch.rand(3, generator=generator).requires_grad_(),
        ]
        if how == "run":
            (out,), traces, last = program.run([x], states, params, fast_sigmoid(5), step_function)
            assert all(torch.equal(a[-1], b) for a, b in zip(traces, last, strict=True))
        else:
            out, traces = steps(program, x, states, params)
        (out.sum() + sum((t * t).sum() for t in traces)).backward()
        grads = [torch.zeros_like(v) if v.grad is None else v.grad for v in (x, *states, *params)]
        results.append([out, *traces, *grads])
    for i, (a, b) in enumerate(zip(*results, strict=True)):
        if i <= len(program.states):
            assert torch.equal(a, b), program.text  # the same bits: nothing is reordered
        else:
            assert torch.allclose(a, b, rtol=1e-4, atol=1e-5), program.text


FIXED = {
    "no state at all": ("y = a*x; spk = spike(y - b)", ()),
    "a state never assigned": ("spk = spike(x + u)", ("u",)),
    "a state that only remembers the input": ("u = x; spk = spike(u_prev - b)", ("u",)),
    "two states that swap": ("u = v; v = u_prev; spk = u*x", ("u", "v")),
    "states of knobs alone": ("u = b; v = 2; spk = v*x", ("u", "v")),
    "an output of knobs alone": ("u = u + x; spk = a*b", ("u",)),
    "an output that is a number": ("u = u + x; spk = 1", ("u",)),
    "an output that is the old state": ("spk = u; u = u + x", ("u",)),
    "work ahead of the loop": ("drive = exp(a*x)*b; u = b*u + drive; spk = spike(u - 1)", ("u",)),
    "detached work on everything": (
        "r = detach(spike(u*b + exp(x) - a)); u = b*u - r*a + x; spk = spike(u - r)",
        ("u",),
    ),
    "detached once, used twice": ("r = spike(u - a); u = b*u - detach(r) + r*x; spk = r + detach(r)", ("u",)),
    "detach within detach": ("r = detach(x - detach(u*a)); u = b*u + r; spk = spike(u - detach(r))", ("u",)),
    "detached new state": ("u = a*u + x; v = v + detach(u); spk = spike(v - u)", ("u", "v")),
    "reset at once": ("u = a*u + x; spk = spike(u - b); u = u - spk*b", ("u",)),
    "limits": ("u = min(max(u + x, -1), b); spk = where(u > 0.5, spike(u), 0)", ("u",)),
}


@pytest.mark.parametrize("name", FIXED)
def test_a_run_equals_its_steps(name: str) -> None:
    text, states = FIXED[name]
    compare(declare(text, ("a", "b"), states))


@pytest.mark.parametrize("seed", range(60))
def test_a_run_equals_its_steps_for_whatever_is_written(seed: int) -> None:
    """Random texts over two states, two knobs and an input."""
    draw = random.Random(seed)
    names = ["u", "v", "u_prev", "v_prev", "a", "b", "x", "0.5"]
    lines = []
    for i in range(draw.randint(2, 8)):
        p, q, r = (draw.choice(names) for _ in range(3))
        forms = (
            f"{p} + {q}",
            f"{p} - {q}",
            f"{p}*{q}",
            f"tanh({p})",
            f"detach({p})",
            f"spike({p} - {q})",
            f"sigmoid({p})*{q}",
        )
        forms += (
            f"min({p}, {q})",
            f"max({p}, {q})",
            f"where({p} > {q}, {r}, {p})",
            f"clip({p}, -1, 1)",
            f"detach({p}*{q})",
        )
        target = draw.choice(["u", "v", f"y{i}", f"y{i}"])
        lines.append(f"{target} = {draw.choice(forms)}")
        names.append(target)
    lines += ["u = tanh(u + 0.3*x)", f"spk = spike({draw.choice(names)} - 0.1)"]
    compare(declare("\n".join(lines), ("a", "b"), ("u", "v")))


def test_leaky_needs_five_gradient_operations_a_step_and_one_spike_a_run() -> None:
    """What makes training fast: the delayed reset is computed unseen by autograd, and the spikes after the loop."""
    from workbench.engine.neurons.leaky import Leaky

    calls = []

    def spike(u: Tensor) -> Tensor:
        calls.append(tuple(u.shape))
        return fast_sigmoid(25)(u)

    program = Leaky().program
    x, knobs = torch.rand(7, 2, 3), [torch.tensor(0.9), torch.tensor(1.0), torch.tensor(1.0)]
    program.run([x], [torch.zeros(2, 3)], knobs, spike, step_function)
    assert calls == [(7, 2, 3)]
