"""Fixtures of the tests that use one component in a page: open it, collect its events, wait for what must come true."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page


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
        page.goto(serve(component))
        page.locator(".wb").first.wait_for()
        return events

    return open_component


@pytest.fixture
def until(page: Page) -> Callable[..., None]:
    """Wait until a condition of the Python side holds, three seconds at most: `until(lambda: events)`."""

    def wait(holds: Callable[[], object], seconds: float = 3.0) -> None:
        for _ in range(int(seconds / 0.05)):
            if holds():
                return
            page.wait_for_timeout(50)
        raise AssertionError(f"still not so after {seconds:g} seconds")

    return wait
