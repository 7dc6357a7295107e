"""Truth that can be derived: interspike times and rates of the leaky integrator, orders of integration, responses.

The membrane τ·dv/dt = -v + RI with threshold 1 and reset to 0 fires every T = τ ln(RI/(RI - 1)), and a pause.
"""

import math
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor

import workbench as wb

TAU = 10.0  # ms
PERIODS = {
    1.01: 46.151205168,
    1.1: 23.978952728,
    1.5: 10.986122887,
    2.0: 6.931471806,
    3.0: 4.054651081,
    10.0: 1.053605157,
}  # RI: ms
RATES = {1.01: 20.767912, 1.1: 38.492699, 1.5: 77.005278, 2.0: 111.963629, 3.0: 165.162284, 10.0: 327.481763}  # Hz


def exact(value: float) -> Any:
    return torch.tensor(value, dtype=torch.float64)


def constant(value: float, steps: int) -> Tensor:
    return torch.full((steps, 1, 1), value, dtype=torch.float64)


def leaky(dt: float, **options: Any) -> wb.Leaky:
    """The exact solution over steps of dt: β = exp(-dt/τ), input (1 - β)·RI."""
    options = {"reset_mechanism": "zero", "reset_delay": False, **options}
    return wb.Leaky(exact(math.exp(-dt / TAU)), **options)


def passings(drives: list[float], dt: float, last: float, **options: Any) -> list[tuple[list[float], list[float]]]:
    """For each RI the spike times in ms: on the grid, and where the exact solution between its points passes 1."""
    beta, steps = math.exp(-dt / TAU), round(last / dt)
    x = (1 - beta) * torch.tensor(drives, dtype=torch.float64).expand(steps, 1, len(drives))
    spk, trace = leaky(dt, **options).trace(x)
    found = []
    for i, drive in enumerate(drives):
        before = [0.0, *trace["mem"][:, 0, i].tolist()]
        at = spk[:, 0, i].nonzero().flatten().tolist()
        passed = [k * dt + TAU * math.log((drive - before[k]) / (drive - 1)) for k in at]
        found.append(([(k + 1) * dt for k in at], passed))
    return found


@pytest.mark.parametrize("dt", [0.1, 0.25, 1.0])
def test_the_time_between_spikes(dt: float) -> None:
    """From each reset on the grid the membrane passes threshold after T, whatever the step."""
    for (drive, period), (grid, passed) in zip(PERIODS.items(), passings([*PERIODS], dt, 100.0), strict=True):
        assert TAU * math.log(drive / (drive - 1)) == pytest.approx(period, abs=1e-9)
        assert len(passed) >= 2
        for reset, passing in zip([0.0, *grid], passed, strict=False):
            assert passing - reset == pytest.approx(period, abs=1e-6)


def test_the_rate_with_a_refractory_period_of_two_ms() -> None:
    """From a spike on the grid to the next passing: the pause, then T; from grid to grid that, up to the next step."""
    dt, pause = 0.1, 2.0
    found = passings([*RATES], dt, 100.0, refractory=round(pause / dt))
    for (drive, rate), (grid, passed) in zip(RATES.items(), found, strict=True):
        for reset, passing in zip(grid, passed[1:], strict=False):
            assert 1000 / (passing - reset) == pytest.approx(rate, rel=1e-6)
        period = math.ceil(PERIODS[drive] / dt - 1e-9) * dt + pause
        assert len(grid) >= 2 and all(b - a == pytest.approx(period, abs=1e-9) for a, b in pairwise(grid))


def test_below_rheobase_nothing_fires_and_just_above_it_does() -> None:
    (below, _), (above, _) = passings([1.0, 1.0001], 1.0, 150.0)
    assert not below and above == [math.ceil(TAU * math.log(1.0001 / 0.0001))]


def test_first_spikes_of_the_nest_manual() -> None:
    """C 250 pF, tau 10 ms, threshold 15 mV above rest: RI/θ = current·τ/(C·15 mV). Currents in pA, times in ms."""
    first = {376: 59.29589143, 400: 27.72588722, 500: 13.86294361, 1000: 4.70003629, 1450: 2.99242895}
    found = passings([current * TAU / 250 / 15 for current in first], 0.1, 60.0)
    for time, (grid, passed) in zip(first.values(), found, strict=True):
        assert passed[0] == pytest.approx(time, abs=1e-6)
        assert grid[0] == pytest.approx(math.ceil(time / 0.1) * 0.1, abs=1e-9)


def euler(dt: float) -> float:
    """The membrane after one τ at RI = 1.5 by Lapicque, which is Euler's method."""
    rc = wb.Lapicque(R=exact(1.0), C=exact(TAU), time_step=exact(dt), threshold=exact(9.0))
    return rc.trace(constant(1.5, round(TAU / dt)))[1]["mem"][-1].item()


def runge_kutta(dt: float) -> float:
    """The same by the midpoint rule, typed."""
    text = "half = mem + 0.5*dt/tau*(x - mem); mem = mem + dt/tau*(x - half); spk = spike(mem - 9)"
    neuron = wb.Neuron.from_text(text, {"tau": exact(TAU), "dt": exact(dt)}, ["mem"])
    return neuron.trace(constant(1.5, round(TAU / dt)))[1]["mem"][-1].item()


def exponential(dt: float) -> float:
    beta = math.exp(-dt / TAU)
    return leaky(dt, threshold=9.0).trace(constant((1 - beta) * 1.5, round(TAU / dt)))[1]["mem"][-1].item()


TRUE = 1.5 * (1 - math.exp(-1))


def test_lapicque_is_of_first_order() -> None:
    errors = [euler(dt) - TRUE for dt in (1, 0.5, 0.25, 0.125)]
    assert errors == pytest.approx([2.88e-2, 1.41e-2, 6.97e-3, 3.47e-3], rel=5e-3)
    assert [a / b for a, b in pairwise(errors)] == pytest.approx([2, 2, 2], abs=0.06)


def test_the_midpoint_rule_is_of_second_order() -> None:
    errors = [runge_kutta(dt) - TRUE for dt in (1, 0.5, 0.25)]
    assert errors == pytest.approx([-9.9e-4, -2.4e-4, -5.9e-5], rel=2e-2)
    assert [a / b for a, b in pairwise(errors)] == pytest.approx([4, 4], abs=0.2)


@pytest.mark.parametrize("dt", [2.5, 1.0, 0.1])
def test_leaky_with_an_exponential_decay_is_exact(dt: float) -> None:
    assert exponential(dt) == pytest.approx(TRUE, abs=1e-12)


def test_the_response_of_a_synapse_to_one_spike() -> None:
    """w(α^(n+1) - β^(n+1))/(α - β) on the grid; continuous: peak at τmτs/(τm - τs)·ln(τm/τs)."""
    alpha, beta, pulse = 0.7, 0.9, constant(0.0, 40)
    pulse[0] = 2.0
    _, trace = wb.Synaptic(exact(alpha), exact(beta), threshold=99.0).trace(pulse)
    want = [2 * (alpha ** (n + 1) - beta ** (n + 1)) / (alpha - beta) for n in range(40)]
    assert trace["mem"].flatten().tolist() == pytest.approx(want, rel=1e-12)
    dt, slow, fast = 0.01, 10.0, 5.0
    long = constant(0.0, 1000)
    long[0] = 1.0
    synaptic = wb.Synaptic(exact(math.exp(-dt / fast)), exact(math.exp(-dt / slow)), threshold=1e9)
    peak = int(synaptic.trace(long)[1]["mem"].argmax()) * dt
    assert peak == pytest.approx(slow * fast / (slow - fast) * math.log(slow / fast), abs=2 * dt)


def test_the_response_of_an_alpha_neuron_to_one_spike() -> None:
    """τ·w(αⁿ - βⁿ) with τ = ln α/(ln β - ln α) + 1."""
    alpha, beta, pulse = 0.9, 0.6, constant(0.0, 40)
    pulse[0] = 2.0
    _, trace = wb.Alpha(exact(alpha), exact(beta), threshold=99.0).trace(pulse)
    tau = math.log(alpha) / (math.log(beta) - math.log(alpha)) + 1
    want = [2 * tau * (alpha**n - beta**n) for n in range(40)]
    assert trace["mem"].flatten().tolist() == pytest.approx(want, rel=1e-12)


@pytest.mark.parametrize("drive", [0.1, 0.37, 0.9, 1.0])
def test_if_loses_nothing_so_its_rate_is_its_input(drive: float) -> None:
    spk, state = wb.IF()(constant(drive, 1000))
    assert spk.sum().item() + state["mem"].item() == pytest.approx(1000 * drive + float(state["mem"] > 1), abs=1 + 1e-9)
    assert abs(spk.sum().item() - 1000 * drive) <= 1 + 1e-9


def test_an_adapting_neuron_settles_where_its_lift_meets_the_membrane() -> None:
    """β = 0: it fires again as soon as θ + κρⁿ/(1 - ρⁿ) < x, n the steps since the last spike."""
    rho, strength, x = 0.9, 0.5, 1.7
    spk, _ = wb.ALIF(exact(0.0), exact(1.0), rho=exact(rho), strength=exact(strength))(constant(x, 400))
    gaps = [b - a for a, b in pairwise(spk.flatten().nonzero().flatten().tolist())][-5:]
    mean = sum(gaps) / len(gaps)
    settled = math.log((x - 1) / (x - 1 + strength)) / math.log(rho)
    assert settled <= mean <= settled + 1


def test_a_leaky_integrator_ends_at_the_sum_of_a_geometric_row() -> None:
    out, _ = wb.LeakyIntegrator(exact(0.8))(constant(0.3, 200))
    want = [0.3 * (1 - 0.8 ** (n + 1)) / 0.2 for n in range(200)]
    assert out.flatten().tolist() == pytest.approx(want, rel=1e-12)
