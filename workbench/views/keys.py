"""The keys that work on the page, as `?` lists them. Those with a command are the page's own; the others belong to what
has the keyboard: the canvas and the scope after a click on them, the pad, a number or a slider."""

TIME, EDIT, CANVAS, SCOPE = "Time and training", "Design", "Canvas, after a click on it", "Scope, after a click on it"
PAD, VALUES, LISTS = "Drawing pad", "Numbers and sliders", "Lists, tabs, weights and dividers"

KEYS = [
    {"group": TIME, "key": " ", "command": "run", "label": "run or pause the simulation"},
    {"group": TIME, "key": ".", "repeat": True, "command": "step", "label": "one step of the simulation"},
    {"group": TIME, "key": "ArrowRight", "repeat": True, "command": "step", "label": "one step of the simulation"},
    {"group": TIME, "key": "PageDown", "command": "next_batch", "label": "train one batch"},
    {"group": TIME, "key": "]", "command": "next_batch", "label": "train one batch"},
    {"group": EDIT, "key": "z", "ctrl": True, "command": "undo", "label": "undo"},
    {"group": EDIT, "key": "z", "ctrl": True, "shift": True, "command": "redo", "label": "redo"},
    {"group": EDIT, "key": "y", "ctrl": True, "command": "redo", "label": "redo"},
    {"group": EDIT, "key": "a", "ctrl": True, "command": "select_all", "label": "select every part"},
    {"group": EDIT, "key": "d", "ctrl": True, "command": "duplicate", "label": "duplicate what is selected"},
    {"group": EDIT, "key": "/", "command": "insert", "label": "find a part to insert"},
    {"group": EDIT, "key": "p", "command": "probe", "label": "trace of the selected layer, on or off"},
    {"group": EDIT, "key": "f", "command": "fit", "label": "show the whole network"},
    {"group": CANVAS, "key": "Delete", "label": "remove what is selected"},
    {"group": CANVAS, "key": "Backspace", "label": "remove what is selected"},
    {"group": CANVAS, "key": "c", "ctrl": True, "label": "copy, cut, paste parts"},
    {"group": CANVAS, "key": "x", "ctrl": True, "label": "copy, cut, paste parts"},
    {"group": CANVAS, "key": "v", "ctrl": True, "label": "copy, cut, paste parts"},
    {"group": CANVAS, "key": "Escape", "label": "cancel a wire, close, select nothing"},
    {"group": CANVAS, "key": "Tab", "label": "next part or wire"},
    {"group": CANVAS, "key": "Enter", "label": "select it"},
    *({"group": CANVAS, "key": f"Arrow{way}", "label": "move it"} for way in ("Left", "Right", "Up", "Down")),
    {"group": SCOPE, "key": "+", "label": "zoom in or out"},
    {"group": SCOPE, "key": "-", "label": "zoom in or out"},
    {"group": SCOPE, "key": "ArrowLeft", "shift": True, "label": "earlier, later"},
    {"group": SCOPE, "key": "ArrowRight", "shift": True, "label": "earlier, later"},
    {"group": SCOPE, "key": "Home", "label": "to the oldest step"},
    {"group": SCOPE, "key": "End", "label": "follow the newest step"},
    {"group": SCOPE, "key": "f", "label": "all that is remembered"},
    {"group": SCOPE, "key": "ArrowUp", "label": "point at another neuron"},
    {"group": SCOPE, "key": "ArrowDown", "label": "point at another neuron"},
    {"group": SCOPE, "key": "Enter", "label": "draw its trace"},
    *({"group": PAD, "key": f"Arrow{way}", "label": "move"} for way in ("Left", "Right", "Up", "Down")),
    {"group": PAD, "key": " ", "label": "paint"},
    {"group": PAD, "key": "Delete", "label": "erase"},
    {"group": PAD, "key": "Backspace", "label": "erase"},
    {"group": VALUES, "key": "ArrowUp", "label": "a little more, a little less"},
    {"group": VALUES, "key": "ArrowDown", "label": "a little more, a little less"},
    {"group": VALUES, "key": "Enter", "label": "take what was typed"},
    {"group": VALUES, "key": "Escape", "label": "forget what was typed"},
    {"group": VALUES, "key": "Delete", "label": "slider back to its default"},
    {"group": VALUES, "key": "Backspace", "label": "slider back to its default"},
    *(
        {"group": LISTS, "key": f"Arrow{way}", "label": "the next one, further"}
        for way in ("Left", "Right", "Up", "Down")
    ),
    {"group": LISTS, "key": "Home", "label": "the first, the last"},
    {"group": LISTS, "key": "End", "label": "the first, the last"},
    {"group": LISTS, "key": "Enter", "label": "take it, close it"},
    {"group": LISTS, "key": "Escape", "label": "take it, close it"},
]
