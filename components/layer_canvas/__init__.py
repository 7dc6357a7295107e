"""The canvas on which a network is drawn."""

from components.layer_canvas.layer_canvas import LayerCanvas

__all__ = ["LayerCanvas"]
