"""The editor around a canvas that its tests use: a palette, a canvas and the Python that judges its wires."""

import copy
import time

import panel

from components.layer_canvas import LayerCanvas
from components.parts_palette import PartsPalette

PORTS = {"Input": (0, 1), "Linear": (1, 1), "Leaky": (1, 1), "Readout": (1, 0)}
GROUPS = [{"name": "All", "parts": [{"kind": kind, "title": kind, "meaning": "", "picture": ""} for kind in PORTS]}]


def node(name, kind, x, y, **more):
    """One node as Python hands it to the canvas."""
    ins, outs = PORTS[kind]
    ports = [{"id": "in", "label": "in", "shape": "64"}], [{"id": "out", "label": "out", "shape": "32"}]
    layer = "layer0" if kind == "Leaky" else ""
    fixed = {"title": kind, "subtitle": "64 → 32", "shape": "32", "color": layer, "light": "ready", "note": ""}
    return (
        {"id": name, "kind": kind, "x": x, "y": y, "inputs": ports[0][:ins], "outputs": ports[1][:outs]} | fixed | more
    )


ROW = [
    node("in", "Input", 0, 0),
    node("fc", "Linear", 200, 0),
    node("hid", "Leaky", 400, 0),
    node("end", "Readout", 600, 0),
]
FIRST = {"source": "in.out", "target": "fc.in", "delay": 0}


class Editor:
    """The Python side of a drawing: takes gestures over as an app does, and refuses any wire into `end`."""

    def __init__(self, nodes=ROW, wires=(FIRST,), **params):
        self.canvas = LayerCanvas(
            nodes=copy.deepcopy(list(nodes)), wires=list(wires), sizing_mode="stretch_both", **params
        )
        self.palette = PartsPalette(groups=GROUPS, width=208, sizing_mode="stretch_height")
        self.events = []
        self.canvas.on_event(self.take)

    def page(self):
        return panel.Row(self.palette, self.canvas, sizing_mode="stretch_both")

    def of(self, kind):
        return [event for event in self.events if event["type"] == kind]

    def take(self, event):
        self.events.append(event)
        canvas = self.canvas
        if event["type"] == "add":
            canvas.nodes = [*canvas.nodes, node(f"new{len(canvas.nodes)}", event["kind"], event["x"], event["y"])]
        elif event["type"] == "wire" and event["target"] == "end.in":
            canvas.refuse("end.in", "hid gives 32 values, end expects 10.", ["Insert Linear 32 → 10", "Take end away"])
        elif event["type"] == "wire":
            canvas.wires = [*canvas.wires, {"source": event["source"], "target": event["target"], "delay": 0}]
        elif event["type"] == "delay":
            ends = {"source": event["source"], "target": event["target"]}
            canvas.wires = [
                wire | {"delay": event["delay"]} if ends.items() <= wire.items() else wire for wire in canvas.wires
            ]
        elif event["type"] == "remove":
            gone = set(event["nodes"])
            canvas.nodes = [one for one in canvas.nodes if one["id"] not in gone]
            canvas.wires = [
                wire
                for wire in canvas.wires
                if not gone & {wire["source"].split(".")[0], wire["target"].split(".")[0]}
                and f"{wire['source']}->{wire['target']}" not in event["wires"]
            ]
        elif event["type"] == "select":
            canvas.selection = {key: event[key] for key in ("nodes", "wires")}
        elif event["type"] == "move":
            places = {name: dict(zip("xy", place, strict=True)) for name, place in event["positions"].items()}
            canvas.nodes = [one | places.get(one["id"], {}) for one in canvas.nodes]


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def port(page, name):
    return page.locator(f"[data-port='{name}']")


def body(page, name):
    return page.locator(f".react-flow__node[data-id='{name}'] .head")


def in_sight(page, name):
    """Whether a node lies on the canvas that is seen."""
    box = page.locator(f".react-flow__node[data-id='{name}'] .head").bounding_box()
    return box and 208 < box["x"] < 1440 and 0 < box["y"] < 900


def drag(page, start, end, steps=8):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=steps)
    page.mouse.up()


def until(page, holds):
    """Wait until `holds()` is true, ten seconds at most."""
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, "still not so after ten seconds"
        page.wait_for_timeout(20)


def wires(page):
    return sorted(page.locator(".react-flow__edge").evaluate_all("all => all.map(one => one.dataset.id)"))


def selected(page):
    return sorted(page.locator(".react-flow__node.selected").evaluate_all("all => all.map(one => one.dataset.id)"))
