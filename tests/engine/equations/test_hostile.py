"""More than two hundred texts that want something else than an equation: each refused at once, in one sentence."""

import itertools
import re
import time

import pytest

from workbench.engine.equations.parser import EquationError
from workbench.engine.neurons.base import Neuron

BOUND = 0.05  # seconds of this thread's own work

BUILTINS = (
    *("abs.__self__", "eval", "exec", "compile", "open", "input", "print", "getattr", "setattr", "globals", "locals"),
    *("vars", "dir", "type", "object", "super", "memoryview", "breakpoint", "help", "exit", "quit", "__import__"),
    *("__builtins__", "__loader__", "__spec__", "__file__", "__name__", "os", "sys", "np", "torch", "math", "spk.grad"),
)
ATTRIBUTES = (
    *("__class__", "__dict__", "__globals__", "__init__", "__subclasses__", "__mro__", "__base__", "__code__", "data"),
    *("grad", "numpy", "backward", "storage", "fill_", "_prev", "real"),
)
STATEMENTS = (
    *(
        "import os",
        "from os import system",
        "import os as x",
        "del x",
        "pass",
        "return x",
        "raise x",
        "assert x",
        "break",
    ),
    *("global x", "nonlocal x", "def f(): x", "class A: x", "for i in x: i", "while x: x", "if x > 1: spk = x"),
    *(
        "with x: x",
        "try: x\nexcept: x",
        "async def f(): x",
        "await x",
        "yield x",
        "lambda: x",
        "x",
        "1",
        "exp(x)",
        "spk += x",
    ),
    *("spk: x = 1", "spk = y = x", "(spk) = x,", "spk, mem = x", "[spk] = x", "*spk, = x", "spk.a = x", "spk[0] = x"),
    *("type spk = x", "match x:\n case 1: x", "x = 1", "beta = 1", "exp = x", "mem_prev = x", "True = x", "None = x"),
)
EXPRESSIONS = (
    *("x if x else x", "x or x", "not x", "x == x", "x != x", "x is x", "x in x", "0 < x < 1", "x > 1", "-(x > 1)"),
    *("x % 2", "x // 2", "x @ x", "x << 1", "x >> 1", "x & x", "x | x", "x ^ x", "~x", "+x", "x[0]", "x[:]", "x[...]"),
    *("[x]", "(x,)", "{x}", "{x: x}", "[x for x in x]", "(x for x in x)", "{x for x in x}", "(y := x)", "lambda y: x"),
    *(
        "'x'",
        '"x"',
        "f'{x}'",
        "b'x'",
        "'''x'''",
        "True",
        "False",
        "None",
        "...",
        "1j",
        "1e400",
        "1e39",
        "9" * 400,
        "0x1p3",
    ),
    *(
        "0x",
        "1_",
        "0o9",
        "1__0",
        "min(*x)",
        "min(**x)",
        "min(x, y=x)",
        "exp()",
        "exp(x, x)",
        "min(x)",
        "where(x, x, x)",
    ),
    *("where(x > 1, x)", "clip(x, x, 1)", "clip(x, 0, mem)", "exp", "exp(exp)", "exp(x)(x)", "x(x)", "sin(x)", "spike"),
    *(
        "10**400",
        "9**9**9**9",
        "2**1e9",
        "1/0",
        "0**-1",
        "log(0)",
        "log(-1)",
        "sqrt(-1)",
        "exp(1e4)",
        "1e38*1e38*1e300",
    ),
    *(
        "(0-1)**0.5",
        "x ** ",
        "x +",
        "(x",
        "x)",
        "x x",
        "x,,x",
        "x;;x = ",
        "=x",
        "x = = x",
        "await x",
        "yield x",
        "*x",
        "**x",
    ),
)
CHARACTERS = (
    *(
        "m\u0435m",
        "\u03b2",
        "\uff58",
        "\u202ex",
        "\u200bx",
        "\u2028",
        "\x00",
        "\x07",
        "\x0c",
        "\x1b[2J",
        "\ufeffx",
        "x\u0301",
    ),
    *(
        "\U0001f525",
        "\ud800",
        "\u00a0x",
        "$x",
        "x!",
        "x?",
        "x`",
        "x@x",
        "x#\\",
        "\\x",
        "x\\",
        "x'",
        'x"',
        "x&",
        "x%",
        "x^",
        "x~",
    ),
)
LARGE = (
    "(" * 3000 + "x" + ")" * 3000,
    "exp(" * 61 + "x" + ")" * 61,
    "-" * 7000 + "x",
    "x" + "+x" * 3900,
    "x" + "**x" * 1500,
    "x" + "-" * 7000,
    "[" * 200,
    "x" * 7900 + "(",
    "1" * 7900,
    "0." + "0" * 7000 + "1e99999",
    "x" + " " * 8000,
    "where(x > " * 60 + "1" + ", x, x)" * 60,
    "min(" * 3000,
)

HOSTILE = [
    *(f"spk = {b}(x)" for b in BUILTINS),
    *(f"spk = x.{a}" for a in ATTRIBUTES),
    *(f"spk = ().{a}" for a in ATTRIBUTES),
    *STATEMENTS,
    *(f"spk = {e}" for e in EXPRESSIONS),
    *(f"spk = {c} + x" for c in CHARACTERS if not c.startswith("x#")),
    *(f"spk = {e}" for e in LARGE),
    *(f"{a}; {b}" for a, b in itertools.islice(itertools.product(STATEMENTS, ("import os", "x.y = 1")), 0, 40, 3)),
]


def test_there_are_more_than_two_hundred_and_no_two_alike() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) > 200


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_it_is_refused_at_once_in_one_sentence(number: int) -> None:
    text = HOSTILE[number]
    start = time.thread_time()
    with pytest.raises(EquationError) as refused:
        Neuron.from_text(text, {"beta": 0.9}, ["mem"])
    assert time.thread_time() - start < BOUND
    sentence = str(refused.value)
    assert len(sentence) <= 200 and "\n" not in sentence and sentence.isprintable(), sentence
    assert not re.search(r"\b(int|float|str|dict|list|NoneType|tuple|bool|ast|Traceback)\b", sentence), sentence
