"""The sample that is being shown, the answer to it, and a pad to draw one's own."""

from components.sample_tile.sample_tile import SampleTile

__all__ = ["SampleTile"]
