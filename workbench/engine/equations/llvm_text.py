"""Values of a kernel as Python objects: `a * b + 1.0` writes two lines of LLVM's language and gives the second's value.

Nothing is reordered, joined or assumed here (no `fast`, no `contract`): a kernel rounds where its text does, and NaN is
seen. Numbers that few decimals cannot say exactly stand as LLVM wants them, in bits, and are told in a comment.
"""

import struct
from collections.abc import Iterable
from typing import Union

import numpy as np

REAL = {"float32": "float", "float64": "double"}
WHOLE = {"float32": "i32", "float64": "i64"}
_SHORT = {"float": "f32", "double": "f64"}
_REALS = {"+": "fadd", "-": "fsub", "*": "fmul", "/": "fdiv"}
_WHOLES = {"+": "add", "-": "sub", "<<": "shl", ">>": "ashr", "&": "and", "|": "or"}

Term = Union["Value", float]


class Lines:
    """The lines of one function of dtype `kind`, with the names of what it calls in `calls`."""

    def __init__(self, kind: str, prefix: str = "") -> None:
        self.kind, self.real, self.whole = kind, REAL[kind], WHOLE[kind]
        self.text: list[str] = []
        self.calls: set[str] = set()
        self._prefix, self._count = prefix, 0

    def add(self, line: str) -> None:
        """A line that gives no value."""
        self.text.append(f"  {line}{_told(line)}")

    def value(self, form: str, type_: str, name: str = "") -> "Value":
        """A line `%name = form`, whose value is of LLVM's `type_`."""
        if not name:
            self._count += 1
            name = f"{self._prefix}{self._count}"
        self.add(f"%{name} = {form}")
        return Value(self, f"%{name}", type_)

    def number(self, number: float, type_: str = "") -> "Value":
        """A constant, rounded to the dtype as everywhere."""
        type_ = type_ or self.real
        return Value(self, _numeral(number, type_) if type_ in _SHORT else str(int(number)), type_)

    def call(self, function: str, *given: "Value") -> "Value":
        """`function` is one that stands in the same module, or begins with llvm."""
        type_ = given[0].type
        if function.startswith("llvm."):
            function = f"{function}.{_SHORT[type_]}"
        self.calls.add(function)
        return self.value(f"call {type_} @{function}({', '.join(f'{type_} {v.name}' for v in given)})", type_)


class Value:
    """One value, of one neuron. Arithmetic with it writes lines."""

    def __init__(self, lines: Lines, name: str, type_: str) -> None:
        self.lines, self.name, self.type = lines, name, type_

    def _two(self, sign: str, a: Term, b: Term) -> "Value":
        a, b = (v if isinstance(v, Value) else self.lines.number(v, self.type) for v in (a, b))
        operation = (_REALS if self.type in _SHORT else _WHOLES)[sign]  # a test is a whole number of one bit
        return self.lines.value(f"{operation} {self.type} {a.name}, {b.name}", self.type)

    def _test(self, how: str, other: Term) -> "Value":
        b = other if isinstance(other, Value) else self.lines.number(other, self.type)
        return self.lines.value(f"fcmp {how} {self.type} {self.name}, {b.name}", "i1")

    def __add__(self, other: Term) -> "Value":
        return self._two("+", self, other)

    def __sub__(self, other: Term) -> "Value":
        return self._two("-", self, other)

    def __rsub__(self, other: Term) -> "Value":
        return self._two("-", other, self)

    def __mul__(self, other: Term) -> "Value":
        return self._two("*", self, other)

    def __truediv__(self, other: Term) -> "Value":
        return self._two("/", self, other)

    def __rtruediv__(self, other: Term) -> "Value":
        return self._two("/", other, self)

    def __neg__(self) -> "Value":
        return self.lines.value(f"fneg {self.type} {self.name}", self.type)

    def __lshift__(self, other: int) -> "Value":
        return self._two("<<", self, other)

    def __rshift__(self, other: int) -> "Value":
        return self._two(">>", self, other)

    def __and__(self, other: int) -> "Value":
        return self._two("&", self, other)

    def __or__(self, other: Term) -> "Value":
        return self._two("|", self, other)

    def __gt__(self, other: Term) -> "Value":
        return self._test("ogt", other)

    def __ge__(self, other: Term) -> "Value":
        return self._test("oge", other)

    def __lt__(self, other: Term) -> "Value":
        return self._test("olt", other)

    def __le__(self, other: Term) -> "Value":
        return self._test("ole", other)

    def equals(self, other: Term) -> "Value":
        return self._test("oeq", other)

    def is_nan(self) -> "Value":
        return self._test("uno", self)

    def converted(self, how: str, type_: str) -> "Value":
        """Of another type, by LLVM's conversion `how`; of the same, itself."""
        return self if self.type == type_ else self.lines.value(f"{how} {self.type} {self.name} to {type_}", type_)


def choose(test: Value, yes: Term, no: Term) -> Value:
    """`yes` where `test` holds, else `no`."""
    lines = test.lines
    a, b = (v if isinstance(v, Value) else lines.number(v) for v in (yes, no))
    return lines.value(f"select i1 {test.name}, {a.type} {a.name}, {b.type} {b.name}", a.type)


def declarations(calls: Iterable[str]) -> list[str]:
    """The lines that make LLVM's own functions known."""
    names = {"f32": "float", "f64": "double"}
    found = []
    for name in sorted(n for n in calls if n.startswith("llvm.")):
        type_ = names[name.rpartition(".")[2]]
        found.append(f"declare {type_} @{name}({', '.join([type_] * (2 if '.pow.' in name else 1))})")
    return found


def _numeral(number: float, type_: str) -> str:
    exact = float(np.float32(number)) if type_ == "float" else float(number)
    short = repr(exact)
    if abs(exact) < 1e6 and (exact * 1024).is_integer() and "e" not in short:
        return short
    return "0x" + struct.pack(">d", exact).hex().upper()


def _told(line: str) -> str:
    """A comment with the numbers of a line that stand in bits."""
    bits = [word.strip(",)") for word in line.split() if word.startswith("0x")]
    told = [f"{struct.unpack('>d', bytes.fromhex(word[2:]))[0]:.9g}" for word in bits]
    return f"  ; {', '.join(told)}" if told else ""
