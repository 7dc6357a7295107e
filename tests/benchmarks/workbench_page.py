"""The workbench as a person has it: a server process, a Chromium without a GPU, and hands for mouse and keyboard."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.find_chromium import chromium

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PROBE = (Path(__file__).parent / "probe.js").read_text(encoding="utf-8")
RUN_TRAINING, RUN_SIMULATION = ".transport.training button.run", ".transport.simulation button.run"


@contextmanager
def served(data: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`workbench serve` with its designs in `data`: its address, as soon as it says it, and its process."""
    command = [sys.executable, "-P", "-m", "workbench", "serve", "--port", "0", "--no-browser"]
    environment = {**os.environ, "WORKBENCH_DATA": str(data)}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        said = server.stdout.readline()
        if "http://" not in said:
            raise SystemExit(f"The server did not start; it said {said!r}.")
        yield said.split()[4], server
    finally:
        server.terminate()
        server.wait(60)


@contextmanager
def chromed() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


def visit(browser: Browser, url: str) -> Page:
    """A page of a visitor of its own, with the probe of probe.js in it; it is not awaited."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(60_000)
    context.add_init_script(PROBE)
    page = context.new_page()
    page.goto(url, wait_until="commit")
    return page


def await_ticking(page: Page) -> None:
    """Until the time shown has moved twice, as the eye sees it: checked at every frame the browser draws."""
    page.evaluate("probe.ticking()")


def open_design(page: Page, design: dict[str, Any], folder: Path) -> None:
    """Open a design file by the button in the header."""
    file = folder / "bench.json"
    file.write_text(json.dumps(design), encoding="utf-8")
    with page.expect_file_chooser() as chooser:
        page.locator(".titlebar button.open").click()
    chooser.value.set_files(file)
    for node in design["nodes"]:
        page.locator(f".react-flow__node[data-id={node['id']}]").wait_for()
    page.wait_for_timeout(500)  # the view glides to fit


def set_speed(page: Page, speed: int) -> None:
    """Choose a speed of the simulation, in model ms per second."""
    page.locator("select.speed").select_option(str(speed))


def layered(
    name: str, sizes: list[int], shape: list[int] | None = None, encoder: str | None = "Rate", **fields: Any
) -> dict[str, Any]:
    """A design file: an Input, an encoder if any, then a Linear and a Leaky for each size."""
    nodes: list[dict[str, Any]] = [{"id": "in", "kind": "Input", "params": {"shape": shape}}]
    if encoder:
        nodes.append({"id": "encoder", "kind": encoder, "params": {}})
    for place, size in enumerate(sizes, 1):
        nodes.append({"id": f"fc{place}", "kind": "Linear", "params": {"out_features": size}})
        nodes.append({"id": f"lif{place}", "kind": "Leaky", "params": {"beta": 0.9}})
    for place, node in enumerate(nodes):
        node["position"] = [180 * place, 0]
    names = [node["id"] for node in nodes]
    return {
        "format": "snn-workbench/1", "id": "bench", "name": name, "seed": 0, "dt_ms": 1.0, "notes": "",
        "nodes": nodes,
        "wires": [{"from": f"{one}.out", "to": f"{other}.in"} for one, other in pairwise(names)],
        "output": f"{names[-1]}.out", "probes": [], "groups": [],
        "stimulus": {"kind": "data", "data": "digits", "split": "held_out"},
        "training": {"data": "digits", "loss": "ce_rate", "optimiser": "Adam", "lr": 0.002,
                     "batch": 128, "steps": 25, "epochs": 1000},
        "hardware": {"target": "none", "bits": {}}, "weights": None,
    } | fields  # fmt: skip
