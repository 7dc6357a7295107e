"""Pictures that stand still hold what was given, can be drawn, and use no colour that means something else."""

import holoviews as hv
import numpy as np
import pytest
import torch

from components.theme import LIGHT
from workbench import plots
from workbench.engine.errors import ShapeError
from workbench.engine.neurons.leaky import Leaky

X = torch.rand(20, 2, 3, generator=torch.Generator().manual_seed(0))
SPK, TRACE = Leaky(0.9).trace(X)


def drawn(element: hv.Element | hv.Overlay) -> str:
    """The picture as Bokeh's plain data."""
    from bokeh.embed import json_item

    return str(json_item(hv.render(element, backend="bokeh")))


def test_a_raster_holds_every_spike_of_its_sample() -> None:
    dots = plots.raster(SPK, sample=1)
    assert [tuple(row) for row in np.asarray(dots.array())] == [tuple(p) for p in SPK[:, 1].nonzero().tolist()]
    assert dots.kdims[0].unit == "steps"
    in_ms = plots.raster(SPK, sample=1, dt_ms=0.5)
    assert list(in_ms["time"]) == [0.5 * step for step in dots["time"]] and in_ms.kdims[0].unit == "ms"


def test_traces_hold_the_values_and_a_dot_at_each_spike() -> None:
    both = plots.traces(TRACE["mem"], SPK, neurons=[0, 2], sample=1)
    curves, dots = [e for e in both if isinstance(e, hv.Curve)], [e for e in both if isinstance(e, hv.Scatter)]
    for n, curve, marks in zip((0, 2), curves, dots, strict=True):
        assert list(curve["membrane"]) == TRACE["mem"][:, 1, n].tolist()
        assert list(marks["time"]) == SPK[:, 1, n].nonzero().flatten().tolist()
    assert [curve.label for curve in curves] == ["neuron 0", "neuron 2"]


def test_counts_are_those_of_the_spikes() -> None:
    bars = plots.spike_count(SPK, labels=["a", "b", "c"])
    assert list(bars["spikes"]) == SPK[:, 0].sum(0).tolist() and list(bars["neuron"]) == ["a", "b", "c"]


def test_images_lie_row_after_row() -> None:
    spk = torch.zeros(2, 1, 2, 2)
    spk[1, 0, 1, 0] = 1
    assert plots.raster(spk).array().tolist() == [[1, 2]]


@pytest.mark.parametrize(
    "picture",
    [
        lambda: plots.raster(SPK),
        lambda: plots.raster(torch.zeros(3, 1, 2)),
        lambda: plots.traces(TRACE["mem"], neurons=range(3)),
        lambda: plots.traces(TRACE["mem"], SPK),
        lambda: plots.spike_count(SPK),
    ],
)
def test_each_can_be_drawn_without_the_colours_that_mean_something(picture) -> None:
    text = drawn(picture())
    for meant in (LIGHT["neg"], LIGHT["pos"], "#30a2da", "#fc4f30", "#1f77b4"):  # nor a library's first colours
        assert meant not in text


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: plots.raster(torch.zeros(3)), r"plots: values must be \(T, B, …\) with a sample 0, got \(3,\)"),
        (lambda: plots.raster(SPK, sample=2), r"plots: values must be \(T, B, …\) with a sample 2, got \(20, 2, 3\)"),
        (lambda: plots.traces(TRACE["mem"], neurons=[3]), "plots.traces: neurons are 0 to 2, got 3"),
        (
            lambda: plots.traces(TRACE["mem"], SPK[:5]),
            r"plots.traces: spikes must be \(20, 3\) for a sample, got \(5, 3\)",
        ),
        (lambda: plots.spike_count(SPK, labels=["a"]), "plots.spike_count: there are 3 neurons, got 1 labels"),
    ],
)
def test_refusals_are_sentences(call, sentence: str) -> None:
    with pytest.raises(ShapeError, match=f"^{sentence}$"):
        call()
