"""The page's frame: where everything stands, its keys, its notices, its connection and its files."""

from components.page_frame.page_frame import PageFrame

__all__ = ["PageFrame"]
