"""The face to read, letter by letter."""

import pytest

from workbench.engine.equations.program import declare
from workbench.engine.neurons.leaky import Leaky


def lines(text: str, params: tuple[str, ...] = ("a", "b"), states: tuple[str, ...] = ("u",)) -> list[str]:
    symbols = {"x": "X", "u": "U", "spk": "S", "a": r"\alpha", "b": "b", "beta": r"\beta"}
    latex = declare(text, params, states).latex(symbols)
    assert latex.startswith("\\begin{aligned}\n") and latex.endswith("\n\\end{aligned}")
    return [line.removesuffix(r" \\").replace("&", "") for line in latex.splitlines()[1:-1]]


def test_a_student_reads_the_leaky_neuron() -> None:
    assert Leaky().latex() == (
        "\\begin{aligned}\n"
        "R[t] &= \\Theta(U[t-1] - \\theta) \\\\\n"
        "U[t] &= \\beta\\,U[t-1] + X[t] - R[t]\\,\\theta \\\\\n"
        "&\\quad 0 \\le \\beta \\le 1 \\\\\n"
        "S[t] &= \\Theta(U[t] - \\theta)\n"
        "\\end{aligned}"
    )


def test_a_name_assigned_twice_carries_a_prime_until_it_is_final() -> None:
    latex = Leaky(reset_mechanism="zero", reset_delay=False, graded_spikes_factor=2.0).latex().splitlines()[1:-1]
    assert latex == [
        "R[t] &= \\Theta(U[t-1] - \\theta) \\\\",
        "U'[t] &= \\beta\\,(1 - R[t])\\,U[t-1] + X[t] \\\\",
        "&\\quad 0 \\le \\beta \\le 1 \\\\",
        "F[t] &= \\Theta(U'[t] - \\theta) \\\\",
        "S[t] &= F[t]\\,\\gamma \\\\",
        "U[t] &= U'[t] - (F[t] - R[t])\\,U'[t]",
    ]


@pytest.mark.parametrize(
    ("right", "printed"),
    [
        ("x + u", "X[t] + U[t-1]"),
        ("u + x", "U[t-1] + X[t]"),
        ("x - (u + a)", r"X[t] - (U[t-1] + \alpha)"),
        ("x - u - a", r"X[t] - U[t-1] - \alpha"),
        ("x*(u - a)", r"X[t]\,(U[t-1] - \alpha)"),
        ("2*x", r"2\,X[t]"),
        ("x*2", r"X[t] \cdot 2"),
        ("-x*u", r"-X[t]\,U[t-1]"),
        ("-(x*u)", r"-(X[t]\,U[t-1])"),
        ("x*-u", r"X[t]\,(-U[t-1])"),
        ("x/a/u", r"\frac{\frac{X[t]}{\alpha}}{U[t-1]}"),
        ("(x + 1)/(u - 1)", r"\frac{X[t] + 1}{U[t-1] - 1}"),
        ("x**2", "X[t]^{2}"),
        ("(-x)**2", "(-X[t])^{2}"),
        ("x**-a", r"X[t]^{-\alpha}"),
        ("exp(x/a)", r"\exp\left(\frac{X[t]}{\alpha}\right)"),
        ("sqrt(abs(x))", r"\sqrt{\left|X[t]\right|}"),
        ("min(x, 1e-3)", r"\min(X[t],\, 0.001)"),
        ("x + 2.5e-7", r"X[t] + 2.5 \cdot 10^{-7}"),
        ("x + 1e30", "X[t] + 10^{30}"),
        ("x + -3", "X[t] + (-3)"),
        ("clip(x, 0, 1)", r"\operatorname{clip}_{0}^{1}(X[t])"),
        ("detach(x)", "X[t]"),
        ("where(x >= a, u, 0)", r"\begin{cases} U[t-1]  X[t] \ge \alpha \\ 0  \text{otherwise} \end{cases}"),
    ],
)
def test_expressions(right: str, printed: str) -> None:
    assert lines(f"y = {right}; spk = x")[0] == rf"\mathrm{{y}}[t] = {printed}"


def test_names_without_symbol_stand_upright_and_knobs_have_no_time() -> None:
    assert lines("rate_in = a/b; spk = rate_in*x")[0] == r"\mathrm{rate\_in} = \frac{\alpha}{b}"


def test_bounds_stand_once_below_the_line_that_needs_them() -> None:
    text = "spk = clip(a, 0, 1)*x; u = clip(a, 0, 1)*u + clip(b, 0, 2)*x"
    assert lines(text) == [
        r"S[t] = \alpha\,X[t]",
        r"\quad 0 \le \alpha \le 1",
        r"U[t] = \alpha\,U[t-1] + b\,X[t]",
        r"\quad 0 \le b \le 2",
    ]
