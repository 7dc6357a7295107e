"""Izhikevich's neuron: the twenty patterns of figure 1 of the 2004 paper, spike for spike, and the equation retyped.

Spike times in ms were worked out by a program of its own in double precision, with the paper's parameters and stimuli.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor

import workbench as wb
from workbench.engine.neurons.base import Neuron

Current = Callable[[Tensor], Tensor]


class Pattern(NamedTuple):
    """a, b, c, d; the membrane it starts from; step and length in ms; current over time; number and times of spikes.

    Of many spikes the first and the last are given. `others` are knobs that differ from those of the 2003 paper.
    """

    name: str
    numbers: tuple[float, float, float, float]
    start: float
    dt: float
    end: float
    current: Current
    spikes: int
    times: tuple[float, ...]
    others: Mapping[str, float] = MappingProxyType({})


def step(size: float, after: float) -> Current:
    return lambda t: size * (t > after).double()


def ramp(slope: float, after: float, base: float = 0.0) -> Current:
    return lambda t: base + slope * (t - after) * (t > after)


def pulses(size: float, length: float, *starts: float) -> Current:
    return lambda t: torch.stack([size * ((t > s) & (t < s + length)).double() for s in starts]).sum(0)


def both(*currents: Current) -> Current:
    return lambda t: torch.stack([current(t) for current in currents]).sum(0)


RELEASE = both(step(-5, 49.999), step(5, 250), step(80, -1))  # 80, but 75 from 50 to 250 ms
CLASS_1 = {"linear": 4.1, "constant": 108.0}
PATTERNS = (
    Pattern("A tonic", (0.02, 0.2, -65, 6), -70, 0.25, 100, step(14, 10), 5, (13, 17, 31.5, 59.25, 86.75)),
    Pattern("B phasic", (0.02, 0.25, -65, 6), -64, 0.25, 200, step(0.5, 20), 1, (43.75,)),
    Pattern("C tonic burst", (0.02, 0.2, -50, 2), -70, 0.25, 220, step(15, 22), 28, (25, 204.5)),
    Pattern(
        *("D phasic burst", (0.02, 0.25, -55, 0.05), -64, 0.2, 200, step(0.6, 20)),
        *(6, (39, 42.8, 47, 51.8, 57.6, 67.2)),
    ),
    Pattern("E mixed", (0.02, 0.2, -55, 4), -70, 0.25, 160, step(10, 16), 6, (20, 22.75, 27.25, 67, 99.25, 131.5)),
    Pattern(
        *("F adaptation", (0.01, 0.2, -65, 8), -70, 0.25, 85, step(30, 8.5)),
        *(6, (10.25, 12.25, 15, 19.75, 42.5, 71.5)),
    ),
    Pattern("G class 1", (0.02, -0.1, -55, 6), -60, 0.25, 300, ramp(0.075, 30), 10, (84.5, 290.5), CLASS_1),
    Pattern("H class 2", (0.2, 0.26, -65, 0), -64, 0.25, 300, ramp(0.015, 30, -0.5), 14, (105.75, 293)),
    Pattern("I latency", (0.02, 0.2, -65, 6), -70, 0.2, 100, pulses(7.04, 3, 10), 1, (26.6,)),
    Pattern("J oscillation", (0.05, 0.26, -60, 0), -62, 0.25, 200, pulses(2, 5, 20), 1, (26.5,)),
    Pattern("K resonator", (0.1, 0.26, -60, -1), -62, 0.25, 400, pulses(0.65, 4, 40, 60, 280, 320), 1, (338,)),
    Pattern(
        *("L integrator", (0.02, -0.1, -55, 6), -60, 0.25, 100, pulses(9, 2, 100 / 11, 100 / 11 + 5, 70, 80)),
        *(1, (20,), CLASS_1),
    ),
    Pattern("M rebound spike", (0.03, 0.25, -60, 4), -64, 0.2, 200, pulses(-15, 5, 20), 1, (68,)),
    Pattern("N rebound burst", (0.03, 0.25, -52, 0), -64, 0.2, 200, pulses(-15, 5, 20), 7, (68, 92.2)),
    Pattern(
        *("O variable threshold", (0.03, 0.25, -60, 4), -64, 0.25, 100, both(pulses(1, 5, 10, 80), pulses(-6, 5, 70))),
        *(1, (93.25,)),
    ),
    Pattern(
        *("P bistability", (0.1, 0.26, -60, 0), -61, 0.25, 300, both(step(0.24, -1), pulses(1, 5, 37.5, 216))),
        *(5, (45.25, 86, 126.5, 167.25, 208)),
    ),
    Pattern("Q after-depolarisation", (1, 0.2, -60, -21), -70, 0.1, 50, pulses(20, 2, 9), 1, (11.3,)),
    Pattern("S inhibition, spikes", (-0.02, -1, -60, 8), -63.8, 0.5, 350, RELEASE, 3, (94.5, 166, 236)),
    Pattern("T inhibition, bursts", (-0.026, -1, -45, -2), -63.8, 0.5, 350, RELEASE, 12, (86.5, 204)),
)


def doubles(**knobs: float) -> dict[str, Any]:
    return {name: torch.tensor(float(value), dtype=torch.float64) for name, value in knobs.items()}


def spike_times(neuron: Neuron, pattern: Pattern, u: float) -> list[float]:
    """When the neuron fires, in ms, in double precision."""
    t = torch.arange(round(pattern.end / pattern.dt) + 1, dtype=torch.float64) * pattern.dt
    start = {"v": torch.full((1,), pattern.start, dtype=t.dtype), "u": torch.full((1,), u, dtype=t.dtype)}
    spk, _ = neuron(pattern.current(t).reshape(-1, 1), start)
    return [round(float(t[i]), 3) for i in spk.flatten().nonzero()]


def izhikevich(pattern: Pattern) -> wb.Izhikevich:
    a, b, c, d = pattern.numbers
    return wb.Izhikevich(**doubles(a=a, b=b, c=c, d=d, dt=pattern.dt, **pattern.others))


def agree(times: list[float], pattern: Pattern) -> bool:
    known = times if len(pattern.times) == pattern.spikes else [times[0], times[-1]]
    return len(times) == pattern.spikes and known == list(pattern.times)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda p: p.name)
def test_a_pattern_of_the_paper(pattern: Pattern) -> None:
    times = spike_times(izhikevich(pattern), pattern, pattern.numbers[1] * pattern.start)
    assert agree(times, pattern), times


def test_accommodation_whose_recovery_follows_another_equation() -> None:
    """The twentieth pattern, R: du/dt = a·b·(v + 65), so it is typed; a slow ramp is ignored, a fast one is not."""
    text = """
    v = v + dt*(0.04*v**2 + 5*v + 140 - u + x)
    u = u + dt*a*b*(v + 65)
    spk = spike(v - 30); u = u + spk*d; v = where(detach(spk) > 0, c, v)
    """
    neuron = wb.Neuron.from_text(text, doubles(a=0.02, b=1, c=-55, d=4, dt=0.5), {"v": -65.0, "u": -16.0})
    slow = both(ramp(1 / 25, 0), step(-8, 199.999), ramp(-1 / 25, 199.999))
    fast = both(ramp(4 / 12.5, 299.999), ramp(-4 / 12.5, 312.499), step(-4, 312.499))
    pattern = Pattern("R accommodation", (0.02, 1, -55, 4), -65, 0.5, 400, both(slow, fast), 1, (311.5,))
    times = spike_times(neuron, pattern, -16.0)
    assert agree(times, pattern), times
    assert len(PATTERNS) + 1 == 20


def test_it_rests_at_its_equilibrium_and_u_starts_on_its_own_line() -> None:
    state = wb.Izhikevich(b=[0.2, 0.25]).rest((3, 2))
    assert state["v"].eq(-70).all() and torch.allclose(state["u"], torch.tensor([-14.0, -17.5]).expand(3, 2))
    spk, trace = wb.Izhikevich().trace(torch.zeros(4000, 1, 1))
    assert spk.sum() == 0 and trace["v"].eq(-70).all()


@pytest.mark.parametrize("backend", ["eager", "fused"])
def test_a_tonic_neuron_does_the_same_in_single_precision_on_every_backend(backend: str) -> None:
    pattern = PATTERNS[0]
    t = torch.arange(401) * pattern.dt
    neuron = wb.Izhikevich(*pattern.numbers, dt=pattern.dt, backend=backend)
    assert [float(t[i]) for i in neuron(pattern.current(t).float().reshape(-1, 1))[0].flatten().nonzero()] == list(
        pattern.times
    )
