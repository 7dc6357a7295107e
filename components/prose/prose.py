"""Prose: Markdown with mathematics between dollar signs, drawn without any download."""

from __future__ import annotations

import hashlib
import html
import re
from typing import Any

import panel as pn
import param
from markdown_it import MarkdownIt

from components.base import Component

FOLDED = re.compile(r"^::: *(?P<asked>\S[^\n]*)\n(?P<told>.*?)^:::$", re.DOTALL | re.MULTILINE)
MATHS = re.compile(r"\$\$(?P<display>.+?)\$\$|\$(?P<inline>[^$\n]+?)\$", re.DOTALL)


class Prose(Component):
    """A text to read. HTML inside the Markdown is shown as text, never run.

    Event: ``{"type": "follow", "name"}``: a link to ``#name`` was clicked.
    """

    text = param.String(
        default="",
        doc="""Markdown; LaTeX stands between $ signs, or between $$ on lines of its own. What stands between a line
        ``::: Show the answer`` and a line ``:::`` is folded away under these words until they are clicked.""",
    )
    _html = param.String(default="", doc="The text as the page draws it.")

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self._html = pn.bind(rendered, self.param.text)


def rendered(text: str) -> str:
    """Markdown as HTML; every formula becomes an element with its LaTeX in `data-latex`, for the page to draw."""
    pieces: list[str] = []
    # What stands for a piece is made of the text's own hash, which no text holds, written out or as entities.
    mark = f"x{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}x"

    def keep(made: str) -> str:
        # Out of Markdown's reach, which would read underscores and stars in a formula, and escape HTML.
        pieces.append(made)
        return f"{mark}{len(pieces) - 1}x"

    def formula(found: re.Match[str]) -> str:
        mode = "display" if found["display"] else "inline"
        latex = html.escape((found["display"] or found["inline"]).strip(), quote=True)
        return keep(f'<span class="maths {mode}" data-latex="{latex}"></span>')

    def fold(found: re.Match[str]) -> str:
        asked = html.escape(found["asked"].strip())
        return keep(f"<details><summary>{asked}</summary>{rendered(found['told'])}</details>") + "\n"

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    drawn = markdown.render(MATHS.sub(formula, FOLDED.sub(fold, text)))
    return re.sub(f"<p>{mark}(\\d+)x</p>|{mark}(\\d+)x", lambda found: pieces[int(found[1] or found[2])], drawn)
