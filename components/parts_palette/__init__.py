"""The parts one can drag onto the canvas."""

from components.parts_palette.parts_palette import PartsPalette

__all__ = ["PartsPalette"]
