"""The document: what a network is, as an immutable value, and everything that can be said about it without running it.

document   Design, Node, Wire, Probe and the edits as methods      reading   files, strictly
parts/     what can be put on the canvas, one part a file          shapes    what size arrives where
check      what is wrong or unfinished, with fixes as data         edit      edits as plain data, and their names
history    undo and redo                                           plan      what runs
build      the plan as a network of the engine                     starters  designs to begin with
memory     what it needs and may use                               learnable  whether it can be trained
probing    which neurons are traced                                limits    how large anything may be
"""

from workbench.design.document import Design, Node, Probe, Wire
from workbench.design.sentences import DesignError

__all__ = ["Design", "DesignError", "Node", "Probe", "Wire"]
