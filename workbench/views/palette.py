"""The parts one can put on the canvas: every part that is discovered, by group."""

from __future__ import annotations

from typing import Any

from components.parts_palette import PartsPalette
from workbench.design.parts import parts
from workbench.design.parts.base import GROUPS
from workbench.session import Session


class PaletteView:
    """A click puts a part to the right of the others; a drag is the canvas's affair."""

    def __init__(self, session: Session) -> None:
        self.palette = PartsPalette(groups=groups(), dark=session.selection.param.dark, sizing_mode="stretch_both")
        self.palette.on_event(lambda event: session.add(event["kind"]) if event["type"] == "insert" else None)


def groups() -> list[dict[str, Any]]:
    """Every part under its group, in the palette's order; groups without parts are left out."""
    listed = [
        {
            "name": group,
            "parts": [
                {"kind": part.kind, "title": part.title, "meaning": part.meaning, "picture": ""}
                for part in parts().values()
                if part.group == group
            ],
        }
        for group in GROUPS
    ]
    return [group for group in listed if group["parts"]]
