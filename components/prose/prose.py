"""Prose: Markdown with mathematics between dollar signs, drawn without any download."""

from __future__ import annotations

import html
import re
from typing import Any

import panel as pn
import param
from markdown_it import MarkdownIt

from components.base import Component

MATHS = re.compile(r"\$\$(?P<display>.+?)\$\$|\$(?P<inline>[^$\n]+?)\$", re.DOTALL)


class Prose(Component):
    """A text to read; it has no events. HTML inside the Markdown is shown as text, never run."""

    text = param.String(default="", doc="Markdown; LaTeX stands between $ signs, or between $$ on lines of its own.")
    _html = param.String(default="", doc="The text as the page draws it.")

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self._html = pn.bind(rendered, self.param.text)


def rendered(text: str) -> str:
    """Markdown as HTML; every formula becomes an element with its LaTeX in `data-latex`, for the page to draw."""
    formulas: list[str] = []

    def keep(found: re.Match[str]) -> str:
        # Out of Markdown's reach, which would read underscores and stars in it.
        mode = "display" if found["display"] else "inline"
        latex = html.escape((found["display"] or found["inline"]).strip(), quote=True)
        formulas.append(f'<span class="maths {mode}" data-latex="{latex}"></span>')
        return f"\ue000{len(formulas) - 1}\ue001"

    drawn = MarkdownIt("commonmark", {"html": False}).enable("table").render(MATHS.sub(keep, text))
    return re.sub("\ue000(\\d+)\ue001", lambda found: formulas[int(found[1])], drawn)
