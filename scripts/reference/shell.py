"""What every page has around its content, and the files that all of them share."""

import html
import json
import re
from collections.abc import Sequence
from pathlib import Path

from components.prose import Prose
from components.theme import DARK, LIGHT
from scripts.reference.entries import Entry, Group

HERE = Path(__file__).parent
SCRIPTS = ("maths.js", "names.js", "page.js")  # in the order in which they run
_EXPORT = re.compile(r"export\{(\w+) as default\};\s*$")


def write_shared(out: Path, groups: Sequence[Group]) -> None:
    """Stylesheet and scripts. Mathematics is drawn by the bundle that the page of the workbench uses."""
    tokens = [f":root {{ {_tokens(LIGHT)} }}", f"@media (prefers-color-scheme: dark) {{ :root {{ {_tokens(DARK)} }} }}"]
    paper = f"@media print {{ :root {{ {_tokens(LIGHT)} }} }}"
    style = (HERE / "style.css").read_text(encoding="utf-8")
    (out / "style.css").write_text("\n".join([*tokens, paper, style]), encoding="utf-8")
    (out / "page.js").write_text((HERE / "page.js").read_text(encoding="utf-8"), encoding="utf-8")
    (out / "maths.js").write_text(_maths(Prose._bundle.read_text(encoding="utf-8")), encoding="utf-8")
    names = [[e.name, e.group, e.page, e.summary[:140]] for group in groups for e in group.entries]
    (out / "names.js").write_text(f"window.names = {json.dumps(names, ensure_ascii=False)};\n", encoding="utf-8")


def _tokens(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in colours.items())


def _maths(bundle: str) -> str:
    """The bundle as a plain script: a page that lies on the disk may not load modules."""
    plain, count = _EXPORT.subn(r"window.prose = \1.Prose;", bundle)
    assert count == 1, "the bundle of the component prose no longer ends with its one export"
    return f"(() => {{\n{plain}\n}})();\n"


def page(title: str, content: str, groups: Sequence[Group], at: Entry | Group | None) -> str:
    """A whole page; `at` is what it is about, None for the first one."""
    up = "../" if at else ""
    here = at.name if isinstance(at, Group) else at.group if at else ""
    scripts = "".join(f'<script src="{up}{name}" defer></script>' for name in SCRIPTS)
    return f"""<!doctype html>
<html lang="en" data-up="{up}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{html.escape(title)} · SNN Workbench</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{up}style.css">
{scripts}
</head>
<body>
<nav aria-label="Reference">
<a class="home" href="{up}index.html">Reference</a>
<input type="search" placeholder="Find a name ( / )" aria-label="Find a name" autocomplete="off">
<ul id="found" hidden></ul>
<div id="contents">{"".join(_listed(group, up, here, at) for group in groups)}</div>
</nav>
<main>
{content}
</main>
</body>
</html>
"""


def _listed(group: Group, up: str, here: str, at: Entry | Group | None) -> str:
    rows = "".join(
        f'<li><a href="{up}{entry.page}"{_now(entry == at)}>{html.escape(entry.name)}</a></li>'
        for entry in group.entries
    )
    head = f'<a href="{up}{group.page}"{_now(group == at)}>{html.escape(group.name)}</a>'
    return f'<div class="group">{head}{f"<ul>{rows}</ul>" if group.name == here else ""}</div>'


def _now(yes: bool) -> str:
    return ' aria-current="page"' if yes else ""


def maths(latex: str, display: bool = False) -> str:
    """LaTeX for maths.js to draw; without it the LaTeX itself is read."""
    kind, tag = ("maths display", "div") if display else ("maths", "span")
    return f'<{tag} class="{kind}" data-latex="{html.escape(latex)}">{html.escape(latex)}</{tag}>'


def table(head: Sequence[str], rows: Sequence[Sequence[str]], css: str = "") -> str:
    """A table of cells that are HTML already; columns that are empty throughout are left out."""
    kept = [i for i in range(len(head)) if any(row[i] for row in rows)]
    top = "".join(f"<th>{html.escape(head[i])}</th>" for i in kept)
    body = "".join("<tr>" + "".join(f"<td>{row[i]}</td>" for i in kept) + "</tr>" for row in rows)
    return f'<table class="{css}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>' if rows else ""
