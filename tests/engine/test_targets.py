"""Codes of values and classes as recorded from snnTorch; its faults absent; random patterns owned and distributed."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from workbench.engine import encoders, targets
from workbench.engine.encoders import levels
from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.targets import (
    from_one_hot,
    latency_interpolate,
    rate_interpolate,
    target_rate_code,
    targets_convert,
    targets_latency,
    targets_rate,
    to_one_hot,
    to_one_hot_inverse,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "functional-snntorch-1.0.0.json"
RECORDED = json.loads(GOLDEN.read_text(encoding="utf-8"))["codes"]
CLASSES = torch.tensor([2, 0, 3])


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("case", RECORDED.values(), ids=RECORDED.keys())
def test_codes_are_those_recorded(case: dict[str, Any]) -> None:
    name, settings = case["name"], case["settings"]
    if name == "target_rate_code":
        spikes, times = target_rate_code(case["data"], **settings)
        assert spikes.tolist() == case["value"]["spikes"] and times.tolist() == case["value"]["times"]
        return
    data, want = torch.tensor(case["data"]), torch.tensor(case["value"])
    if name.startswith("latency") and name != "latency_interpolate":  # one sample: a batch of one
        got = getattr(encoders, name)(data.unsqueeze(0), **settings)
        got = got.squeeze(1) if got.ndim == 3 else got.squeeze(0)
    elif name == "delta":
        got = encoders.delta(data.unsqueeze(1), **settings).squeeze(1)
    else:
        got = getattr(targets, name)(data, **settings)
    torch.testing.assert_close(got, want, rtol=1e-6, atol=1e-6)


def by_hand(times: list[int], steps: int, on: float, off: float) -> list[float]:
    """A line up to each spike, one step after the other."""
    wanted, last = [], -1
    for step in range(steps):
        later = [t for t in times if t >= step]
        if not later:
            wanted.append(off)
        elif step in times:
            wanted.append(on)
            last = step
        else:
            wanted.append(off + (on - off) * (step - last - 1) / (later[0] - last - 1))
    return wanted


def test_lines_between_spikes() -> None:
    spikes = (torch.rand(30, 2, 5, generator=generator()) < 0.2).float()
    got = levels(spikes, 1.5, -0.25, interpolate=True)
    for place in [(b, n) for b in range(2) for n in range(5)]:
        times = spikes[:, *place].nonzero().flatten().tolist()
        assert got[:, *place].tolist() == pytest.approx(by_hand(times, 30, 1.5, -0.25), abs=1e-6)
    assert levels(spikes[:0], interpolate=True).shape == (0, 2, 5)


@pytest.mark.parametrize("classes", [4, 5, 6])
def test_rates_other_than_one_and_zero(classes: int) -> None:
    """snnTorch fails, or, where T = C, gives a tensor of five axes."""
    got = targets_rate(CLASSES, classes, num_steps=5, correct_rate=0.7, incorrect_rate=0.3)
    assert got.shape == (5, 3, classes)
    right, _ = target_rate_code(5, rate=0.7)
    other, _ = target_rate_code(5, rate=0.3)
    for sample, chosen in enumerate(CLASSES.tolist()):
        for neuron in range(classes):
            assert torch.equal(got[:, sample, neuron], right if neuron == chosen else other)


def test_rates_with_a_line_between_spikes() -> None:
    got = targets_rate(
        CLASSES, 5, 5, correct_rate=0.25, incorrect_rate=0.25, on_target=1.2, off_target=0.5, interpolate=True
    )
    line = [1.2, 0.5, 0.5 + 0.7 / 3, 0.5 + 1.4 / 3, 1.2]
    assert got[:, 0, 2].tolist() == pytest.approx(line) and got[:, 0, 1].tolist() == pytest.approx(line)
    silent = targets_rate(CLASSES, 5, 5, correct_rate=0.25, on_target=1.2, off_target=0.5, interpolate=True)
    assert (silent[:, 0, 1] == 0.5).all()


def test_a_negative_off_target_is_kept() -> None:
    """snnTorch clamps it to 0."""
    assert targets_rate(CLASSES, 4, on_target=1, off_target=-1).tolist()[0] == [-1, -1, 1, -1]
    late = targets_rate(CLASSES, 4, 3, first_spike_time=1, off_target=-1)
    assert late[:, 0, 2].tolist() == [-1, 1, 1] and (late[:, 0, 0] == -1).all()
    assert targets_latency(CLASSES, 4, 3, normalize=True, off_target=-1)[:, 0, 2].tolist() == [1, -1, -1]


def test_a_class_comes_back_from_its_one_hot_code() -> None:
    """snnTorch gives the row instead."""
    assert torch.equal(from_one_hot(to_one_hot(CLASSES, 4)), CLASSES)
    assert to_one_hot_inverse(to_one_hot(CLASSES, 4)).tolist()[0] == [1, 1, 0, 1]


def test_all_arguments_are_handed_on() -> None:
    """snnTorch forgets levels and interpolation of latencies."""
    settings: dict[str, Any] = {"num_steps": 5, "normalize": True, "on_target": 2.0, "off_target": 0.5}
    got = targets_convert(CLASSES, 4, code="latency", interpolate=True, **settings)
    assert torch.equal(got, targets_latency(CLASSES, 4, interpolate=True, **settings)) and got.max() == 2
    assert torch.equal(targets_convert(CLASSES, 4, on_target=3), 3 * to_one_hot(CLASSES, 4))


def test_whoever_is_due_after_the_end_has_no_line() -> None:
    assert latency_interpolate(torch.tensor([9.0, 5.0, 1.0]), 5)[:, :2].sum() == 0
    assert rate_interpolate(torch.tensor([], dtype=torch.int64), 4, off_target=0.5).tolist() == [0.5] * 4


def test_the_poisson_pattern_fires_at_its_rate_from_the_first_spike_on() -> None:
    spikes, times = target_rate_code(20_000, 5_000, 0.3, "poisson", generator=generator())
    assert spikes[:5_000].sum() == 0 and spikes[5_000:].mean().item() == pytest.approx(0.3, abs=0.015)
    assert torch.equal(times, spikes.nonzero().flatten())
    gaps = times.diff().float()  # of a Bernoulli process: geometric, mean 1/p, variance (1 - p)/p²
    assert gaps.mean().item() == pytest.approx(1 / 0.3, rel=0.05)
    assert gaps.var().item() == pytest.approx(0.7 / 0.09, rel=0.1)


def test_the_uniform_pattern_spreads_as_many_draws_as_the_regular_one_has_spikes() -> None:
    spikes, times = target_rate_code(10_000, 2_000, 0.1, "uniform", generator=generator())
    assert spikes[:2_000].sum() == 0 and torch.equal(times, spikes.nonzero().flatten())
    # 800 draws from 8,000 steps leave 8,000·(1 - (1 - 1/8,000)^800) ≈ 761 different ones.
    assert len(times) == pytest.approx(761, abs=25)
    assert spikes[2_000:].view(4, -1).sum(1).tolist() == pytest.approx([190] * 4, abs=50)


@pytest.mark.parametrize("pattern", ["uniform", "poisson"])
def test_random_patterns_are_owned(pattern: str) -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    one = targets_rate(CLASSES, 4, 50, correct_rate=0.5, firing_pattern=pattern, generator=generator())
    assert torch.equal(before, torch.get_rng_state())
    two = targets_rate(CLASSES, 4, 50, correct_rate=0.5, firing_pattern=pattern, generator=generator())
    other = targets_rate(CLASSES, 4, 50, correct_rate=0.5, firing_pattern=pattern, generator=generator(1))
    assert torch.equal(one, two) and not torch.equal(one, other)
    with pytest.raises(ShapeError, match=f"^The {pattern} pattern is random: give generator="):
        targets_rate(CLASSES, 4, 50, correct_rate=0.5, firing_pattern=pattern)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: to_one_hot(CLASSES, 3), "to_one_hot: targets must be class numbers from 0 to 2, got 3"),
        (lambda: to_one_hot(CLASSES.float(), 4), "to_one_hot: targets must be class numbers, whole, from 0 to 3"),
        (lambda: targets_rate(CLASSES, 4, correct_rate=0.5), r"targets_rate\.num_steps: must be given for targets"),
        (lambda: targets_rate(CLASSES, 4, 5, correct_rate=1.5), "targets_rate: correct_rate and incorrect_rate must"),
        (
            lambda: targets_rate(CLASSES, 4, 5, correct_rate=0.2, incorrect_rate=0.5),
            r"targets_rate: correct_rate and incorrect_rate must lie in 0…1, the first not below, got 0\.2 and 0\.5",
        ),
        (lambda: targets_rate(CLASSES.view(1, 3), 4), r"targets_rate: targets must be \(B,\), got \(1, 3\)"),
        (lambda: target_rate_code(5, rate=2), r"target_rate_code\.rate: must be spikes per step, from 0 to 1, got 2"),
        (lambda: target_rate_code(5, 6), "first_spike_time: must lie within 5 steps, got 6"),
        (lambda: target_rate_code(5, firing_pattern="odd"), "firing_pattern: must be one of regular, .*, got odd"),
        (
            lambda: targets_convert(CLASSES, 4, code="phase"),
            r"targets_convert\.code: must be rate or latency, got phase",
        ),
        (
            lambda: targets_latency(CLASSES, 4, 5, on_target=0, off_target=1, normalize=True, interpolate=True),
            "interpolate: on_target must not lie below off_target, got 0.0 and 1.0",
        ),
    ],
)
def test_refusals_are_sentences(call, sentence: str) -> None:
    with pytest.raises((KnobError, ShapeError), match=f"^{sentence}") as refused:
        call()
    assert len(str(refused.value)) <= 200


def test_an_empty_batch_and_a_single_class() -> None:
    empty = torch.empty(0, dtype=torch.int64)
    assert targets_rate(empty, 4).shape == (0, 4)
    assert targets_rate(torch.tensor([0]), 1, 3, correct_rate=0.5).shape == (3, 1, 1)
