"""The name of the design, whether it is saved, its history, and the doors of the page."""

from components.title_bar.title_bar import TitleBar

__all__ = ["TitleBar"]
