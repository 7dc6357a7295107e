"""A person's two hands on the page."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page

from tests.ui.served import App
from workbench.app import COOKIE

WAIT_S = 20.0


class Hand:
    """What a person does on the page with mouse and keyboard, and what they see. It changes nothing by script."""

    def __init__(self, page: Page, app: App) -> None:
        self.page, self.app = page, app
        self.scope = page.locator(".time-scope")
        self.notice = page.locator(".notice .words")
        self.bubble = page.locator(".bubble")

    # Coming and waiting --------------------------------------------------------------------------------------------

    def visit(self, design: str = "") -> "Hand":
        """Go to the page and wait until it stands."""
        self.page.goto(self.app.url + (f"?design={design}" if design else ""))
        self.stands()
        return self

    def stands(self) -> None:
        """Wait until the page stands and its address names its design."""
        self.page.locator(".react-flow__node, .canvas .empty").first.wait_for()
        self.until(lambda: self.id)

    def until(self, holds: Callable[[], Any], seconds: float = WAIT_S) -> Any:
        """Wait until `holds()` is true and give its value."""
        end = time.monotonic() + seconds
        while not (value := holds()):
            assert time.monotonic() < end, f"waited {seconds:g} s in vain"
            self.page.wait_for_timeout(50)
        return value

    # What is seen --------------------------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """The id of the design in the address."""
        return parse_qs(urlsplit(self.page.url).query).get("design", [""])[0]

    @property
    def nodes(self) -> list[str]:
        """Ids of the nodes on the canvas."""
        return self.page.locator(".react-flow__node").evaluate_all("all => all.map(one => one.dataset.id)")

    @property
    def wires(self) -> list[str]:
        """Names of the wires on the canvas."""
        return sorted(self.page.locator(".react-flow__edge").evaluate_all("all => all.map(one => one.dataset.id)"))

    @property
    def step(self) -> int:
        """The next step of the scope: how many there were."""
        return self.scope.evaluate("el => el.ring.next")

    def figure(self, label: str) -> float | None:
        """One of the always visible figures, without its unit; all are read in one moment, for they come and go."""
        shown = dict(
            self.page.locator(".strip dl").evaluate_all(
                """all => all.map(one => ["dt", "dd.figure"].map(part => one.querySelector(part).innerText))"""
            )
        )
        return float(re.sub(r"[^\d.]", "", shown[label])) if label in shown else None

    def saved(self) -> dict[str, Any]:
        """Wait for the word that all is on the disk, and read the design from there."""
        self.page.wait_for_timeout(300)  # what was just done is on its way
        self.until(lambda: self.page.locator(".titlebar .saved").inner_text() == "saved")
        return self.on_disk()

    @property
    def folder(self) -> Path:
        """Where this visitor's design of the address lies on the disk."""
        (visitor,) = [cookie.get("value", "") for cookie in self.page.context.cookies() if cookie.get("name") == COOKIE]
        return self.app.data / "visitors" / visitor / self.id

    def on_disk(self) -> dict[str, Any]:
        """The design of the address as it is on the disk."""
        return json.loads((self.folder / "design.json").read_text(encoding="utf-8"))

    def history(self) -> list[str]:
        """The names of all gestures, oldest first, read from the list under the title."""
        self.page.locator(".titlebar .steps").click()
        names = self.page.locator(".titlebar .entry").all_inner_texts()
        self.page.keyboard.press("Escape")
        return names[::-1]

    # What is done --------------------------------------------------------------------------------------------------

    def part(self, kind: str) -> Locator:
        """A part in the palette."""
        return self.page.locator(f".part[data-kind='{kind}']")

    def port(self, name: str) -> Locator:
        """A port such as fc1.in."""
        return self.page.locator(f"[data-port='{name}']")

    def drag(self, start: tuple[float, float], end: tuple[float, float], steps: int = 8) -> None:
        """Press at one place, let go at another."""
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=steps)
        self.page.mouse.up()

    def drop(self, kind: str, x: float, y: float) -> str:
        """Drag a part from the palette to this place of the canvas; gives the id of the new node."""
        before = set(self.nodes)
        corner = self.page.locator(".canvas").bounding_box()
        assert corner
        self.part(kind).scroll_into_view_if_needed()
        self.drag(middle(self.part(kind)), (corner["x"] + x, corner["y"] + y))
        return self.until(lambda: set(self.nodes) - before).pop()

    def wire(self, source: str, target: str) -> None:
        """Draw a wire by dragging from port to port."""
        self.drag(middle(self.port(source)), middle(self.port(target)))

    def press(self, name: str) -> None:
        """Click the button of exactly this name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def pick(self, node: str) -> None:
        """Click a node, and wait until it is the one selected."""
        self.page.locator(f".react-flow__node[data-id='{node}'] .head").click()
        self.page.locator(f".react-flow__node[data-id='{node}'].selected").wait_for()

    def tab(self, name: str) -> None:
        """Open a tab of a rail."""
        self.page.get_by_role("tab", name=name).click()

    def knob(self, name: str) -> Locator:
        """One row of the inspector."""
        return self.page.locator(f".knob[data-knob='{name}']")

    def type(self, name: str, text: str) -> None:
        """Type a value into the entry of a knob, and Enter."""
        entry = self.knob(name).locator("input:not([type=range])").first
        entry.fill(text)
        entry.press("Enter")

    def choose(self, name: str, label: str) -> None:
        """Choose one of several."""
        self.knob(name).locator("select").select_option(label=label)

    def open_starter(self, title: str) -> None:
        """Open a design from the Designs tab."""
        before = self.id
        self.tab("Designs")
        self.page.locator(".designs .open", has=self.page.get_by_text(title, exact=True)).click()
        self.until(lambda: self.id != before)
        self.tab("Parts")

    def new_design(self) -> None:
        """An empty canvas, from the Designs tab."""
        before = self.id
        self.tab("Designs")
        self.press("New design")
        self.until(lambda: self.id != before and not self.nodes)
        self.tab("Parts")


def middle(locator: Locator) -> tuple[float, float]:
    """The middle of what is seen of an element."""
    box = locator.bounding_box()
    assert box, f"{locator} is not seen"
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
