"""A text to read, with mathematics."""

from components.prose.prose import Prose

__all__ = ["Prose"]
