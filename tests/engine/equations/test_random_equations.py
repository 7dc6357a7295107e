"""Equations that nobody thought of: hypothesis writes them, and both faces must agree on values and gradients."""

import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from workbench.engine.equations.program import declare
from workbench.engine.surrogates import fast_sigmoid, step_function

LEAVES = ("u", "v", "u_prev", "x", "a", "b", "0.5", "2", "0.1")


@st.composite
def expressions(draw: DrawFn, names: tuple[str, ...], depth: int = 0) -> str:
    """A text of bounded values: whatever may grow is held by tanh, clip or a sum with something positive."""
    if depth >= 3 or draw(st.booleans()):
        return draw(st.sampled_from(names))
    p, q, r = (draw(expressions(names, depth + 1)) for _ in range(3))
    forms = (
        *(f"({p} + {q})", f"({p} - {q})", f"({p}*{q})", f"(-{p})", f"({p}/(1 + ({q})**2))", f"abs({p})"),
        *(f"min({p}, {q})", f"max({p}, {q})", f"clip({p}, -1, 0.75)", f"where({p} > {q}, {r}, {p})"),
        *(
            f"where({p} <= {q}, {r}, 0.25)",
            f"detach({p})",
            f"spike({p} - {q})",
            f"round({p})",
            f"({p})**2",
            f"({p})**3",
        ),
        *(f"tanh({p})", f"sigmoid({p})", f"exp(tanh({p}))", f"log(1.5 + abs({p}))", f"sqrt(0.5 + abs({p}))"),
        *(f"(0.5 + abs({p}))**tanh({q})", f"(1.5 + tanh({p}))**-1", f"2**tanh({p})"),
    )
    return draw(st.sampled_from(forms))


@st.composite
def equations(draw: DrawFn) -> str:
    names, lines = LEAVES, []
    for i in range(draw(st.integers(1, 3))):
        target = draw(st.sampled_from(("u", "v", f"y{i}")))
        lines.append(f"{target} = {draw(expressions(names))}")
        names = (*names, target)
    lines += ["u = tanh(u + x)" if draw(st.booleans()) else "u = clip(0.8*u + x, -2, 2)", "v = clip(v, -3, 3)"]
    return "\n".join([*lines, f"spk = spike({draw(expressions(names))} - 0.1)"])


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(equations())
def test_both_faces_of_any_equation_agree(text: str) -> None:
    """In double precision, where a value that lands on a threshold by rounding alone is out of reach."""
    program, surrogate = declare(text, ("a", "b"), ("u", "v")), fast_sigmoid(5)
    results = []
    for how in ("eager", "fused"):
        generator = torch.Generator().manual_seed(0)
        x = (torch.rand((5, 2, 3), generator=generator, dtype=torch.float64) * 2 - 0.7).requires_grad_()
        states = [torch.rand((2, 3), generator=generator, dtype=torch.float64).requires_grad_() for _ in range(2)]
        params = [torch.rand(s, generator=generator, dtype=torch.float64).requires_grad_() for s in ((), (3,))]
        if how == "eager":
            outs, traces, last = program.run([x], states, params, surrogate, step_function)
        else:
            kernels = program.fused(surrogate.text or "", ("slope",))
            outs, traces, last = kernels.run([x], states, params, (surrogate.text or "", surrogate.params), True)
        loss = sum((v * v).sum() + v.sum() for v in (*outs, *traces, *last))
        assert isinstance(loss, torch.Tensor)
        leaves = [x, *states, *params]
        grads = torch.autograd.grad(loss, leaves, allow_unused=True) if loss.requires_grad else [None] * 5
        zeros = [torch.zeros_like(v) if g is None else g for g, v in zip(grads, leaves, strict=True)]
        results.append(([v.detach() for v in (*outs, *traces, *last)], zeros))
    (values, gradients), (fused_values, fused_gradients) = results
    for a, b in zip(values, fused_values, strict=True):
        assert torch.equal(a, b) if program.exact else torch.allclose(a, b, rtol=1e-12, atol=1e-12), text
    for a, b in zip(gradients, fused_gradients, strict=True):
        assert torch.allclose(a, b, rtol=1e-10, atol=1e-10 * float(a.abs().max().clamp(min=1))), text
