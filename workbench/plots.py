"""Spikes and membranes as pictures that stand still: HoloViews elements, to be combined with `+` and `*`.

    wb.notebook()                               # once, so that the notebook can draw
    from workbench import plots
    plots.raster(spk) + plots.traces(trace["mem"], spk, neurons=[0, 3])

Values are (T, B, *F), a picture is of one sample; time is in steps, or in ms where `dt_ms` says how long a step is.
What moves is on the page itself (`wb.show`).
"""

from collections.abc import Sequence

import holoviews as hv
import holoviews.plotting.bokeh  # makes its options known; draws nothing
import numpy as np
from torch import Tensor

from components.theme import LAYERS, LIGHT
from workbench.engine.errors import ShapeError

__all__ = ["raster", "spike_count", "traces"]

INK, MARK = LIGHT["text"], LIGHT["layer0"]
WIDTH = 620


def raster(spk: Tensor, sample: int = 0, *, dt_ms: float | None = None) -> hv.Scatter:
    """A dot for every spike of spk (T, B, *F): time to the right, neurons upwards, those of an image row after row."""
    rows = _rows(spk, sample)
    steps, neurons = np.nonzero(rows)
    time, unit = _time(steps, dt_ms)
    limits = {"xlim": (_time(-0.5, dt_ms)[0], _time(len(rows) - 0.5, dt_ms)[0]), "ylim": (-0.5, rows.shape[1] - 0.5)}
    dots = hv.Scatter((time, neurons), hv.Dimension("time", unit=unit), "neuron")
    dots.opts(backend="bokeh", color=INK, size=3, width=WIDTH, height=220, **limits)
    return dots


def traces(
    values: Tensor,
    spk: Tensor | None = None,
    neurons: Sequence[int] = (0,),
    sample: int = 0,
    *,
    dt_ms: float | None = None,
    label: str = "membrane",
) -> hv.Overlay:
    """A line for each of `neurons` of values (T, B, *F), with a dot on it at each spike of spk (alike)."""
    rows = _rows(values, sample)
    fired = np.zeros_like(rows) if spk is None else _rows(spk, sample)
    if fired.shape != rows.shape:
        raise ShapeError(f"plots.traces: spikes must be {rows.shape} for a sample, got {fired.shape}")
    if unknown := [n for n in neurons if not 0 <= n < rows.shape[1]]:
        raise ShapeError(f"plots.traces: neurons are 0 to {rows.shape[1] - 1}, got {unknown[0]}")
    time, unit = _time(np.arange(len(rows)), dt_ms)
    axis, parts = hv.Dimension("time", unit=unit), []
    for place, n in enumerate(neurons):
        color = LIGHT[f"layer{place % LAYERS}"]
        parts.append(hv.Curve((time, rows[:, n]), axis, label, label=f"neuron {n}").opts(backend="bokeh", color=color))
        at = np.flatnonzero(fired[:, n])
        dots = hv.Scatter((time[at], rows[at, n]), axis, label)
        parts.append(dots.opts(backend="bokeh", color=color, size=6, marker="circle"))
    both = hv.Overlay(parts)
    both.opts(backend="bokeh", width=WIDTH, height=220, legend_position="right")
    return both


def spike_count(spk: Tensor, sample: int = 0, *, labels: Sequence[str] | None = None) -> hv.Bars:
    """A bar for each neuron of spk (T, B, *F): how often it fired, the votes of an output layer."""
    counts = (_rows(spk, sample) != 0).sum(0)
    if not len(counts):
        raise ShapeError(f"plots.spike_count: there are no neurons in spikes of shape {tuple(spk.shape)}")
    names = [str(i) for i in range(len(counts))] if labels is None else [str(name) for name in labels]
    if len(names) != len(counts):
        raise ShapeError(f"plots.spike_count: there are {len(counts)} neurons, got {len(names)} labels")
    bars = hv.Bars((names, counts), "neuron", "spikes")
    bars.opts(backend="bokeh", color=MARK, width=WIDTH, height=220)
    return bars


def _rows(values: Tensor, sample: int) -> np.ndarray:
    """One sample as (T, neurons). Raises ShapeError."""
    if not isinstance(values, Tensor):
        raise ShapeError(f"plots: values must be a tensor (T, B, …), got a {type(values).__name__}")
    if values.ndim < 2 or not -values.shape[1] <= sample < values.shape[1]:
        raise ShapeError(f"plots: values must be (T, B, …) with a sample {sample}, got {tuple(values.shape)}")
    return values.detach()[:, sample].reshape(len(values), -1).cpu().numpy()


def _time(steps, dt_ms: float | None) -> tuple:
    """Times and their unit."""
    return (steps, "steps") if dt_ms is None else (steps * dt_ms, "ms")
