"""Spikes and traces of a run on one time axis, fed from any thread."""

from components.scope.feed import Feed
from components.scope.scope import Scope

__all__ = ["Feed", "Scope"]
