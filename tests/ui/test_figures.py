"""The Hardware tab against a second way of finding every figure: numpy alone, from the saved JSON and raw weights."""

import numpy as np
import pytest

from tests.recounted import recounted

pytestmark = pytest.mark.ui

HELD_OUT = 360
ALMOST = 6e-4  # the page writes four significant digits


# Every figure of the table: [layer, name, figure, where it comes from].
READ = """all => all.flatMap((body) => {
  const text = (element) => element?.textContent ?? "";
  const figures = [...body.querySelectorAll("tr:has(.figure)")];
  return figures.map((row) => [
    text(body.querySelector(".caption")), text(row.querySelector("th")), text(row.querySelector(".figure")),
    text(row.nextElementSibling)]);
})"""


def table(page):
    """What the tab says: {name: {layer: value}}, and how each figure was found: {name: kind}."""
    figures, kinds = {}, {}
    for layer, name, figure, source in page.locator(".figures tbody").evaluate_all(READ):
        figures.setdefault(name, {})[layer] = float(figure.replace(",", ""))
        kinds[name] = source
    return figures, kinds


def test_every_figure_on_the_page_can_be_recomputed(hand, page):
    hand.open_starter("Digits 64-32-10")
    hand.pick("hidden")
    hand.knob("beta").locator("input.figure").fill("0.85")
    page.keyboard.press("Enter")
    for batch in range(3):
        hand.press("+1 batch")
        hand.until(lambda batch=batch: len(hand.history()) == batch + 4)
    hand.tab("Hardware")
    document = hand.saved()
    folder = hand.folder
    with np.load(folder / f"{document['weights']}.npz") as raw:
        weights = {node: {name: raw[f"{node}.{name}"] for name in ("weight", "bias")} for node in ("fc1", "fc2")}
    expected = recounted(document, weights, HELD_OUT)
    right = {
        name: pytest.approx({"whole network": sum(each.values()), **each}, rel=ALMOST)
        for name, each in expected.items()
    }
    hand.until(lambda: table(page)[0].get("spikes") == right["spikes"])
    figures, kinds = table(page)
    assert figures == right
    for name, kind in kinds.items():
        measured = name in ("spikes", "synaptic operations", "multiply-accumulates")
        assert kind == ("measured · 360 of 360 held-out samples of digits" if measured else "exact · the design")
    assert hand.figure("parameters") == sum(expected["parameters"].values())
    assert expected["spikes"]["hidden"] > 10, "the test must not compare silence"
