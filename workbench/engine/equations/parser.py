"""Text of one time step → statements over a graph, through a whitelist. The text never meets `eval`.

Statements `name = expression` run in order; `;` and line ends separate them, `#` starts a comment. A state read before
it is assigned is the old one, `name_prev` always is. Three gates stand before anything is built: the characters, the
length, Python's own grammar (`ast`); then only the expressions listed here become nodes, up to a depth and a number.
"""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from workbench.engine.equations.graph import COMPARISONS, FUNCTIONS, Graph

LONGEST_TEXT, MOST_NODES, DEEPEST = 8000, 4000, 60

_OPERATORS: dict[type, str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Lt: "lt",
    ast.LtE: "le",
}
_INSTEAD = {
    "relu": "max(a, 0)",
    "heaviside": "spike(a), or where(a > 0, 1, 0) without a gradient",
    "pow": "a**b",
    "square": "a**2",
    "clamp": "clip(a, 0, 1)",
    "minimum": "min(a, b)",
    "maximum": "max(a, b)",
    "sign": "where(a > 0, 1, where(a < 0, -1, 0))",
}
"""Functions of torch that are written in another way here."""
_STRANGE = re.compile(r"[^A-Za-z0-9_+\-*/()<>=,.;\s]|[^\x09\x0a\x20-\x7e]")


class EquationError(ValueError):
    """A text that is not an equation: one sentence with the place; `line` and `column` count from 1."""

    def __init__(self, why: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"Equation, line {line}, column {column}: {why}")
        self.why, self.line, self.column = why, line, column


@dataclass(frozen=True)
class Statement:
    """One assignment: the name written on the left and the node of what stands on the right."""

    name: str
    node: int


def parse(
    text: str,
    graph: Graph,
    leaves: Mapping[str, int],
    fixed: frozenset[str] = frozenset(),
    own: Sequence[str] = (),
) -> list[Statement]:
    """Add the assignments of `text` to `graph` and return them in written order.

    `leaves` maps each name known on entry to its node; names in `fixed` (knobs, inputs) may be read, not assigned.
    `own` are functions of one value that the neuron itself brings along; they become operations under their own name.
    Raises EquationError, and nothing else, for every text that is not allowed.
    """
    text = text.replace("\r\n", "\n")
    statements, known = [], dict(leaves)
    functions = FUNCTIONS | dict.fromkeys(own, 1)
    for tree in _grammar(text):
        match tree:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=value):
                if name in fixed or name in functions or name.endswith("_prev"):
                    _refuse(target, f"{_short(name)} cannot be assigned; choose another name")
                node = _Builder(text, graph, known, functions).build(value, 0)
                if graph.op(node) in COMPARISONS:
                    _refuse(value, "a comparison may only be the first argument of where()")
                known[name] = node
                statements.append(Statement(name, node))
            case _:
                _refuse(tree, "only `name = expression` is allowed")
    return statements


def _grammar(text: str) -> list[ast.stmt]:
    """Python's grammar, after the characters and the length were found harmless."""
    if len(text) > LONGEST_TEXT:
        raise EquationError(f"the text has {len(text)} characters; at most {LONGEST_TEXT} are allowed")
    bare = re.sub(r"#[^\n]*", lambda comment: " " * len(comment[0]), text)  # no strings here, so # is always a comment
    if strange := _STRANGE.search(bare):
        line, column = bare.count("\n", 0, strange.start()) + 1, strange.start() - bare.rfind("\n", 0, strange.start())
        shown = f"the character {strange[0]}" if strange[0].isprintable() else "an invisible character"
        raise EquationError(f"{shown} (U+{ord(strange[0]):04X}) is not allowed", line, column)
    try:
        return ast.parse(bare).body
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        raise EquationError(f"not an equation ({(error.msg or '')[:60]})", max(line, 1), max(column, 1)) from None
    except (RecursionError, MemoryError, ValueError, OverflowError):
        raise EquationError("too long or nested too deeply to be read; split it into several lines") from None


def _refuse(place: ast.AST, why: str) -> NoReturn:
    raise EquationError(why, getattr(place, "lineno", 1), getattr(place, "col_offset", 0) + 1) from None


def _short(name: str) -> str:
    return name if len(name) <= 30 else name[:27] + "…"


class _Builder:
    """One expression tree → nodes. Every branch that is not written here is refused."""

    def __init__(self, text: str, graph: Graph, known: Mapping[str, int], functions: Mapping[str, int]) -> None:
        self.text, self.graph, self.known, self.functions = text, graph, known, functions

    def build(self, e: ast.expr, depth: int) -> int:
        if depth > DEEPEST:
            _refuse(e, f"nested deeper than {DEEPEST} levels; name a part of it in a line of its own")
        if len(self.graph) > MOST_NODES:
            _refuse(e, f"more than {MOST_NODES} operations in one step")
        match e:
            case ast.Constant(value=value) if isinstance(value, int | float) and not isinstance(value, bool):
                if not abs(value) < 3e38:
                    _refuse(e, "this number does not fit; the largest is 3e38")
                return self.graph.const(value)
            case ast.Name(id=name):
                if name not in self.known:
                    known = ", ".join(sorted(k for k in self.known if not k.endswith("_prev")))
                    _refuse(e, f"{_short(name)} is not known; known are {known}"[:160])
                return self.known[name]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATOR_OF_NUMBERS:
                return self.add(e, _OPERATORS[type(op)], self.value(left, depth), self.value(right, depth))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPERATORS:
                return self.add(e, _OPERATORS[type(op)], self.value(left, depth), self.value(right, depth))
            case ast.Compare(ops=[_, _, *_]):
                _refuse(e, "compare two values at a time")
            case ast.UnaryOp(op=ast.USub()):
                return self.add(e, "neg", self.value(e.operand, depth))
            case ast.Call(func=ast.Name(id=function), args=args, keywords=[]):
                return self.call(e, function, args, depth)
        shown = " ".join((ast.get_source_segment(self.text, e) or "").split())
        _refuse(e, f"`{shown[:40]}` is not allowed; use numbers, names, + - * / **, and {', '.join(self.functions)}")

    def value(self, e: ast.expr, depth: int) -> int:
        """The node of a number; a comparison is not one."""
        node = self.build(e, depth + 1)
        if self.graph.op(node) in COMPARISONS:
            _refuse(e, "a comparison may only be the first argument of where()")
        return node

    def call(self, e: ast.Call, function: str, args: list[ast.expr], depth: int) -> int:
        if function not in self.functions:
            instead = _INSTEAD.get(function)
            hint = f"write {instead}" if instead else f"known are {', '.join(self.functions)}"
            _refuse(e, f"{_short(function)}() is not known; {hint}")
        if len(args) != self.functions[function]:
            takes = self.functions[function]
            _refuse(e, f"{function}() takes {takes} value{'s' * (takes > 1)}, got {len(args)}")
        if function == "where":
            condition = self.build(args[0], depth + 1)
            if self.graph.op(condition) not in COMPARISONS:
                _refuse(args[0], "the first argument of where() must be a comparison such as mem > threshold")
            return self.add(e, "where", condition, *(self.value(a, depth) for a in args[1:]))
        nodes = [self.value(a, depth) for a in args]
        if function == "clip" and None in (lo_hi := [self.graph.number(n) for n in nodes[1:]]):
            _refuse(args[1 + lo_hi.index(None)], "the bounds of clip() must be numbers; for others use min() and max()")
        return self.add(e, function, *nodes)

    def add(self, e: ast.expr, op: str, *nodes: int) -> int:
        try:
            return self.graph.add(op, *nodes)
        except (ArithmeticError, ValueError):
            _refuse(e, "this constant has no finite value")


_OPERATOR_OF_NUMBERS = {kind for kind, op in _OPERATORS.items() if op not in COMPARISONS}
