"""The reference in Chromium, read from the disk: equations drawn, both themes, search, paper, and nobody asked."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from components.theme import DARK, LIGHT
from scripts.reference.entries import groups
from workbench.engine.neurons import neurons

Read = Callable[..., Page]
OF_TOKEN = """(colour) => {
  const element = document.body.appendChild(document.createElement("i"));
  element.style.color = colour;
  return getComputedStyle(element).color;
}"""


@pytest.fixture
def read(browser: Browser, reference: Path) -> Iterator[Read]:
    """Open a page of the folder: `page = read("index.html", color_scheme="dark")`. At the end, nothing was asked for
    that does not lie in it, and nothing went wrong."""
    faults: list[str] = []
    contexts: list[BrowserContext] = []

    def open_page(place: str, **options) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1024, "height": 700}, **options})
        contexts.append(context)
        page = context.new_page()
        mine = reference.as_uri() + "/"
        page.on("request", lambda r: None if r.url.startswith((mine, "data:")) else faults.append(r.url))
        page.on("requestfailed", lambda r: faults.append(f"failed: {r.url}"))
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(mine + place)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults


@pytest.mark.ui
def test_every_neuron_is_readable_from_the_disk(read: Read, reference: Path) -> None:
    page = read("index.html")
    for name in neurons():
        page.goto(f"{reference.as_uri()}/neurons/{name.lower()}.html")
        formulas = page.locator(".maths")
        assert page.locator("h2#equation + .maths math mtr").count() >= 2
        assert page.locator(".maths math").count() >= formulas.count() > 5
        assert page.locator(".temml-error").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 1024
        assert page.locator("figure.response svg").bounding_box()["width"] > 500  # type: ignore[index]


@pytest.mark.ui
def test_other_pages_too(read: Read, reference: Path) -> None:
    page = read("index.html")
    for group in groups():
        for place in (group.page, group.entries[0].page):
            page.goto(f"{reference.as_uri()}/{place}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 1024, place
            assert page.locator(".temml-error").count() == 0


@pytest.mark.ui
@pytest.mark.parametrize(("theme", "tokens"), [("light", LIGHT), ("dark", DARK)])
def test_colours_are_those_of_the_house_in_both_themes(read: Read, theme: str, tokens: dict[str, str]) -> None:
    page = read("neurons/leaky.html", color_scheme=theme)
    of_page = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(of_page) == page.evaluate(OF_TOKEN, tokens["bg"])
    line = "getComputedStyle(document.querySelector('svg .membrane')).stroke"
    assert page.evaluate(line) == page.evaluate(OF_TOKEN, tokens["layer0"])


@pytest.mark.ui
def test_the_search_finds_names_and_leads_there(read: Read) -> None:
    page = read("losses/index.html")
    page.keyboard.press("/")
    page.keyboard.type("izh")
    assert page.locator("#found a").first.inner_text() == "Izhikevich"
    page.keyboard.press("Enter")
    page.wait_for_url("**/neurons/izhikevich.html")
    page.keyboard.press("/")
    page.keyboard.type("qqq")
    assert page.locator("#found").inner_text() == "No name or description has these letters."
    page.keyboard.press("Escape")
    assert page.locator("#contents").is_visible() and page.locator("#found").is_hidden()


@pytest.mark.ui
def test_on_paper_there_is_the_text_alone_on_white(read: Read) -> None:
    page = read("neurons/leaky.html", color_scheme="dark")
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden() and page.locator("section.source").is_visible()
    assert page.locator("details.code").is_hidden()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 36, 48)"
