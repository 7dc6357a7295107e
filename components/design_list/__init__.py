"""A list of things to open."""

from components.design_list.design_list import DesignList

__all__ = ["DesignList"]
