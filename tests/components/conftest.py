"""Fixtures of the tests that use one component in a page: open it, collect its events, wait for what must come true."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.components.canvas_editor import Editor


class Events(list[dict[str, Any]]):
    """Every event of a component, oldest first."""

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self if event["type"] == kind]


@pytest.fixture
def show(page: Page, serve: Callable[..., str]) -> Callable[..., Events]:
    """Open a page with one component and return the list that its events go to: `events = show(component)`."""

    def open_component(component: Any) -> Events:
        events = Events()
        component.on_event(events.append)
        page.goto(serve(component, location=False))  # the address is the page's own, as in the workbench
        page.locator(".wb").first.wait_for()
        return events

    return open_component


@pytest.fixture
def until(page: Page) -> Callable[..., None]:
    """Wait until a condition of the Python side holds, ten seconds at most: `until(lambda: events)`."""

    def wait(holds: Callable[[], object], seconds: float = 10.0) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, f"still not so after {seconds:g} seconds"
            page.wait_for_timeout(20)

    return wait


@pytest.fixture
def edit(page: Page, serve: Callable[..., str]) -> Callable[..., Editor]:
    """Open a page with palette and canvas: `editor = edit(nodes=…)`."""

    def open_editor(**params: Any) -> Editor:
        editor = Editor(**params)
        page.goto(serve(editor.page()))
        page.locator(".wb.canvas").wait_for()
        if editor.canvas.nodes:
            page.locator(".react-flow__node").first.wait_for()
            page.wait_for_timeout(100)  # the first fit
        return editor

    return open_editor
