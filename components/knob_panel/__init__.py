"""The knobs of one thing, with its equation."""

from components.knob_panel.knob_panel import KnobPanel

__all__ = ["KnobPanel"]
