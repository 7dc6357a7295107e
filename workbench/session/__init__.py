"""One visitor's state and everything that happens to it; knows no page.

visitor     Session: the whole, and every effect of one part on another
document    design, weights, history        playback   the simulation watched        learning   the training
selection   what is pointed at              shelf      designs kept on the disk      autosave   behind one's back
seats       one tab for a design            channel    news from the lanes
"""

from workbench.session.visitor import Session, close_all

__all__ = ["Session", "close_all"]
