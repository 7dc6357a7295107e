"""The reference: everything public has its page, links lead somewhere, and the pictures show what the engine does."""

import inspect
import re
import shutil
import subprocess
import sys
from html import unescape
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from urllib.parse import unquote, urlsplit

import pytest
import torch

import workbench as wb
import workbench.engine
from scripts.build_reference import main
from scripts.reference.entries import Entry, groups
from scripts.reference.entry_page import slope
from scripts.reference.prose import rendered
from scripts.reference.response import built, respond
from scripts.reference.signature import coloured
from workbench.design.parts import parts
from workbench.engine.data import datasets
from workbench.engine.losses import LOSSES
from workbench.engine.neurons import neurons
from workbench.engine.surrogates import SURROGATES

HOUSE = Path(__file__).resolve().parents[2]
every_neuron = pytest.mark.parametrize("name", neurons())


def pages(reference: Path) -> dict[str, str]:
    return {str(path.relative_to(reference)): path.read_text(encoding="utf-8") for path in reference.rglob("*.html")}


def titles(reference: Path, folder: str) -> set[str]:
    """What the pages of a folder are about."""
    found = [re.search(r"<h1>(.*?)</h1>", text) for place, text in pages(reference).items() if place.startswith(folder)]
    return {unescape(title[1]) for title in found if title}


def test_everything_public_has_its_page(reference: Path) -> None:
    assert titles(reference, "neurons/") == {*neurons(), "Neuron"}
    assert titles(reference, "data-sets/") == set(datasets())
    assert titles(reference, "parts/") == {part.title for kind, part in parts().items() if kind not in neurons()}
    assert {*SURROGATES, "SSO", "custom_surrogate"} <= titles(reference, "surrogates/")
    assert {*LOSSES, "mse_temporal", "ce_temporal_loss"} <= titles(reference, "losses/")
    assert {"Sequential", "BatchNorm", "Dropout", "Sparse", "OneToOne"} <= titles(reference, "layers/")
    for name in dir(wb):
        if inspect.isclass(value := getattr(wb, name)) or inspect.isfunction(value):
            assert name in titles(reference, "")
        elif inspect.ismodule(value):
            assert (reference / name / "index.html").exists()


def test_what_a_module_offers_has_its_page_and_is_imported_as_the_page_says(reference: Path) -> None:
    places = [found.name for found in walk_packages(workbench.engine.__path__, "workbench.engine.")]
    offered = {
        name: inspect.unwrap(getattr(module, name))
        for module in map(import_module, [*places, "workbench.plots"])
        for name in getattr(module, "__all__", ())
    }
    assert {"population_sums", "raster", "traces", "from_folder", "load", "Network", "ShapeError"} <= offered.keys()
    described = {name for name, value in offered.items() if inspect.isclass(value) or inspect.isfunction(value)}
    assert described <= titles(reference, "")
    for entry in (entry for group in groups() for entry in group.entries):
        if entry.call.startswith("workbench.") and entry.group != "data sets":
            place, _, name = entry.call.rpartition(".")
            assert inspect.unwrap(getattr(import_module(place), name)) is entry.value


SECTIONS = ("Equation", "Shapes", "Units", "Gradient", "Raises", "Source")
TOLD = [
    entry
    for group in groups()
    for entry in group.entries
    if (group.name == "encoders" and entry.name != "Encoder") or entry.name.endswith("_loss")
]


@pytest.mark.parametrize("entry", TOLD, ids=lambda entry: entry.name)
def test_an_encoder_and_a_criterion_say_as_much_of_themselves_as_a_neuron(entry: Entry) -> None:
    found = [section for section in SECTIONS if re.search(rf"^{section}(:| \()", entry.doc, re.MULTILINE)]
    assert found == list(SECTIONS)


def test_no_two_pages_are_one_file_where_capitals_do_not_count() -> None:
    places = [entry.page for group in groups() for entry in group.entries]
    assert len({place.lower() for place in places}) == len(places)


def test_no_link_is_dead(reference: Path) -> None:
    for place, text in pages(reference).items():
        here = reference / place
        for link in map(unescape, re.findall(r'(?:href|src)="([^"]*)"', text)):
            parts_of_it = urlsplit(link)
            if parts_of_it.scheme:
                assert parts_of_it.scheme == "data" or parts_of_it.hostname in ("doi.org", "arxiv.org")
            else:
                assert (here.parent / unquote(parts_of_it.path)).is_file(), f"{place}: {link}"


@every_neuron
def test_the_spikes_of_the_picture_are_those_of_a_run(reference: Path, name: str) -> None:
    text = (reference / "neurons" / f"{name.lower()}.html").read_text(encoding="utf-8")
    said = dict(re.findall(r'data-(\w+)="([^"]*)"', re.search(r'<figure class="response"[^>]*>', text)[0]))  # type: ignore[index]
    neuron, shape = built(neurons()[name])
    x = torch.zeros(int(said["steps"]), 1, *shape)
    x[int(said["start"]) : int(said["stop"])] = float(said["amplitude"])
    draws = {"generator": torch.Generator().manual_seed(0)} if neuron.needs_generator else {}
    sent, _ = neuron(x, **draws)
    fired = sent.flatten(1)[:, int(said["place"])].nonzero().flatten().tolist()
    assert said["spikes"].split() == [str(step) for step in fired]
    if neuron.emits == "spk":
        ms = respond(neurons()[name]).dt_ms or 1.0
        assert re.findall(r'class="spike" data-at="([^"]*)"', text) == [f"{ms * step:g}" for step in fired]


def test_leaky_fires_in_its_picture_as_reckoned_by_hand() -> None:
    response = respond(neurons()["Leaky"])
    mem, reset, fired = 0.0, 0.0, []
    for t, x in enumerate(response.x.tolist()):
        mem = 0.9 * mem + x - reset
        reset = float(mem > 1)
        fired += [t] if reset else []
    assert response.fired == fired
    assert len(fired) >= 4


def test_the_dashed_line_is_what_the_membrane_is_held_against() -> None:
    response = respond(neurons()["ALIF"])
    before = torch.cat([torch.zeros(1), response.states["adapt"][:-1]])
    assert response.level is not None and response.compared is not None
    torch.testing.assert_close(response.level, 1.0 + 0.2 * before)
    assert [t for t in range(len(before)) if response.compared[t] > response.level[t]] == response.fired


def test_a_slope_is_drawn_as_it_is() -> None:
    us, slopes = slope(wb.surrogates.triangle(width=0.5))
    assert slopes == pytest.approx([max(0.0, 1 - abs(u) / 0.5) for u in us])


def test_a_docstring_becomes_sections_code_and_links() -> None:
    doc = "Fires.\n\nEquation (one step):\n    mem = x < 1\nSee `Leaky`.\n\n"
    doc += "Limits:   as `ALIF`,\n          or Lapicque 1907.\n"
    made = rendered(doc, {"Leaky": "leaky.html", "Lapicque": "lapicque.html"}.get)
    assert '<section class="equation"><h3>Equation <small>one step</small></h3><pre>mem = x &lt; 1</pre>' in made
    assert '<p>See <a href="leaky.html"><code>Leaky</code></a>.</p></section>' in made
    assert "<p>as <code>ALIF</code>, or Lapicque 1907.</p>" in made


def test_a_note_behind_a_heading_may_go_on_and_hold_parentheses() -> None:
    made = rendered("Equation (of f(x) and\ng(y)):\n    z = 1\n", lambda name: None)
    assert (
        made == '<section class="equation"><h3>Equation <small>of f(x) and g(y)</small></h3><pre>z = 1</pre></section>'
    )


@pytest.mark.parametrize(
    "file", [*(HOUSE / "workbench" / "engine" / "neurons").glob("*.py")], ids=lambda file: file.stem
)
def test_coloured_source_is_the_source(file: Path) -> None:
    code = file.read_text(encoding="utf-8")
    assert unescape(re.sub(r"</?span[^>]*>", "", coloured(code))) == code


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    assert main(["--out", str(tmp_path)]) == 2
    assert "holds something else than a reference; give an empty folder" in capsys.readouterr().err
    assert (tmp_path / "thesis.txt").exists()


@pytest.mark.slow
def test_a_new_neuron_appears_by_itself(tmp_path: Path) -> None:
    for room in ("workbench", "components", "scripts", "tutorials"):
        shutil.copytree(HOUSE / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    models = tmp_path / "workbench" / "engine" / "neurons"
    text = (models / "if_.py").read_text(encoding="utf-8").replace("class IF(", "class Novel(")
    (models / "novel.py").write_text(text.replace(">>> spk, state = IF()", ">>> spk, state = Novel()"))
    command = [sys.executable, "-m", "scripts.build_reference", "--out", "made"]
    subprocess.run(command, cwd=tmp_path, check=True, env={"PYTHONPATH": str(tmp_path)}, capture_output=True)
    assert "<h1>Novel</h1>" in (tmp_path / "made" / "neurons" / "novel.html").read_text(encoding="utf-8")
    assert "novel.html" in (tmp_path / "made" / "neurons" / "index.html").read_text(encoding="utf-8")
