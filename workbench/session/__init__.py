"""One visitor's state and everything that happens to it; knows no page.

visitor     Session: the whole, and every gesture
document    design, weights, history        playback   the simulation watched        learning   the training
selection   what is pointed at              shelf      designs kept on the disk      autosave   behind one's back
effects     what an edit means to lanes     harvest    what training learns          at_rest    what waits for a batch
telling     the notice                      inspected  the weights looked at         measured   figures and of what
remembering how much undo keeps             shares     memory of all visitors        seats      one tab for a design
curve       of a training                   channel    news from the lanes           everyone   all sessions
"""

from workbench.session.everyone import close_all
from workbench.session.visitor import Session

__all__ = ["Session", "close_all"]
