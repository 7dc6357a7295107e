"""Lesson 1 says what is true: its numbers against closed forms, and against recorded runs of another simulator.

The circuit of the lesson has the default values of NEST's iaf_psc models (C = 250 pF, tau = 10 ms, E_L = V_reset =
-70 mV, V_th = -55 mV), so that its first spikes can be held against those recorded from NEST 3.10 on a grid of 0.1 ms.
"""

import json
import math

import numpy as np
import pytest
import torch

import workbench as wb
from workbench.lessons import lessons

R, C, RISE = 40.0, 0.25, 15.0  # MΩ, nF, mV from rest to threshold
TAU = R * C  # ms
LESSON = lessons()[0]


def beta(dt: float) -> float:
    return math.exp(-dt / TAU)


def first_spike(current: float, dt: float, reset_mechanism: str = "zero", reset_delay: bool = True) -> list[float]:
    """Times in ms of the first three spikes for a constant current in nA."""
    x = torch.full((round(400 / dt), 1, 1), (1 - beta(dt)) * R * current / RISE)
    spikes, _ = wb.Leaky(beta=beta(dt), reset_mechanism=reset_mechanism, reset_delay=reset_delay)(x)
    return (dt * (np.flatnonzero(spikes[:, 0, 0].numpy()) + 1))[:3].tolist()


def test_the_design_is_the_circuit():
    design = json.loads(LESSON.design.read_text())
    neuron = design["nodes"][1]["params"]
    assert neuron["beta"] == round(beta(design["dt_ms"]), 3)
    assert design["stimulus"]["amplitude"] == round((1 - neuron["beta"]) * R * 0.5 / RISE, 3)
    assert neuron["reset_mechanism"] == "zero"


@pytest.mark.parametrize(("current", "nest"), [(0.376, 59.3), (0.4, 27.8), (0.5, 13.9), (1.0, 4.8), (1.45, 3.0)])
def test_first_spikes_are_those_of_nest_and_of_the_formula(current: float, nest: float):
    fired = first_spike(current, dt=0.1)[0]
    exact = TAU * math.log(R * current / (R * current - RISE))
    assert fired == pytest.approx(nest, abs=1e-9)
    assert exact <= fired < exact + 0.1 + 1e-9


def test_below_the_rheobase_nothing_fires():
    assert RISE / R == 0.375
    assert first_spike(0.3749, dt=0.1) == []


def test_the_membrane_is_the_exact_solution():
    x = torch.full((600, 1, 1), (1 - beta(0.1)) * R * 0.25 / RISE)
    _, trace = wb.Leaky(beta=beta(0.1)).trace(x)
    t = 0.1 * np.arange(1, 601)
    exact = R * 0.25 / RISE * (1 - np.exp(-t / TAU))
    assert np.abs(trace["mem"][:, 0, 0].detach().numpy() - exact).max() < 5e-6


def test_what_the_page_is_told_to_try():
    """The intervals that the lesson's text names for the design: 14 ms, 15 ms with subtract, sooner with more beta."""
    assert first_spike(0.5, dt=1.0) == [14.0, 28.0, 42.0]
    assert first_spike(0.25, dt=1.0) == []
    assert first_spike(0.5, dt=1.0, reset_mechanism="subtract") == [14.0, 29.0, 44.0]
    assert first_spike(0.5, dt=1.0, reset_mechanism="subtract", reset_delay=False) == [14.0, 28.0, 42.0]
    x = torch.full((40, 1, 1), (1 - beta(1.0)) * R * 0.5 / RISE)
    spikes, _ = wb.Leaky(beta=0.95, reset_mechanism="zero")(x)
    assert np.flatnonzero(spikes[:, 0, 0].numpy())[0] + 1 < 14
    for words in ("14 ms", "14 to 15 ms", "0.095", "0.375 nA", "0.127"):
        assert words in LESSON.text


def test_the_design_runs_as_the_text_says():
    design = wb.Design.load(LESSON.design)
    assert design.check() == []
    fired = [step for frame in wb.simulate(design, steps=60) for step in frame.spikes["neuron"][0].tolist()]
    assert np.diff(fired).tolist() == [14] * (len(fired) - 1) and len(fired) == 4
