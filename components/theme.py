"""Colours, type sizes and the look of plain controls: one stylesheet shared by every component, light and dark.

A component draws into one root element of class ``wb`` (and ``dark``), and takes every colour from the custom
properties named here. ``neg`` (blue) and ``pos`` (orange) mean negative / inhibitory and positive / excitatory and
nothing else; ``bad`` is for what is wrong; ``layer0`` … ``layer5`` are the layers on canvas, raster and traces alike;
controls are ink. tests/components/test_theme.py computes contrast and distance of every pair: try a new value there.
"""

from __future__ import annotations

from pathlib import Path

LIGHT: dict[str, str] = {
    "bg": "#f6f7f9",
    "panel": "#ffffff",
    "grid": "#eef1f5",
    "line": "#e2e6ec",
    "edge": "#cfd6df",
    "wire": "#808b9a",
    "text": "#1c2430",
    "text2": "#5b6675",
    "text3": "#636d7c",
    "neg": "#0877bd",
    "pos": "#cc7010",
    "ok": "#16794e",
    "bad": "#c62f3b",
    "shadow": "rgba(20, 30, 50, 0.10)",
    "layer0": "#008442",
    "layer1": "#8546cf",
    "layer2": "#017c7f",
    "layer3": "#940c60",
    "layer4": "#6b6a00",
    "layer5": "#73451a",
}

DARK: dict[str, str] = {
    "bg": "#12161c",
    "panel": "#1a2029",
    "grid": "#202733",
    "line": "#2a323e",
    "edge": "#3a4553",
    "wire": "#76859a",
    "text": "#e8edf4",
    "text2": "#a3afbf",
    "text3": "#8f9bab",
    "neg": "#4aa8e8",
    "pos": "#f7a748",
    "ok": "#4cc38a",
    "bad": "#ff6b74",
    "shadow": "rgba(0, 0, 0, 0.40)",
    "layer0": "#42c076",
    "layer1": "#c7a5fd",
    "layer2": "#48cccd",
    "layer3": "#d256ac",
    "layer4": "#c8c64a",
    "layer5": "#a28776",
}

LAYERS = 6


def layer(index: int) -> str:
    """Token of the ``index``-th spiking layer in topological order; the seventh layer takes the first colour again."""
    return f"layer{index % LAYERS}"


def _block(selector: str, tokens: dict[str, str]) -> str:
    return selector + " {\n" + "".join(f"  --{name}: {value};\n" for name, value in tokens.items()) + "}\n"


_CONTROLS = Path(__file__).with_name("theme.css").read_text(encoding="utf-8")
CSS = _block(".wb", LIGHT) + _block(".wb.dark", DARK) + _CONTROLS
"""The whole stylesheet as text: tokens, then theme.css."""
