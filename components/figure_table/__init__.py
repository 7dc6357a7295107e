"""A table of figures, each of which says where it comes from."""

from components.figure_table.figure_table import FigureTable

__all__ = ["FigureTable"]
