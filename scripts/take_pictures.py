"""The pictures of the README, taken of the real page: `python -m scripts.take_pictures` (needs Chromium).

Each is what a visitor gets by doing what is done here: the first page, and the digits starter after training.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.find_chromium import chromium

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "img"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SIZES = {"": (1440, 900), "-small": (1024, 700)}


@contextmanager
def workbench() -> Iterator[str]:
    """The address of a workbench with nothing kept."""
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "workbench", "serve", "--no-browser", "--port", "0"]
        place = {**os.environ, "WORKBENCH_DATA": data}
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=place)
        assert server.stdout is not None
        address = re.search(r"http://\S+", server.stdout.readline())
        assert address is not None, "the workbench did not start"
        try:
            yield address.group()
        finally:
            server.terminate()
            server.wait()


def digits(page: Page, narrow: bool) -> None:
    """Open the digits starter, train it to the end, and look at its hidden layer."""
    page.get_by_role("tab", name="Designs").click()
    page.get_by_text("Digits 64-32-10").first.click()
    page.get_by_text("digits", exact=True).first.wait_for()
    if narrow:
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Run training").first.click()
    page.get_by_text("epoch 60 of 60 · batch 23 of 23").wait_for(timeout=180_000)
    page.wait_for_timeout(5_000)  # the new weights answer, and the figures are measured anew
    if not narrow:
        page.get_by_role("tab", name="Parts").click()
        page.get_by_role("tab", name="Train").click()
        page.wait_for_timeout(500)


def take(browser: Browser, address: str) -> None:
    """Both pages in both themes and sizes."""
    for suffix, (width, height) in SIZES.items():
        for theme in ("light", "dark"):
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
            page = context.new_page()
            page.goto(address)
            page.wait_for_timeout(6_000)
            page.screenshot(path=PICTURES / f"first-page{suffix}-{theme}.png")
            digits(page, narrow=bool(suffix))
            page.screenshot(path=PICTURES / f"workbench{suffix}-{theme}.png")
            context.close()


if __name__ == "__main__":
    PICTURES.mkdir(parents=True, exist_ok=True)
    with workbench() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        take(browser, address)
        browser.close()
