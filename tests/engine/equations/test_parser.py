"""The whitelist: what is an equation, and that nothing else ever gets through, hangs or breaks in another way."""

import re
import time

import pytest

from workbench.engine.equations.graph import Graph
from workbench.engine.equations.parser import EquationError, Statement, parse
from workbench.engine.equations.program import declare


def read(text: str) -> tuple[Graph, list[Statement]]:
    graph = Graph()
    leaves = {"x": graph.leaf("input", "x"), "mem": graph.leaf("state", "mem"), "beta": graph.leaf("param", "beta")}
    return graph, parse(text, graph, leaves | {"mem_prev": leaves["mem"]}, frozenset({"x", "beta"}))


HOSTILE = {
    "attribute": ("mem = x.__class__", 1, 7),
    "call of an attribute": ("mem = x.detach()", 1, 7),
    "unknown call": ("mem = open(x)", 1, 7),
    "eval": ("mem = eval(x)", 1, 7),
    "keyword argument": ("mem = clip(x, lo=0, hi=1)", 1, 7),
    "starred argument": ("mem = min(*x)", 1, 7),
    "call of a call": ("mem = exp(x)(x)", 1, 7),
    "lambda": ("mem = (lambda y: y)(x)", 1, 16),
    "import": ("import os", 1, 1),
    "from import": ("from os import system", 1, 1),
    "dunder import": ("mem = __import__(x)", 1, 7),
    "string": ("mem = 'x'", 1, 7),
    "f-string": ('mem = f"{x}"', 1, 8),
    "bytes": ("mem = b'x'", 1, 8),
    "list": ("mem = [x]", 1, 7),
    "comprehension": ("mem = min(x for x in x, 1)", 1, 11),
    "generator": ("mem = exp(x for x in x)", 1, 10),
    "subscript": ("mem = x[0]", 1, 8),
    "braces": ("mem = {x}", 1, 7),
    "tuple": ("mem = x, x", 1, 7),
    "tuple target": ("mem, y = x", 1, 1),
    "chained target": ("mem = y = x", 1, 1),
    "augmented": ("mem += x", 1, 1),
    "annotated": ("mem: x = 1", 1, 4),
    "walrus": ("mem = (y := x)", 1, 10),
    "bare expression": ("x + 1", 1, 1),
    "empty call": ("mem = exp()", 1, 7),
    "too many arguments": ("mem = exp(x, x)", 1, 7),
    "true": ("mem = True", 1, 7),
    "none": ("mem = None", 1, 7),
    "ellipsis": ("mem = ...", 1, 7),
    "complex": ("mem = 3j", 1, 7),
    "overflowing number": ("mem = 1e400", 1, 7),
    "number above float32": ("mem = 1e39", 1, 7),
    "long number": ("mem = " + "9" * 5000, 1, 1),
    "huge power": ("mem = 10**400", 1, 7),
    "tower of powers": ("mem = 9**9**9**9", 1, 10),
    "constant through zero": ("mem = 1/0", 1, 7),
    "logarithm of nothing": ("mem = log(0)", 1, 7),
    "root of less than nothing": ("mem = (0 - 1)**0.5", 1, 7),
    "modulo": ("mem = x % 2", 1, 9),
    "matrix product": ("mem = x @ x", 1, 9),
    "floor division": ("mem = x // x", 1, 7),
    "shift": ("mem = x << 3", 1, 7),
    "bitwise": ("mem = x | x", 1, 9),
    "invert": ("mem = ~x", 1, 7),
    "not": ("mem = not x", 1, 7),
    "starred second argument": ("mem = min(x, *x)", 1, 14),
    "unary plus": ("mem = +x", 1, 7),
    "and": ("mem = x and x", 1, 7),
    "if else": ("mem = x if x > 1 else mem", 1, 7),
    "chained comparison": ("mem = where(0 < x < 1, x, mem)", 1, 13),
    "equality": ("mem = where(x == 1, x, mem)", 1, 13),
    "comparison as a number": ("mem = x > 1", 1, 7),
    "comparison in a sum": ("mem = x + (x > 1)", 1, 12),
    "number as a condition": ("mem = where(x, x, mem)", 1, 13),
    "clip with a moving bound": ("mem = clip(x, 0, mem)", 1, 18),
    "unknown name": ("mem = y", 1, 7),
    "builtin name": ("mem = __builtins__", 1, 7),
    "own later name": ("mem = y; y = x", 1, 7),
    "knob assigned": ("beta = x", 1, 1),
    "input assigned": ("x = 1", 1, 1),
    "function assigned": ("exp = x", 1, 1),
    "old value assigned": ("mem_prev = x", 1, 1),
    "function as a value": ("mem = exp", 1, 7),
    "for": ("for i in x: mem = i", 1, 11),
    "while": ("while 1: mem = x", 1, 8),
    "def": ("def f(): mem = x", 1, 8),
    "class": ("class mem: x = 1", 1, 10),
    "del": ("del x", 1, 1),
    "global": ("global x", 1, 1),
    "yield": ("mem = (yield)", 1, 8),
    "decorator": ("@x\nmem = x", 1, 1),
    "backslash": ("mem = x + \\\n1", 1, 11),
    "semicolons only": (";", 1, 1),
    "unfinished": ("mem = x +", 1, 10),
    "no expression": ("mem =", 1, 6),
    "indented": ("  mem = x", 1, 2),
    "second line": ("mem = x\nmem = y + 1", 2, 7),
    "third line, after a comment": ("mem = x  # β\n# more\nmem = $x", 3, 7),
    "NUL": ("mem = x\0", 1, 8),
    "bell": ("mem = \a x", 1, 7),
    "form feed": ("mem = x\f", 1, 8),
    "no-break space": ("mem =\u00a0x", 1, 6),
    "Cyrillic look-alike": ("m\u0435m = x", 1, 2),
    "Greek letter": ("mem = \u03b2*x", 1, 7),
    "full-width letter": ("mem = \uff58", 1, 7),
    "right-to-left mark": ("mem = \u202ex", 1, 7),
    "emoji": ("mem = \U0001f525", 1, 7),
    "lone surrogate": ("mem = \ud800", 1, 7),
    "deep parentheses": ("mem = " + "(" * 3900 + "x" + ")" * 3900, 1, 1),
    "deep calls": ("mem = " + "exp(" * 100 + "x" + ")" * 100, 1, 1),
    "a thousand minus signs": ("mem = " + "-" * 1000 + "x", 1, 1),
    "as many as fit": ("mem = " + "-" * 7900 + "x", 1, 1),
    "a long sum": ("mem = x" + "+x" * 3900, 1, 1),
    "deep powers": ("mem = x" + "**x" * 1000, 1, 1),
    "too long": ("mem = x" + " " * 8000, 1, 1),
}
ROUGHLY = {"long number", "deep parentheses", "deep calls", "a thousand minus signs", "as many as fit"}
ROUGHLY |= {"a long sum", "deep powers"}  # refused, at whichever place


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_equation_is_refused_with_its_place_and_at_once(name: str) -> None:
    text, line, column = HOSTILE[name]
    start = time.thread_time()  # a busy neighbour is no fault of the parser
    with pytest.raises(EquationError) as refused:
        read(text)
    assert time.thread_time() - start < 0.05
    error, sentence = refused.value, str(refused.value)
    if name not in ROUGHLY:
        assert (error.line, error.column) == (line, column), sentence
    assert sentence.startswith(f"Equation, line {error.line}, column {error.column}: ")
    assert len(sentence) <= 200 and "\n" not in sentence
    assert not re.search(r"\b(int|float|str|dict|list|NoneType|tuple|bool|ast)\b", sentence), sentence


def test_more_operations_than_a_step_may_have_are_refused() -> None:
    graph = Graph()
    x = graph.leaf("input", "x")
    parse("mem = x + 1", graph, {"x": x})
    for i in range(4000):
        graph.const(i)
    with pytest.raises(EquationError, match="more than 4000 operations"):
        parse("mem = x + 1", graph, {"x": x})


def test_statements_run_in_order_and_see_old_and_new_values() -> None:
    graph, (first, second) = read("mem = mem + x; y = mem - mem_prev  # the change")
    mem, x = graph.leaf("state", "mem"), graph.leaf("input", "x")
    assert first == Statement("mem", graph.add("add", mem, x))
    assert second == Statement("y", graph.add("sub", first.node, mem))


@pytest.mark.parametrize(
    "text", ["", "# nothing but a comment with [odd] 'characters' \u03b2", "\n\n", "mem = x\r\ny = 1\r\n"]
)
def test_harmless_oddities_are_read(text: str) -> None:
    read(text)


def test_a_declaration_without_its_output_or_input_is_refused() -> None:
    with pytest.raises(EquationError, match="never says what spk is"):
        declare("mem = x", (), ("mem",))
    with pytest.raises(EquationError, match="never reads its input x"):
        declare("spk = spike(mem)", (), ("mem",))
