"""How a thing is called, and the lines that define it."""

import html
import inspect
import io
import keyword
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill, indent
from typing import Any

from workbench.engine.knobs import Option

GLUE = "\u00a0"  # holds an argument together
_KINDS = {tokenize.STRING: "text", tokenize.COMMENT: "comment"}


def signature(call: str, value: Any) -> str:
    """`call` with the arguments of `value`, on several lines where one would be too long."""
    return _laid_out(call, list(_arguments(value)), _annotation(inspect.signature(value).return_annotation, value))


def neuron_signature(call: str, model: Any) -> str:
    """As `signature`, with what `options` stands for written out."""
    options: tuple[Option, ...] = model.options
    given = list(_arguments(model))
    if not any(argument == "*" for argument in given):
        given.append("*")
    given += [f"{option.name}={option.default!r}" for option in options if option.name not in _named(model)]
    given += ["state_quant=None"] if any(option.name == "inhibition" for option in options) else []
    return _laid_out(call, [*given, 'backend="auto"'], "")


def source_of(value: Any) -> tuple[str, str]:
    """(file inside the house, its lines as HTML) of what defines `value`; a neuron's whole file."""
    path = Path(inspect.getsourcefile(value) or "")
    lines, _ = inspect.getsourcelines(value)
    return _place(path), coloured("".join(lines))


def file_of(value: Any) -> tuple[str, str]:
    """(file inside the house, all of it as HTML)."""
    path = Path(inspect.getsourcefile(value) or "")
    return _place(path), coloured(path.read_text(encoding="utf-8"))


def coloured(code: str) -> str:
    """Python as HTML, with words of the language, texts and comments marked."""
    lines, out, at = code.splitlines(keepends=True), list[str](), (1, 0)
    for token in tokenize.generate_tokens(io.StringIO(inspect.cleandoc(code) if code[:1] == " " else code).readline):
        css = _KINDS.get(token.type) or ("word" if keyword.iskeyword(token.string) else "")
        if css:
            out += [html.escape(_between(lines, at, token.start)), f'<span class="{css}">']
            out += [html.escape(_between(lines, token.start, token.end)), "</span>"]
            at = token.end
    return "".join([*out, html.escape(_between(lines, at, (len(lines) + 1, 0)))])


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """The text from one place (line from 1, column) to another."""
    (first, left), (last, right) = start, end
    if first == last:
        return lines[first - 1][left:right] if first <= len(lines) else ""
    middle = lines[first : last - 1]
    return "".join([lines[first - 1][left:], *middle, lines[last - 1][:right] if last <= len(lines) else ""])


def _place(path: Path) -> str:
    house = Path(__file__).resolve().parents[2]
    return str(path.relative_to(house)) if path.is_relative_to(house) else path.name


def _named(value: Any) -> set[str]:
    return set(inspect.signature(value).parameters)


def _arguments(value: Any) -> Iterator[str]:
    """Every argument with its default; what a person may not name is left out, as is `**options`."""
    before = None
    for one in inspect.signature(value).parameters.values():
        if one.kind is one.VAR_KEYWORD or one.name.startswith("_") or one.name in ("self", "cls"):
            continue
        if one.kind is one.KEYWORD_ONLY and before not in (one.KEYWORD_ONLY, one.VAR_POSITIONAL):
            yield "*"
        before = one.kind
        star = "*" if one.kind is one.VAR_POSITIONAL else ""
        yield star + one.name + ("" if one.default is one.empty else f"={_default(one.default)}")


def _default(value: Any) -> str:
    """A default as it would be typed; what has no such form by its name."""
    said = repr(value)
    return getattr(value, "__qualname__", "…") if said.startswith("<") else said.replace("'", '"')


def _annotation(said: Any, value: Any) -> str:
    if inspect.isclass(value) or said is inspect.Signature.empty or said is None:
        return ""
    written = said if isinstance(said, str) else inspect.formatannotation(said)
    return " -> " + re.sub(r"\b[a-z_][\w.]*\.(?=[A-Z])", "", written)


def _laid_out(call: str, arguments: list[str], result: str) -> str:
    arguments = [argument.replace("'", '"') for argument in arguments]
    line = f"{call}({', '.join(arguments)}){result}"
    if len(line) <= 88:
        return line
    inner = fill(", ".join(argument.replace(" ", GLUE) for argument in arguments), 84, break_long_words=False)
    return f"{call}(\n{indent(inner, '    ')}\n){result}".replace(GLUE, " ")
