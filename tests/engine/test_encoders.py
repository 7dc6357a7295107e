"""Encoders: statistics and order of draws of Rate, spike times of Latency, and owned randomness."""

import math
from typing import Any

import pytest
import torch

from workbench.engine.encoders import (
    Delta,
    Latency,
    Rate,
    delta,
    latency,
    latency_code,
    latency_code_linear,
    latency_code_log,
    rate,
    rate_conv,
)
from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.network import Sequential
from workbench.engine.neurons.leaky import Leaky

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
    with pytest.raises(ShapeError, match=r"^Rate draws at random: give generator=torch\.Generator\(\)"):
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


def test_functions_are_the_modules_with_a_number_of_steps() -> None:
    values = torch.rand(3, 4, generator=generator(1))
    assert torch.equal(
        rate(values, 20, gain=0.5, generator=generator()), Rate(0.5)(values.expand(20, 3, 4), generator())
    )
    over_time = torch.rand(6, 3, 4, generator=generator(1))
    assert torch.equal(rate(over_time, generator=generator()), Rate()(over_time, generator()))
    assert torch.equal(rate_conv(over_time, generator=generator()), Rate()(over_time, generator()))
    assert torch.equal(latency(values, 9, normalize=True), Latency()(values.expand(9, 3, 4)))


def test_gain_and_offset_count_for_values_over_time_too() -> None:
    """snnTorch forgets them there."""
    over_time = torch.full((4000, 1, 1), 0.5)
    spk = rate(over_time, gain=0.5, offset=0.1, generator=generator())
    assert spk.mean().item() == pytest.approx(0.35, abs=0.03)


def test_rate_is_silent_before_its_first_spike_time() -> None:
    ones = torch.ones(2, 3)
    still = rate(ones, 5, first_spike_time=2, generator=generator())
    assert still.shape == (5, 2, 3) and still[:2].sum() == 0 and still[2:].min() == 1
    changing = rate(ones.expand(5, 2, 3), first_spike_time=2, generator=generator())
    assert changing.shape == (7, 2, 3) and changing[:2].sum() == 0 and changing[2:].min() == 1


def test_precision_is_kept_and_whole_numbers_are_taken() -> None:
    """snnTorch gives float32 whatever comes in."""
    values = torch.rand(1, 4, dtype=torch.float64, generator=generator())
    assert rate(values, 3, generator=generator()).dtype == torch.float64
    assert latency(values, 3, normalize=True).dtype == delta(values).dtype == torch.float64
    ones = torch.ones(1, 4, dtype=torch.uint8)
    assert latency(ones, 3).tolist()[0] == [[1] * 4] and rate(ones, 3, generator=generator()).min() == 1


def test_latency_waits_for_its_first_spike_time() -> None:
    values = torch.tensor([[0.0, 0.5, 1.0]])
    assert Latency(linear=True, first_spike_time=4).times(values, 9).tolist() == [[8, 6, 4]]
    assert Latency(linear=True, normalize=False, tau=2, first_spike_time=4).times(values, 9).tolist() == [[6, 5, 4]]
    with pytest.raises(KnobError, match=r"^Latency\.first_spike_time: must lie within 4 steps, from 0, got 4$"):
        Latency(first_spike_time=4)(values.expand(4, 1, 3))


def test_latency_as_levels_leaves_out_who_never_fires() -> None:
    """With interpolation snnTorch forgets to clip; it clamps a negative level away."""
    values = torch.tensor([[0.0, 0.5, 1.0]])
    sent = latency(values, 5, normalize=True, linear=True, clip=True, interpolate=True, off_target=-1)
    assert sent[:, 0].T.tolist() == [[-1] * 5, [-1, 0, 1, -1, -1], [1, -1, -1, -1, -1]]


def test_bypass_drops_late_spikes_or_makes_room_for_them() -> None:
    values = torch.tensor([[0.02, 1.0]])
    assert latency(values, 3, tau=10, bypass=True).sum(0).tolist() == [[0, 1]]
    assert latency(values, tau=10, bypass=True).shape == (8, 1, 2)
    with pytest.raises(KnobError, match=r"^latency: the latest spike is due at step 7, the last of 3 is 2; lower tau"):
        latency(values, 3, tau=10)


def test_spike_times_before_they_are_rounded_and_who_lies_below() -> None:
    times, below = latency_code(torch.tensor([[0.02, 0.5, 1.0]]), 5, normalize=True, linear=True, threshold=0.1)
    assert times.tolist() == [pytest.approx([3.6, 2, 0])] and below.tolist() == [[True, False, False]]
    assert torch.equal(latency_code_linear(torch.tensor([[0.5]]), tau=4), torch.tensor([[2.0]]))
    assert latency_code_log(torch.tensor([[1.0]]), tau=4).item() == pytest.approx(4 * math.log(1 / 0.99), rel=1e-5)


def test_delta_in_pieces_is_delta_as_a_whole() -> None:
    x = torch.rand(30, 2, 3, generator=generator())
    several: tuple[dict[str, Any], ...] = ({"threshold": 0.2}, {"padding": True}, {"off_spike": True, "padding": True})
    for settings in several:
        encoder = Delta(**settings)
        whole, _ = encoder(x)
        state, pieces = None, []
        for piece in x.split([0, 1, 4, 25]):
            spk, state = encoder(piece, state)
            pieces.append(spk)
        assert torch.equal(torch.cat(pieces), whole) and torch.equal(delta(x, **settings), whole)


def test_delta_in_a_network_keeps_its_state() -> None:
    x = torch.rand(20, 2, 3, generator=generator())
    net = Sequential(Delta(0.1), Leaky(0.9))
    whole, _ = net(x)
    first, state = net(x[:7])
    assert list(state) == ["0", "1"] and torch.equal(torch.cat((first, net(x[7:], state)[0])), whole)
    assert torch.equal(net.record(x, ["spk"])["0"]["spk"], delta(x))


def test_delta_and_nan() -> None:
    x = torch.tensor([0.0, 1.0, math.nan, 1.0, 2.0]).view(5, 1)
    assert delta(x).flatten().tolist() == [0, 1, 0, 0, 1]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: rate(torch.zeros(1, 1), 3), "Rate draws at random: give generator"),
        (lambda: rate(torch.zeros(1, 1), WORDS, generator=generator()), r"rate\.num_steps: must be a whole number"),
        (
            lambda: rate(torch.zeros(1, 1), 3, first_spike_time=3, generator=generator()),
            r"rate\.first_spike_time: must",
        ),
        (lambda: latency(torch.zeros(1, 1)), r"latency\.num_steps: must be given; only with bypass"),
        (lambda: latency(torch.zeros(1, 1), bypass=True, normalize=True), r"latency\.num_steps: must be given"),
        (lambda: latency(torch.full((1, 2), 1.5), 3), r"latency: data must lie in 0…1, got 1\.5 to 1\.5; scale it"),
        (lambda: latency(torch.full((1, 2), math.nan), 3), r"latency: data must lie in 0…1, got nan to nan"),
        (lambda: latency(torch.zeros(0, 2), 3), r"latency: there are no values in data of shape \(0, 2\)"),
        (lambda: latency_code(torch.zeros(1, 1), normalize=True), r"latency_code\.num_steps: must be given where"),
        (lambda: Delta(threshold=0), r"Delta\.threshold: must be above 0, got 0"),
        (lambda: Delta()(torch.zeros(3)), r"Delta: x must be \(T, B, …\), got \(3,\)"),
        (
            lambda: Delta()(torch.zeros(2, 1, 3), {"last": torch.zeros(1, 2)}),
            r"Delta: state last must be \(1, 3\), got",
        ),
    ],
)
def test_refusals_of_functions_are_sentences(call, sentence: str) -> None:
    with pytest.raises((KnobError, ShapeError), match=f"^{sentence}") as refused:
        call()
    assert len(str(refused.value)) <= 200


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_half_precision_keeps_rates_and_times(kind: torch.dtype) -> None:
    chance = torch.full((1000,), 0.002, dtype=kind)
    spk = rate(chance, num_steps=1000, generator=torch.Generator().manual_seed(0))
    assert spk.dtype is kind and spk.float().mean().item() == pytest.approx(0.002, rel=0.1)
    data = torch.tensor([[0.3, 0.005, 1.0]])
    late, want = (latency(x, num_steps=100, tau=5.0, bypass=True) for x in (data.to(kind), data))
    assert late.dtype is kind and torch.equal(late.float(), want)
