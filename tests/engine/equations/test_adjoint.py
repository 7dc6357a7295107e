"""Every rule of the adjoint against torch's gradient in double precision, at ties and bounds too, and what is built."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from workbench.engine.equations.adjoint import adjoint
from workbench.engine.equations.eager import compile_values
from workbench.engine.equations.graph import FUNCTIONS, Graph
from workbench.engine.equations.parser import parse
from workbench.engine.surrogates import fast_sigmoid, step_function

RULES: dict[str, tuple[str, Callable[[Tensor, Tensor], Tensor]]] = {
    "add": ("a + b", lambda a, b: a + b),
    "add twice": ("a + a", lambda a, b: a + a),
    "sub": ("a - b", lambda a, b: a - b),
    "sub from itself": ("a*b - a", lambda a, b: a * b - a),
    "mul": ("a*b", lambda a, b: a * b),
    "square": ("a*a", lambda a, b: a * a),
    "div": ("a/(b*b + 1)", lambda a, b: a / (b * b + 1)),
    "div by zero": ("a/b", lambda a, b: a / b),
    "div of a number": ("2/b", lambda a, b: 2 / b),
    "neg": ("-a", lambda a, b: -a),
    "pow 0": ("a**0", lambda a, b: a**0),
    "pow 2": ("a**2", lambda a, b: a**2),
    "pow 3": ("a**3", lambda a, b: a**3),
    "pow -1": ("a**-1", lambda a, b: a**-1),
    "pow -3": ("a**-3", lambda a, b: a**-3),
    "pow half": ("abs(a)**0.5", lambda a, b: a.abs() ** 0.5),
    "pow 2.5": ("abs(a)**2.5", lambda a, b: a.abs() ** 2.5),
    "pow of a number": ("2**b", lambda a, b: 2**b),
    "pow of zero": ("0**b", lambda a, b: 0**b),
    "general pow": ("abs(a)**b", lambda a, b: a.abs() ** b),
    "exp": ("exp(a)", lambda a, b: a.exp()),
    "log": ("log(a)", lambda a, b: a.log()),
    "tanh": ("tanh(a)", lambda a, b: a.tanh()),
    "sigmoid": ("sigmoid(a)", lambda a, b: a.sigmoid()),
    "sqrt": ("sqrt(a)", lambda a, b: a.sqrt()),
    "abs": ("abs(a)", lambda a, b: a.abs()),
    "round": ("round(a)*b", lambda a, b: a.round() * b),
    "min": ("min(a, b)", torch.minimum),
    "max": ("max(a, b)", torch.maximum),
    "min with itself": ("min(a, a)", lambda a, b: torch.minimum(a, a)),
    "min with a number": ("min(0.5, a)", lambda a, b: torch.minimum(a.new_tensor(0.5), a)),
    "max with a number": ("max(a, -0.5)", lambda a, b: torch.maximum(a, a.new_tensor(-0.5))),
    "clip": ("clip(a, -0.5, 0.5)", lambda a, b: a.clamp(-0.5, 0.5)),
    "clip with crossed bounds": ("clip(a, 0.5, -0.5)", lambda a, b: a.clamp(0.5, -0.5)),
    "greater": ("where(a > b, a*a, 2*b)", lambda a, b: torch.where(a > b, a * a, 2 * b)),
    "at least": ("where(a >= b, a*a, 2*b)", lambda a, b: torch.where(a >= b, a * a, 2 * b)),
    "less": ("where(a < 0.5, 0.25, b)", lambda a, b: torch.where(a < 0.5, 0.25, b)),
    "at most": ("where(0.5 <= a, -1, a*b)", lambda a, b: torch.where(a >= 0.5, -1.0, a * b)),
    "detach": ("a*detach(b) + detach(a)*b", lambda a, b: a * b.detach() + a.detach() * b),
    "spike": ("spike(a - b)*a", lambda a, b: fast_sigmoid(25)(a - b) * a),
    "chain": ("exp(tanh(a*b) - a/2)*sigmoid(b)", lambda a, b: torch.exp(torch.tanh(a * b) - a / 2) * b.sigmoid()),
}
A = [-1.5, -0.5, -0.3, 0.0, 0.2, 0.5, 0.5, 1.7, 2.0, 0.0, 0.0, 2.0, torch.nan, 1.0]
B = [0.5, -0.5, 1.0, 0.1, 0.2, -2.0, 0.5, 3.0, 1.0, 0.0, -1.0, 0.0, 1.0, torch.nan]


def slope(graph: Graph, u: int) -> int:
    return parse("s = 1/(25*abs(u) + 1)**2", graph, {"u": u})[0].node


def derived(text: str, a: Tensor, b: Tensor, arriving: Tensor) -> list[Tensor]:
    """The gradients of a and b that the adjoint graph gives, computed by torch."""
    graph = Graph()
    names = {name: graph.leaf("param", name) for name in ("a", "b", "d")}
    (statement,) = parse(f"y = {text}", graph, names)
    found = adjoint(graph, [(statement.node, names["d"])], {names["a"], names["b"]}, slope)
    values = compile_values(graph, ("a", "b", "d"), [found[names["a"]], found[names["b"]]])(
        [a, b, arriving], step_function
    )
    return [v if isinstance(v, Tensor) else torch.full_like(a, v) for v in values]


@pytest.mark.parametrize("name", RULES)
def test_every_rule_is_torchs_own_at_ties_and_bounds_too(name: str) -> None:
    text, own = RULES[name]
    a, b = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (A, B))
    arriving = torch.linspace(0.5, 1.5, len(A), dtype=torch.float64)
    y = own(a, b)
    want = torch.autograd.grad(y, (a, b), arriving, allow_unused=True) if y.requires_grad else (None, None)
    got = derived(text, a.detach(), b.detach(), arriving)
    for g, w in zip(got, want, strict=True):
        w = torch.zeros_like(g) if w is None else w
        finite = w.isfinite()
        assert torch.allclose(g[finite], w[finite], rtol=1e-14, atol=0), name


def test_every_function_of_the_language_has_its_rule_tried() -> None:
    tried = " ".join(text for text, _ in RULES.values())
    assert all(f"{name}(" in tried for name in FUNCTIONS)


def test_what_leads_nowhere_is_not_built() -> None:
    graph = Graph()
    a, b, d = (graph.leaf("param", name) for name in ("a", "b", "d"))
    (statement,) = parse("y = a*exp(b) + detach(a)", graph, {"a": a, "b": b})
    before = len(graph)
    found = adjoint(graph, [(statement.node, d)], {a}, slope)
    assert [graph.op(n) for n in range(before, len(graph))] in (["mul"], ["mul", "const"], ["const", "mul"])
    assert graph.args(found[a]) == (d, graph.add("exp", b))


def test_nothing_that_blocks_gradients_lets_one_through() -> None:
    graph = Graph()
    a, d = graph.leaf("param", "a"), graph.leaf("param", "d")
    (statement,) = parse("y = where(a > 0, 1, 2) + round(a) + detach(a*a)", graph, {"a": a})
    assert graph.number(adjoint(graph, [(statement.node, d)], {a}, slope)[a]) == 0
