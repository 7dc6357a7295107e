"""The keys of the page and what they do, as `?` lists them."""

KEYS = [
    {"key": " ", "command": "run", "label": "run or pause the simulation"},
    {"key": ".", "repeat": True, "command": "step", "label": "one step of the simulation"},
    {"key": "ArrowRight", "repeat": True, "command": "step", "label": "one step of the simulation"},
    {"key": "PageDown", "command": "next_batch", "label": "train one batch"},
    {"key": "]", "command": "next_batch", "label": "train one batch"},
    {"key": "z", "ctrl": True, "command": "undo", "label": "undo"},
    {"key": "z", "ctrl": True, "shift": True, "command": "redo", "label": "redo"},
    {"key": "y", "ctrl": True, "command": "redo", "label": "redo"},
    {"key": "/", "command": "insert", "label": "find a part to insert"},
    {"key": "f", "command": "fit", "label": "fit the network into view"},
    {"key": "p", "command": "probe", "label": "draw the membrane of the selected layer, or stop"},
]
