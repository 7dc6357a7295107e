"""The page of everything that is no neuron: how it is called, its docstring, its source, and what can be seen of it."""

import html
import inspect
from collections.abc import Mapping
from typing import Any

import torch

from scripts.reference.drawing import Line, Panel, picture
from scripts.reference.entries import Entry
from scripts.reference.prose import Link, inline, rendered
from scripts.reference.shell import maths, table
from scripts.reference.signature import signature, source_of
from workbench.engine.data import load
from workbench.engine.equations.program import declare
from workbench.engine.surrogates import MEANINGS, Surrogate

SYMBOLS: Mapping[str, str] = {
    "u": "u",
    "alpha": r"\alpha",
    "beta": r"\beta",
    "slope": "k",
    "width": "w",
    "B": "B",
    "threshold": r"\theta",
}
REACH = 2.0  # how far from the threshold a slope is drawn


def entry_page(entry: Entry, link: Link) -> str:
    """The content of the page."""
    value = type(entry.value) if entry.group == "parts" else entry.value
    place, source = source_of(value)
    bare = entry.group in ("parts", "data sets") or (inspect.isclass(value) and issubclass(value, BaseException))
    called = entry.call if bare else signature(entry.call, value)
    first, _, rest = entry.doc.partition("\n\n")
    inside = _of_its_kind(entry, link)
    lead = f'<p class="lead">{inline(entry.summary, link)}</p>' if ">>>" not in first else rendered(first, link)
    return "\n".join(
        [
            f'<p class="where">{entry.group} · <code>{place}</code></p><h1>{html.escape(_title(entry))}</h1>',
            lead,
            f"<pre>{html.escape(called)}</pre>",
            inside,
            rendered(rest, link),
            _methods(value, link) if inspect.isclass(value) and entry.group != "parts" else "",
            f'<details class="code"><summary>Source <small>{place}</small></summary><pre>{source}</pre></details>',
        ]
    )


def surrogate_of(value: Any) -> Surrogate | None:
    """The surrogate that `value()` makes, where it is a function that makes one without being told anything."""
    if not inspect.isfunction(value) or inspect.signature(value).return_annotation is not Surrogate:
        return None
    needed = [p for p in inspect.signature(value).parameters.values() if p.default is p.empty]
    return None if needed else value()


def slope(surrogate: Surrogate) -> tuple[list[float], list[float]]:
    """Distances from the threshold and the surrogate's slope there."""
    u = torch.linspace(-REACH, REACH, 801, dtype=torch.float64)
    return u.tolist(), surrogate.derivative(u).tolist()


def _title(entry: Entry) -> str:
    return entry.value.title if entry.group == "parts" else entry.name


def _of_its_kind(entry: Entry, link: Link) -> str:
    if entry.group == "parts":
        return _part(entry.value)
    if entry.group == "data sets":
        return _dataset(entry.name, link)
    surrogate = surrogate_of(entry.value)
    return _slope(entry.name, surrogate) if surrogate else ""


def _slope(name: str, surrogate: Surrogate) -> str:
    us, slopes = slope(surrogate)
    drawn = picture([Panel("slope", 190, [Line(us, slopes, "membrane")], name="slope")], (-REACH, REACH), "u", name)
    numbers = ", ".join(f"{number} = {value:g}" for number, value in surrogate.params) or "no numbers"
    told = f"The gradient that a spike passes back, against u, the membrane less the threshold; {numbers}."
    formula = ""
    if surrogate.text is not None:
        names = tuple(number for number, _ in surrogate.params)
        program = declare(f"slope_at_u = {surrogate.text}", (*names, "u"), (), (), ("slope_at_u",))
        symbols = dict(SYMBOLS) | {"slope_at_u": r"\frac{\mathrm{d}S}{\mathrm{d}u}"}
        formula = maths(program.latex(symbols), display=True)
    rows = [
        (f"<code>{number}</code>", maths(SYMBOLS.get(number, "")), f"{value:g}", html.escape(MEANINGS.get(number, "")))
        for number, value in surrogate.params
    ]
    knobs = table(("name", "symbol", "default", "meaning"), rows)
    return f'{formula}<figure class="slope">{drawn}<figcaption>{html.escape(told)}</figcaption></figure>{knobs}'


def _dataset(name: str, link: Link) -> str:
    data = load(name)
    shape = " × ".join(map(str, data.sample_shape))
    rows = [
        ("samples to train on", f"{len(data.train):,}"),
        ("samples held out", f"{len(data.held_out):,}"),
        ("one sample", f"{shape} values from {data.train.x.min():.3g} to {data.train.x.max():.3g}"),
        ("classes", html.escape(", ".join(data.class_names))),
        ("licence", html.escape(data.licence)),
        ("source", inline(data.source, link)),
    ]
    return f"<p>{html.escape(data.title)}</p>" + table(("what", "value"), rows)


def _part(part: Any) -> str:
    rows = [
        (
            f"<code>{param.name}</code>",
            maths(param.symbol) if param.symbol else "",
            html.escape(str(param.default) if param.default is not None else param.empty or "none"),
            html.escape(", ".join(param.choices) or _bounds(param)),
            html.escape(param.meaning),
        )
        for param in part.params
    ]
    return table(("parameter", "symbol", "default", "allowed", "meaning"), rows)


def _bounds(param: Any) -> str:
    return "" if param.lo is None or param.hi is None else f"{param.lo:g} to {param.hi:g}"


def _methods(value: type, link: Link) -> str:
    """What a class can do: methods and properties of its own that say what they are for."""
    out = []
    for name, method in vars(value).items():
        function = method.fget if isinstance(method, property) else getattr(method, "__func__", method)
        doc = inspect.cleandoc(function.__doc__ or "") if inspect.isfunction(function) else ""
        if name.startswith("_") or not doc:
            continue
        called = f".{name}" if isinstance(method, property) else signature(f".{name}", function)
        out.append(f"<h3><code>{html.escape(called)}</code></h3>")
        out.append(rendered(doc, link))
    return "<h2>Methods</h2>" + "".join(out) if out else ""
