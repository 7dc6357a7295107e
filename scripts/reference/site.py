"""The whole reference: a first page, an index for each group, a page for each thing."""

import html
from collections.abc import Sequence
from pathlib import Path

import workbench
from scripts.reference.entries import Entry, Group, groups
from scripts.reference.entry_page import entry_page, slope, surrogate_of
from scripts.reference.neuron_page import neuron_page
from scripts.reference.prose import Link, inline, rendered
from scripts.reference.shell import page, table, write_shared
from workbench.engine.neurons import neurons


def write(out: Path) -> int:
    """Write every page into the folder `out`, which exists, and say how many there are."""
    found = groups()
    write_shared(out, found)
    pages = {"index.html": page("Reference", _first(found), found, None)}
    for group in found:
        pages[group.page] = page(group.name, _index(group, links(found, group.page)), found, group)
        for entry in group.entries:
            link = links(found, entry.page, entry.name)
            content = neuron_page if entry.value in neurons().values() else entry_page
            pages[entry.page] = page(entry.name, content(entry, link), found, entry)
    for place, content in pages.items():
        (out / place).parent.mkdir(exist_ok=True)
        (out / place).write_text(content, encoding="utf-8")
    return len(pages)


def links(found: Sequence[Group], here: str, own: str = "") -> Link:
    """How the page at `here` reaches the page of a name, where the first group with it has it; its own is no link."""
    folder = here.partition("/")[0] if "/" in here else ""
    places: dict[str, str] = {}
    for group in found:
        for entry in group.entries:
            places.setdefault(f"wb.{group.name}.{entry.name}", entry.page)
            # A word such as `rate` is mostly an argument; it is the function only among its own.
            if not entry.name.islower() or "_" in entry.name or entry.page.startswith(f"{folder}/"):
                places.setdefault(entry.name, entry.page)
    up = "../" if folder else ""
    return lambda name: None if name == own or name not in places else up + places[name]


def _first(found: Sequence[Group]) -> str:
    link = links(found, "index.html")
    parts = [
        "<h1>SNN Workbench: reference</h1>",
        '<p class="lead">Every neuron with its equation, its knobs and its answer to a step of current; what turns '
        "values into spikes, trains and judges them. Made from the code itself.</p>",
        f"<p>Names are those of <code>import workbench as wb</code>. {_version()}</p>",
    ]
    for group in found:
        names = ", ".join(f'<a href="{e.page}">{html.escape(e.name)}</a>' for e in group.entries)
        parts.append(f'<h2 class="capital"><a href="{group.page}">{html.escape(group.name)}</a></h2>')
        parts.append(f"<p>{inline(_lead(group), link)}</p><p>{names}</p>")
    return "\n".join(parts)


def _index(group: Group, link: Link) -> str:
    curves = any(surrogate_of(entry.value) for entry in group.entries)
    rows = [
        (f'<a href="{entry.slug}.html">{html.escape(entry.name)}</a>', _thumbnail(entry), inline(_short(entry), link))
        for entry in group.entries
    ]
    head = ("name", "slope" if curves else "", "what it is")
    return f'<h1 class="capital">{html.escape(group.name)}</h1>{rendered(group.doc, link)}{table(head, rows)}'


def _short(entry: Entry) -> str:
    """Its summary, cut at the end of a sentence where it is long."""
    if len(entry.summary) < 220:
        return entry.summary
    end = entry.summary.rfind(". ", 0, 220)
    return entry.summary[: end + 1] if end > 60 else entry.summary[:220].rsplit(" ", 1)[0] + " …"


def _lead(group: Group) -> str:
    return " ".join(group.doc.partition("\n\n")[0].split())


def _thumbnail(entry: Entry) -> str:
    surrogate = surrogate_of(entry.value)
    if surrogate is None:
        return ""
    us, slopes = slope(surrogate)
    low, high = min(0.0, *slopes), max(0.0, *slopes)
    size = (high - low) or 1.0
    points = "L".join(
        f"{24 * (u + 2):.1f} {30 - 26 * (s - low) / size:.1f}" for u, s in zip(us[::8], slopes[::8], strict=True)
    )
    return f'<svg width="96" height="34" aria-hidden="true"><path class="line membrane" d="M{points}"/></svg>'


def _version() -> str:
    return f"Version {workbench.__version__}."
