"""A PageFrame with something in each of its places, for the tests that use it whole."""

import panel

from components.design_list import DesignList
from components.knob_panel import KnobPanel
from components.page_frame import PageFrame
from components.title_bar import TitleBar
from components.transport_bar import TransportBar

BETA = {"name": "beta", "symbol": "β", "unit": "1", "value": 0.9, "default": 0.9, "lo": 0, "hi": 1, "step": 0.01}
KEYS = [
    {"key": " ", "command": "run", "label": "Run or pause"},
    {"key": ".", "command": "step", "label": "One step", "repeat": True},
    {"key": "ArrowRight", "command": "step", "label": "One step", "repeat": True},
    {"key": "z", "ctrl": True, "command": "undo", "label": "Undo"},
    {"key": "z", "ctrl": True, "shift": True, "command": "redo", "label": "Redo"},
    {"key": "Escape", "command": "leave", "label": "Leave"},
]
FIGURES = [
    {"label": label, "value": value, "kind": kind, "title": f"{label}: {kind}"}
    for label, value, kind in [
        ("accuracy", "95.8 %", "measured"),
        ("rate", "12.6 Hz", "measured"),
        ("parameters", "2,410", "exact"),
        ("memory", "9.8 kB", "exact"),
    ]
]
DESIGNS = [{"id": "1", "title": "digits", "group": "yours"}]


def frame(**params) -> PageFrame:
    """The frame; `params` go over what stands in it."""
    status = {"status": "epoch 3 of 40 · batch 5 of 12", "progress": 0.3}
    figures = params.pop("figures", FIGURES)
    shell = PageFrame(
        title=TitleBar(title="digits 64–32–10", saved="saved", history=["open", "add"], position=1),
        simulation=TransportBar(),
        training=TransportBar(variant="training", **status),
        left=[panel.pane.HTML("all parts"), panel.pane.HTML("a lesson"), DesignList(items=DESIGNS)],
        center=panel.pane.HTML("the canvas"),
        tile=panel.pane.HTML("the tile"),
        scope=panel.pane.HTML("the scope"),
        right=[KnobPanel(title="Leaky", knobs=[BETA]), panel.pane.HTML("curves"), panel.pane.HTML("costs")],
        **{"keymap": KEYS, **params},
    )
    shell.show_figures(figures)
    return shell
