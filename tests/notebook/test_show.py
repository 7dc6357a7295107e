"""`wb.show`: a sentence in a script, and in JupyterLab the whole page, alive, from its first frame to its end."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, expect

STARTER = """import workbench as wb
from workbench.design.starters import templates
design = templates()["one_neuron"]"""
LANES = "import threading; sum('workbench' in thread.name for thread in threading.enumerate())"
CELLS = [STARTER, "wb.show(design)", LANES]
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}


def script(text: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=60)


def test_a_script_is_told_in_one_sentence_where_the_page_is():
    result = script(f"{STARTER}\nwb.show(design)\nimport sys; assert 'panel' not in sys.modules")
    assert (result.returncode, result.stderr) == (0, "")
    assert len(result.stdout.splitlines()) == 1 and "type `workbench`" in result.stdout


def test_anything_but_a_design_is_refused_with_the_way_out():
    result = script("import workbench as wb\ntry: wb.show('net.json')\nexcept ValueError as refusal: print(refusal)")
    assert result.stdout == 'wb.show: give a design, such as wb.Design.load("net.json").\n'


@pytest.fixture
def notebook(laboratory: tuple[str, Path], page: Page) -> Page:
    """A notebook of three cells, open in JupyterLab; its kernel waits."""
    address, folder = laboratory
    cells = [new_code_cell(text) for text in CELLS]
    nbformat.write(new_notebook(cells=cells, metadata=KERNEL), folder / "show.ipynb")
    page.goto(f"{address}/show.ipynb", timeout=30_000)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    return page


def cell(page: Page, index: int) -> Locator:
    return page.locator(".jp-CodeCell").nth(index)


def run(page: Page, index: int) -> None:
    """Run one cell as a person does, and wait until the kernel has done it."""
    prompt = cell(page, index).locator(".jp-InputPrompt")
    before = prompt.inner_text()
    cell(page, index).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(prompt).not_to_have_text(before, timeout=5_000)
    expect(prompt).to_have_text(re.compile(r"\[\d+\]"), timeout=60_000)


def lanes(page: Page) -> int:
    """How many threads of ours the kernel runs: two for each living page."""
    run(page, 2)
    return int(cell(page, 2).locator(".jp-OutputArea-output").inner_text())


def spikes(page: Page) -> int:
    """How many spikes the scope holds."""
    count = "scope => { let n = 0; scope.ring.each(scope.ring.first, scope.ring.next, () => n++); return n; }"
    return page.locator(".time-scope").evaluate(count)


def beta(page: Page) -> Locator:
    return page.locator(".react-flow__node", has_text="β")


@pytest.mark.ui
@pytest.mark.slow
def test_the_page_lives_in_jupyterlab(notebook: Page, tmp_path: Path):
    page = notebook
    run(page, 0)
    run(page, 1)
    frame = page.locator(".wb.frame")
    simulation = page.get_by_role("group", name="Simulation")
    expect(simulation).to_contain_text(re.compile(r"[1-9]\d\s*ms"), timeout=20_000)

    # The neuron ticks: more spikes arrive.
    first = spikes(page)
    deadline = 10
    while spikes(page) < first + 3 and deadline:
        page.wait_for_timeout(500)
        deadline -= 0.5
    assert spikes(page) >= first + 3

    # A slider moves β, on the page and in the kernel's copy of the design.
    beta(page).click()  # which opens the inspector
    slider = page.get_by_role("slider", name="beta, slider")
    slider.focus()
    expect(beta(page)).to_contain_text("β 0.9 ")
    page.keyboard.press("ArrowDown")
    expect(beta(page)).not_to_contain_text("β 0.9 ")
    page.screenshot(path=tmp_path / "notebook.png")

    # Keys belong to the page while it has the focus, and to the notebook else.
    page.keyboard.press("Escape")
    page.locator(".react-flow__pane").click(position={"x": 30, "y": 30})
    page.keyboard.press("Space")
    expect(simulation.get_by_role("button", name="Run simulation")).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator(".jp-CodeCell")).to_have_count(len(CELLS))
    page.keyboard.press("Space")
    expect(simulation.get_by_role("button", name="Pause simulation")).to_be_visible()
    assert lanes(page) == 2  # and the space typed in no editor paused nothing
    page.keyboard.press("Escape")
    page.keyboard.press("Space")
    expect(simulation.get_by_role("button", name="Pause simulation")).to_be_visible()

    # An output that is gone takes its session with it.
    run(page, 1)
    expect(simulation).to_contain_text(re.compile(r"[1-9]\d\s*ms"), timeout=20_000)
    assert lanes(page) == 2
    cell(page, 1).locator(".jp-InputPrompt").click()
    page.keyboard.press("d")
    page.keyboard.press("d")
    expect(frame).to_have_count(0)
    run(page, 1)
    expect(cell(page, 1).locator(".jp-OutputArea-output")).to_have_text("0")
