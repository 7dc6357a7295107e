"""The page of a neuron, from its declaration: equation, response, knobs, states, options, counts, docstring, source."""

import html
from typing import Any

import torch

from scripts.reference.drawing import Line, Panel, picture
from scripts.reference.entries import Entry
from scripts.reference.prose import Link, inline, rendered
from scripts.reference.response import FIRED, Response, built, respond
from scripts.reference.shell import maths, table
from scripts.reference.signature import file_of, neuron_signature
from workbench.engine.knobs import Option

KINDS = {"add": "additions and subtractions", "words_read": "words read", "words_written": "words written"}


def neuron_page(entry: Entry, link: Link) -> str:
    """The content of the page."""
    neuron, _ = built(entry.value)
    place, source = file_of(entry.value)
    parts = [
        f'<p class="where">neuron · <code>{place}</code></p><h1>{html.escape(entry.name)}</h1>',
        f'<p class="lead">{inline(entry.summary, link)}</p>',
        f"<pre>{html.escape(neuron_signature(entry.call, entry.value))}</pre>",
        '<h2 id="equation">One step</h2>',
        maths(neuron.latex(), display=True),
        _symbols(neuron),
        '<h2 id="response">Response to a step of current</h2>',
        response_figure(entry.name, neuron, respond(entry.value)),
        '<h2 id="knobs">Knobs</h2>',
        _knobs(entry.value),
        '<h2 id="states">States</h2>',
        table(
            ("name", "symbol", "unit", "at rest", "meaning"),
            [
                (_code(s.name), maths(s.symbol), _unit(s.unit), f"{s.rest:g}", html.escape(s.meaning))
                for s in neuron.states
            ],
        )
        or "<p>It remembers nothing from step to step.</p>",
        '<h2 id="options">Options</h2>' + _options(entry.value) if entry.value.options else "",
        '<h2 id="operations">Operations per neuron and step</h2>',
        _counts(neuron),
        '<h2 id="docstring">In its own words</h2>',
        rendered(entry.doc.partition("\n\n")[2], link),
        f'<details class="code"><summary>Source <small>{place}</small></summary><pre>{source}</pre></details>',
    ]
    return "\n".join(parts)


def response_figure(name: str, neuron: Any, response: Response) -> str:
    """Input, states, what is sent; the numbers that made it stand in attributes and below."""
    scale = response.dt_ms or 1.0
    times = [scale * t for t in range(len(response.x))]
    unit = "ms" if response.dt_ms else "steps"
    panels = [Panel("input", 44, [Line(*_stairs(times, response.x.tolist(), scale))], name="input")]
    symbols = {state.name: state for state in neuron.states}
    for state, values in response.states.items():
        lines, dots = (
            [Line(times, values.tolist(), "membrane" if state in (response.membrane, "mem", "v") else "state")],
            [],
        )
        if state == response.membrane and response.level is not None:
            lines.append(Line(times, response.level.tolist(), "level"))
        if state == response.membrane and response.compared is not None:
            dots = [(times[t], response.compared[t].item()) for t in response.fired]
        height = 150 if state in (response.membrane, "mem", "v") else 74
        note = "" if symbols[state].unit == "1" else symbols[state].unit
        panels.append(Panel(state, height, lines, dots, name=state, note=note))
    if neuron.emits == "spk":
        panels.append(Panel("spikes", 26, ticks=[times[t] for t in response.fired], name="spikes"))
        said = f"{len(response.fired)} spikes" if len(response.fired) != 1 else "1 spike"
    else:
        panels.append(Panel("sent", 74, [Line(times, response.sent.tolist())], name="sent"))
        said = "no spikes: it sends its membrane"
    drawn = picture(panels, (0.0, times[-1]), f"time in {unit}", f"{name}: a step of current and what it does")
    told = f"A current of {response.amplitude:g} from {times[response.start]:g} to {times[response.stop]:g} {unit}, "
    told += f"default knobs: {said}."
    if response.size > 1:
        told += f" Neuron {response.place + 1} of a layer of {response.size} with the weights of seed 0, one input."
    if response.level is not None:
        told += " Dashed: the membrane above which it fires."
    if response.compared is not None and response.level is not None and response.fired:
        told += " Dots: the membrane at the moment of a spike, before the reset of the same step"
        drawn_to = torch.stack([response.states[response.membrane], response.level]).max()
        above = max(response.compared[t].item() for t in response.fired) > drawn_to
        told += "; those on the upper edge lie above it." if above else "."
    if neuron.emits == "spk" and len(response.fired) < FIRED:
        told += " No current up to 5000 makes it fire four times."
    data = f'data-amplitude="{response.amplitude:g}" data-start="{response.start}" data-stop="{response.stop}"'
    data += (
        f' data-steps="{len(times)}" data-place="{response.place}" data-spikes="{" ".join(map(str, response.fired))}"'
    )
    return f'<figure class="response" {data}>{drawn}<figcaption>{html.escape(told)}</figcaption></figure>'


def _stairs(times: list[float], values: list[float], dt: float) -> tuple[list[float], list[float]]:
    """A line that is level during a step."""
    xs = [edge for t in times for edge in (t - dt / 2, t + dt / 2)]
    return [min(max(x, 0.0), times[-1]) for x in xs], [value for value in values for _ in range(2)]


def _symbols(neuron: Any) -> str:
    """What the letters of the equation mean."""
    letters = [("X", "x, the input")] if "x" in neuron.inputs and "x" not in neuron.symbols else []
    letters += [(one.symbol, one.name) for one in (*neuron.states, *neuron.knobs) if one.name in neuron.text]
    letters += [(symbol, name) for name, symbol in neuron.symbols.items() if name in neuron.text]
    if neuron.emits == "spk" and "spk" not in {state.name for state in neuron.states}:
        letters.append(("S", "spk, the spike"))
    if neuron.emits == "spk":
        letters.append((r"\Theta", "1 above 0, else 0"))
    said = " · ".join(f"{maths(symbol)} {html.escape(name)}" for symbol, name in letters if symbol != name)
    return f'<p class="note">{said}</p>'


def _knobs(model: Any) -> str:
    rows: list[tuple[str, ...]] = [
        (
            _code(size.name),
            maths(size.symbol),
            "1",
            f"{size.default:g}",
            f"{size.lo:,}&nbsp;to&nbsp;{size.hi:,}",
            html.escape(size.meaning),
            "",
        )
        for size in getattr(model, "sizes", ())
    ]
    for k in model.knobs:
        bounds, meaning = f"{k.lo:g}&nbsp;to&nbsp;{k.hi:g}", html.escape(k.meaning)
        rows.append((_code(k.name), maths(k.symbol), _unit(k.unit), f"{k.default:g}", bounds, meaning, k.source))
    head = ("name", "symbol", "unit", "default", "bounds", "meaning", "source")
    return table(head, [(*row[:-1], html.escape(row[-1]) or "convention") for row in rows]) or "<p>None.</p>"


def _options(model: Any) -> str:
    """The table, and for every choice that changes the text what becomes of it."""
    rows = [
        (_code(o.name), _code(repr(o.default).replace("'", '"')), _choices(o), html.escape(o.meaning))
        for o in model.options
    ]
    told = [table(("name", "default", "choices", "meaning"), rows)]
    usual = built(model)[0].text
    for option in model.options:
        for choice in _others(option):
            neuron, _ = built(model, **{option.name: choice})
            if neuron.text != usual:
                said = html.escape(f"{option.name}={choice!r}".replace("'", '"'))
                told.append(f"<details><summary>With <code>{said}</code></summary>")
                told.append(f"{maths(neuron.latex(), display=True)}<pre>{html.escape(neuron.text)}</pre></details>")
    return "\n".join(told)


def _others(option: Option) -> list[Any]:
    """The choices to show: of a range of numbers the first that is not the default."""
    others = [choice for choice in option.choices[:20] if choice != option.default]
    return others[:1] if isinstance(option.choices, range) else others


def _choices(option: Option) -> str:
    if isinstance(option.choices, range):
        return f"{option.choices[0]} to {option.choices[-1]}"
    return ", ".join(_code(repr(choice).replace("'", '"')) for choice in option.choices)


def _counts(neuron: Any) -> str:
    rows = [(KINDS[kind] if kind in KINDS else str(kind), str(count)) for kind, count in neuron.operations().items()]
    said = "Counted from the equation with default options; work on knobs alone is done once and left out."
    return table(("kind", "count"), rows, "counts") + f'<p class="note">{said}</p>'


def _code(text: str) -> str:
    return f"<code>{html.escape(text)}</code>"


def _unit(unit: str) -> str:
    return "1" if unit == "1" else html.escape(unit)
