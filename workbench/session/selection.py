"""What the visitor points at."""

import param


class Selection(param.Parameterized):
    """Nodes and wires marked on the canvas; the inspector shows the last node."""

    nodes = param.List(default=[], item_type=str, doc="Ids of the nodes selected.")
    wires = param.List(default=[], doc="Selected wires, each (source, target).")
    dark = param.Boolean(default=False, doc="Whether the page is dark.")
