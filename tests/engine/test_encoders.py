"""Encoders: statistics and order of draws of Rate, spike times of Latency, and owned randomness."""

import math
from typing import Any

import pytest
import torch

from workbench.engine.encoders import Latency, Rate
from workbench.engine.errors import KnobError, ShapeError

WORDS: Any = "much"


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_rate_fires_with_the_chance_that_gain_and_offset_make() -> None:
    values = torch.tensor([0.0, 0.1, 0.5, 0.9, 1.0])
    spk = Rate(gain=0.5, offset=0.2)(values.expand(4000, 1, 5), generator())
    assert set(spk.unique().tolist()) == {0.0, 1.0}
    assert spk.mean((0, 1)).tolist() == pytest.approx((0.5 * values + 0.2).tolist(), abs=0.03)


def test_rate_is_certain_at_both_ends_and_beyond() -> None:
    spk = Rate(gain=3)(torch.tensor([-1.0, 0.0, 0.34, 1.0]).expand(500, 2, 4), generator())
    assert spk[..., :2].sum() == 0 and spk[..., 2:].min() == 1


def test_pieces_of_a_run_draw_what_the_whole_draws() -> None:
    x = torch.rand(50, 3, 7, generator=generator(1))
    whole = Rate()(x, generator())
    drawn = generator()
    assert torch.equal(torch.cat([Rate()(piece, drawn) for piece in x.split([1, 1, 20, 28])]), whole)


def test_with_a_generator_each_a_sample_does_not_depend_on_its_batch() -> None:
    x = torch.rand(20, 4, 7, generator=generator(1))
    whole = Rate()(x, [generator(i) for i in range(4)])
    for i in range(4):
        assert torch.equal(Rate()(x[:, i : i + 1], [generator(i)])[:, 0], whole[:, i])
    several = [generator(i) for i in range(4)]
    assert torch.equal(torch.cat([Rate()(piece, several) for piece in x.split(7)]), whole)


def test_rate_without_a_generator_is_refused_rather_than_drawn_from_the_global_one() -> None:
    with pytest.raises(ShapeError, match=r"needs a generator: Rate\(\)\(x, torch\.Generator\(\)"):
        Rate()(torch.zeros(1, 1, 1))
    with pytest.raises(ShapeError, match="got 2 generators for a batch of 3"):
        Rate()(torch.zeros(1, 3, 1), [generator(), generator()])


def test_nan_never_fires() -> None:
    assert Rate()(torch.full((9, 1, 2), torch.nan), generator()).sum() == 0
    assert Latency()(torch.full((9, 1, 2), torch.nan)).sum() == 0


def test_latency_in_logarithmic_time_is_the_charging_of_a_leaky_neuron() -> None:
    values = torch.tensor([[0.02, 0.05, 0.3, 1.0]])
    due = [5 * math.log(v / (v - 0.01)) for v in (0.02, 0.05, 0.3, 1.0)]
    encoder = Latency(threshold=0.01, tau=5, normalize=False)
    assert encoder.times(values, 10).tolist() == [[round(t) for t in due]]
    spk = encoder(values.expand(10, 1, 4))
    assert spk.sum(0).tolist() == [[1, 1, 1, 1]] and spk.argmax(0).tolist() == [[round(t) for t in due]]


def test_normalised_latency_spreads_every_sample_over_all_steps() -> None:
    values = torch.rand(3, 64, generator=generator())
    values[:, 0] = 0
    times = Latency().times(values, 25)
    assert times.amax(1).tolist() == [24, 24, 24] and times.amin() >= 0
    alone = torch.cat([Latency().times(v.unsqueeze(0), 25) for v in values])
    assert torch.equal(alone, times)


def test_linear_latency() -> None:
    values = torch.tensor([[0.0, 0.01, 0.02, 0.5, 1.0]])
    assert Latency(linear=True).times(values, 5).tolist() == [[4, 4, 4, 2, 0]]
    assert Latency(linear=True, clip=True)(values.expand(5, 1, 5)).sum(0).tolist() == [[0, 1, 1, 1, 1]]
    assert Latency(linear=True, normalize=False, tau=8).times(values, 5).tolist() == [[8, 8, 8, 4, 0]]
    assert Latency(linear=True, normalize=False, tau=8)(values.expand(5, 1, 5)).sum(0).tolist() == [[0, 0, 0, 1, 1]]


def test_brighter_is_never_later() -> None:
    values = torch.linspace(0, 1, 50).unsqueeze(0)
    for encoder in (Latency(), Latency(linear=True), Latency(normalize=False, tau=3)):
        assert (encoder.times(values, 25).diff() <= 0).all()


def test_one_spike_each_in_the_steps_there_are() -> None:
    for steps in (1, 2, 25):
        assert (Latency()(torch.rand(2, 7, generator=generator()).expand(steps, 2, 7)).sum(0) == 1).all()
    assert Latency()(torch.zeros(0, 2, 7)).shape == (0, 2, 7)
    assert Rate()(torch.zeros(0, 2, 7), generator()).shape == (0, 2, 7)
    assert (Latency()(torch.rand(6, 2, generator=generator())).sum(0) == 1).all()  # one value a sample: x (T, B)


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (lambda: Rate(gain=math.nan), r"Rate\.gain: must be a number of size below 1e6, got nan"),
        (lambda: Rate(offset=WORDS), r"Rate\.offset: must be a number of size below 1e6, got much"),
        (lambda: Latency(threshold=0), r"Latency\.threshold: must lie between 0 and 1, got 0"),
        (lambda: Latency(threshold=1.5), r"Latency\.threshold: must lie between 0 and 1, got 1\.5"),
        (lambda: Latency(tau=-1), r"Latency\.tau: must be above 0 steps, got -1"),
        (lambda: Latency(tau=True), r"Latency\.tau: must be a number of size below 1e6, got True"),
    ],
)
def test_bad_values_are_refused(build, sentence: str) -> None:
    with pytest.raises(KnobError, match=f"^{sentence}$"):
        build()
