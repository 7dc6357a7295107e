r"""The face to read: aligned LaTeX, one line a statement, in the order and with the terms as written.

Time is shown as `U[t]` (what this step makes) and `U[t-1]` (what the last one left). A name assigned more than once
carries primes until its last assignment: U″[t], U′[t], U[t]. What depends on parameters alone has no time.
`clip(beta, 0, 1)` of a parameter is printed as β, with `0 ≤ β ≤ 1` in a line of its own below the first
line that it appears in: beside it, the line would be too wide for a page's margin.
`detach` changes gradients only and is not printed.
"""

import math
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from workbench.engine.equations.graph import Graph

if TYPE_CHECKING:
    from workbench.engine.equations.program import Program

_SUM, _SIGN, _PRODUCT, _POWER, _ATOM = range(5)  # how tightly a printed expression binds
_RELATION = {"gt": ">", "ge": r"\ge", "lt": "<", "le": r"\le"}
_CALL = {
    "exp": r"\exp",
    "log": r"\ln",
    "tanh": r"\tanh",
    "sigmoid": r"\sigma",
    "min": r"\min",
    "max": r"\max",
    "round": r"\operatorname{round}",
    "spike": r"\Theta",
}

_PI = {math.pi: r"\pi", math.pi / 2: r"\tfrac{\pi}{2}"}


def as_latex(program: "Program", symbols: Mapping[str, str]) -> str:
    """`program` as an `aligned` environment. Names without a symbol are set upright as they are."""
    printer = _Printer(program, symbols)
    lines = [printer.statement(s.name, s.node) for s in program.statements]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


class _Printer:
    def __init__(self, program: "Program", symbols: Mapping[str, str]) -> None:
        self.graph: Graph = program.graph
        self.symbols = symbols
        self.left = Counter(s.name for s in program.statements)
        self.named: dict[int, str] = {}
        self.bounds: list[str] = []
        self.noted: set[str] = set()

    def statement(self, name: str, node: int) -> str:
        self.bounds = []
        right = self.expression(node)
        self.left[name] -= 1
        primes = "'" * self.left[name]
        title = self.symbol(name) + primes + ("" if self.timeless(node) else "[t]")
        if self.graph.args(node):
            self.named.setdefault(node, title)
        return f"{title} &= {right}" + "".join(f" \\\\\n&\\quad {bound}" for bound in self.bounds)

    def symbol(self, name: str) -> str:
        return self.symbols.get(name) or r"\mathrm{" + name.replace("_", r"\_") + "}"

    def timeless(self, node: int) -> bool:
        return all(self.graph.op(n) not in ("input", "state") for n in self.graph.reach([node]))

    def expression(self, n: int, least: int = _SUM) -> str:
        """Node n, in parentheses where it binds less tightly than `least`."""
        text, binds = self.term(n)
        return text if binds >= least else _parens(text)

    def term(self, n: int) -> tuple[str, int]:
        """Node n and how tightly it binds."""
        if n in self.named:
            return self.named[n], _ATOM
        op, args = self.graph.op(n), self.graph.args(n)
        match op:
            case "const":
                return _numeral(self.graph.number(n) or 0.0)
            case "param":
                return self.symbol(self.graph.name(n)), _ATOM
            case "input":
                return self.symbol(self.graph.name(n)) + "[t]", _ATOM
            case "state":
                return self.symbol(self.graph.name(n)) + "[t-1]", _ATOM
            case "add" | "sub":
                sign = "+" if op == "add" else "-"
                return f"{self.expression(args[0])} {sign} {self.expression(args[1], _PRODUCT)}", _SUM
            case "mul":
                first, second = self.expression(args[0], _SIGN), self.expression(args[1], _PRODUCT)
                return first + (r" \cdot " if second[0].isdigit() else r"\,") + second, _PRODUCT
            case "div":
                return rf"\frac{{{self.expression(args[0])}}}{{{self.expression(args[1])}}}", _POWER
            case "neg":
                return "-" + self.expression(args[0], _POWER), _SIGN
            case "pow":
                return f"{self.expression(args[0], _ATOM)}^{{{self.expression(args[1])}}}", _POWER
            case "gt" | "ge" | "lt" | "le":
                return f"{self.expression(args[0])} {_RELATION[op]} {self.expression(args[1])}", _SUM
            case "where":
                yes, no = self.expression(args[1]), self.expression(args[2])
                test = self.expression(args[0])
                cases = rf"\begin{{cases}} {yes} & {test} \\ {no} & \text{{otherwise}} \end{{cases}}"
                return cases, _SUM
            case "clip":
                return self.clipped(*args)
            case "detach":
                return self.term(args[0])
            case "abs":
                return rf"\left|{self.expression(args[0])}\right|", _ATOM
            case "sqrt":
                return rf"\sqrt{{{self.expression(args[0])}}}", _ATOM
        called = _CALL.get(op) or r"\operatorname{" + op.replace("_", r"\_") + "}"
        return called + _parens(",\\, ".join(self.expression(a) for a in args)), _ATOM

    def clipped(self, value: int, lo: int, hi: int) -> tuple[str, int]:
        low, high = self.expression(lo), self.expression(hi)
        if self.graph.op(value) != "param":
            return rf"\operatorname{{clip}}_{{{low}}}^{{{high}}}" + _parens(self.expression(value)), _ATOM
        symbol = self.symbol(self.graph.name(value))
        note = rf"{low} \le {symbol} \le {high}"
        if note not in self.noted:
            self.noted.add(note)
            self.bounds.append(note)
        return symbol, _ATOM


def _parens(text: str) -> str:
    """Parentheses, growing only around what is taller than a line."""
    tall = r"\frac" in text or r"\begin" in text
    return rf"\left({text}\right)" if tall else f"({text})"


def _numeral(value: float) -> tuple[str, int]:
    """A number as a person writes it; a power of ten where it is far from one."""
    if value in _PI:
        return _PI[value], _ATOM
    text = f"{value:.12g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        ten = f"10^{{{int(exponent)}}}"
        if mantissa in ("1", "-1"):
            return mantissa[:-1] + ten, _POWER if value > 0 else _SIGN
        return rf"{mantissa} \cdot {ten}", _PRODUCT if value > 0 else _SIGN
    return text, _ATOM if value >= 0 else _SIGN
