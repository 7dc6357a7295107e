"""Pictures as inline SVG, in the colours of the page around them: lines over time, spikes, curves."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, LEFT, RIGHT = 760, 92, 12


@dataclass(frozen=True)
class Line:
    """One curve: `css` is its class, in which the stylesheet holds its colour."""

    xs: Sequence[float]
    ys: Sequence[float]
    css: str = ""


@dataclass
class Panel:
    """One pair of axes. `dots` are marked points, `ticks` spikes, `label` stands at the left."""

    label: str
    height: int
    lines: list[Line] = field(default_factory=list)
    dots: list[tuple[float, float]] = field(default_factory=list)
    ticks: list[float] = field(default_factory=list)
    name: str = ""
    note: str = ""

    def range(self) -> tuple[float, float]:
        """The values it has room for: those of its lines, as far as they are finite. Dots beyond lie on the edge."""
        values = [y for line in self.lines for y in line.ys]
        values = [y for y in values if math.isfinite(y)] or [0.0]
        low, high = min(values), max(values)
        margin = 0.06 * (high - low) or 0.5
        return low - margin, high + margin


def picture(panels: Sequence[Panel], span: tuple[float, float], axis: str, title: str) -> str:
    """Panels over one horizontal axis from `span[0]` to `span[1]`; `title` is read aloud."""
    top, parts = 6, list[str]()
    left, right = span

    def across(x: float) -> float:
        return LEFT + (x - left) / (right - left) * (WIDTH - LEFT - RIGHT)

    for panel in panels:
        parts.append(_panel(panel, top, across))
        top += panel.height + 12
    marks = [value for value in _round_values(left, right, 8) if left <= value <= right]
    for value in marks:
        x = across(value)
        parts.append(f'<path class="axis" d="M{x:.1f} {top - 8}v4"/>')
        parts.append(f'<text x="{x:.1f}" y="{top + 8}" text-anchor="middle">{value:g}</text>')
    parts.append(f'<text class="name" x="{WIDTH - RIGHT}" y="{top + 24}" text-anchor="end">{html.escape(axis)}</text>')
    box = f'viewBox="0 0 {WIDTH} {top + 30}" role="img" aria-label="{html.escape(title)}"'
    return f'<svg class="picture" {box}>{"".join(parts)}</svg>'


def _panel(panel: Panel, top: int, across) -> str:
    bottom = top + panel.height
    out = [f'<path class="axis" d="M{LEFT} {bottom}H{WIDTH - RIGHT}"/>']
    middle = top + panel.height / 2
    out.append(f'<text class="name" x="0" y="{middle + 4:.0f}">{html.escape(panel.label)}</text>')
    if panel.note:
        out.append(f'<text x="0" y="{middle + 18:.0f}">{html.escape(panel.note)}</text>')
    if panel.lines:
        low, high = panel.range()

        def up(y: float) -> float:
            return bottom - (min(max(y, low), high) - low) / (high - low) * panel.height

        for value in _round_values(low, high, 2 if panel.height < 70 else 4):
            if low <= value <= high:
                out.append(f'<path class="grid" d="M{LEFT} {up(value):.1f}H{WIDTH - RIGHT}"/>')
                out.append(f'<text x="{LEFT - 6}" y="{up(value) + 3.5:.1f}" text-anchor="end">{value:g}</text>')
        for line in panel.lines:
            out.append(f'<path class="line {line.css}" d="{_path(line, across, up)}"/>')
        out += [f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="2.6"/>' for x, y in panel.dots]
    for x in panel.ticks:
        out.append(f'<path class="spike" data-at="{x:g}" d="M{across(x):.2f} {bottom - 2}V{top + 2}"/>')
    return f'<g data-panel="{html.escape(panel.name)}">{"".join(out)}</g>'


def _path(line: Line, across, up) -> str:
    """The points joined where they are finite; a gap where they are not."""
    out, pen = [], "M"
    for x, y in zip(line.xs, line.ys, strict=True):
        if math.isfinite(y):
            out.append(f"{pen}{across(x):.1f} {up(y):.1f}")
            pen = "L"
        else:
            pen = "M"
    return "".join(out)


def _round_values(low: float, high: float, about: int) -> list[float]:
    """Round numbers between two values, about so many."""
    rough = (high - low) / about
    ten = 10.0 ** math.floor(math.log10(rough))
    step = next(ten * digit for digit in (1, 2, 5, 10) if ten * digit >= rough)
    first = math.ceil(low / step)
    return [round(k * step, 10) for k in range(first, math.floor(high / step) + 1)]
