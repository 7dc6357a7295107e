"""A docstring as HTML: sections, paragraphs, code, examples; names that have a page of their own become links."""

import html
import re
from collections.abc import Callable, Iterator
from textwrap import dedent

Link = Callable[[str], str | None]
"""From a name to the address of its page, None where it has none."""

_HEADER = re.compile(r"(?P<title>[A-Z][a-z]+)(?: \((?P<note>.*)\))?:(?P<rest> .*)?$")
_OPEN = re.compile(r"(?P<title>[A-Z][a-z]+) \((?P<note>(?:[^()]|\([^()]*\))*)$")
_COLUMNS = re.compile(r"\S {3,}\S")  # a table, as text
_WITHIN = re.compile(r"[a-z,] $")
_SPAN = re.compile(
    r"`(?P<code>[^`]+)`|doi:(?P<doi>10\.\S*[\w/])|arXiv:(?P<arxiv>\d{4}\.\d{4,5})"
    r"|(?P<word>\b[A-Z]\w+\b)(?! (?:et al\. )?\d)"  # with a year behind it, it is a person
)


def rendered(doc: str, link: Link) -> str:
    """The HTML of a cleaned docstring (`inspect.getdoc`)."""
    return "\n".join(_block(lines, link) for lines in _blocks(doc.splitlines()))


def inline(text: str, link: Link) -> str:
    """One piece of running text: code between backticks, papers and known names as links."""
    parts, end = [], 0
    for found in _SPAN.finditer(text):
        parts += [html.escape(text[end : found.start()]), _span(found, link)]
        end = found.end()
    return "".join([*parts, html.escape(text[end:])])


def _span(found: re.Match[str], link: Link) -> str:
    shown = html.escape(found.group())
    if code := found["code"]:
        page = link(code.partition("(")[0] if code[:1].isupper() else code)
        shown = f"<code>{html.escape(code)}</code>"
        return f'<a href="{page}">{shown}</a>' if page else shown
    if word := found["word"]:
        # A capital may just begin a sentence: such a word is a name only where something stands before it.
        begins = word[1:].islower() and not _WITHIN.search(found.string[: found.start()])
        page = None if begins else link(word)
        return f'<a href="{page}">{shown}</a>' if page else shown
    place = f"https://doi.org/{found['doi']}" if found["doi"] else f"https://arxiv.org/abs/{found['arxiv']}"
    return f'<a class="paper" href="{html.escape(place)}">{shown}</a>'


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """Pieces of a docstring: a header with all that belongs to it, a paragraph, an example."""
    block: list[str] = []
    for line in lines:
        new = _starts_section(line) or (line.startswith(">>> ") and not (block and block[0].startswith(">>> ")))
        if block and (not line.strip() or new):
            yield block
            block = []
        if line.strip():
            block.append(line)
    if block:
        yield block


def _starts_section(line: str) -> bool:
    return bool(_HEADER.match(line) or _OPEN.match(line))


def _block(lines: list[str], link: Link) -> str:
    if lines[0].startswith(">>> "):
        return f'<pre class="example">{html.escape(chr(10).join(lines))}</pre>'
    if sum(bool(_COLUMNS.search(line)) for line in lines) > 1 and not _starts_section(lines[0]):
        return f"<pre>{html.escape(dedent(chr(10).join(lines)))}</pre>"
    if not _starts_section(lines[0]):
        return _flow(lines, link)
    while not (found := _HEADER.match(lines[0])):  # a note in parentheses may go on over several lines
        if len(lines) == 1:
            return _flow(lines, link)
        lines = [f"{lines[0]} {lines[1].strip()}", *lines[2:]]
    title, note = found["title"], found["note"]
    head = html.escape(title) + (f" <small>{inline(note, link)}</small>" if note else "")
    rest = (found["rest"] or "").strip()
    body = _flow([rest, *(line.strip() for line in lines[1:])], link) if rest else _flow(lines[1:], link)
    return f'<section class="{title.lower()}"><h3>{head}</h3>{body}</section>'


def _flow(lines: list[str], link: Link) -> str:
    """Running text; what is indented stands as it was written, and a line that begins with a dash is an item."""
    out: list[str] = []
    kind, held = "", list[str]()

    def close() -> None:
        if held and kind == "pre":
            out.append(f"<pre>{html.escape(dedent(chr(10).join(held)))}</pre>")
        elif held:
            text = inline(" ".join(line.strip().removeprefix("- ") for line in held), link)
            out.append(f"<li>{text}</li>" if kind == "li" else f"<p>{text}</p>")
        held.clear()

    for line in lines:
        new = "li" if line.startswith("- ") else "pre" if line.startswith("    ") else "p"
        if kind == "li" and line.startswith("  "):
            new = "li"  # an item that goes on
        if new != kind or line.startswith("- "):
            close()
        kind = new
        held.append(line)
    close()
    return re.sub(r"((?:<li>.*?</li>\s*)+)", r"<ul>\1</ul>", "\n".join(out), flags=re.DOTALL)
