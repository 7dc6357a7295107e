"""Leaky against arithmetic on paper, and what its constructor refuses."""

import math
from typing import Any

import pytest
import torch

from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.neurons.leaky import Leaky
from workbench.engine.surrogates import fast_sigmoid

# reference: x = X, beta 0.9, threshold 1, from rest
X = [0.5, 0.9, 0.3, 1.2, 0.0, 0.7, 2.5, 0.1, 0.0, 0.4]
BY_HAND = {
    ("subtract", True): (
        "0101011100",
        [0.5, 1.35, 0.515, 1.6635, 0.49715, 1.147435, 2.532692, 1.379422, 0.24148, 0.617332],
    ),
    ("subtract", False): (
        "0101011000",
        [0.5, 0.35, 0.615, 0.7535, 0.67815, 0.310335, 1.779301, 1.701371, 1.531234, 1.778111],
    ),
    ("zero", True): ("0101001000", [0.5, 1.35, 0.3, 1.47, 0.0, 0.7, 3.13, 0.1, 0.09, 0.481]),
    ("zero", False): ("0101001000", [0.5, 0.0, 0.3, 0.0, 0.0, 0.7, 0.0, 0.1, 0.09, 0.481]),
}


@pytest.mark.parametrize(("reset", "delay"), BY_HAND)
def test_ten_steps_by_hand(reset: str, delay: bool) -> None:
    spikes, membrane = BY_HAND[reset, delay]
    spk, trace = Leaky(0.9, reset_mechanism=reset, reset_delay=delay).trace(torch.tensor(X).reshape(10, 1))
    assert "".join(str(int(s)) for s in spk) == spikes
    assert trace["mem"].flatten().tolist() == pytest.approx(membrane, abs=1e-6)


@pytest.mark.parametrize("drive", [0.11, 0.15, 0.3])
def test_a_constant_current_fires_when_the_geometric_sum_passes_threshold(drive: float) -> None:
    """mem after n steps is x(1 - βⁿ)/(1 - β): the first spike comes with the first n for which that is above θ."""
    n = math.ceil(math.log(1 - (1 - 0.9) / drive) / math.log(0.9))
    spk, _ = Leaky(0.9)(torch.full((60, 1, 1), drive))
    assert int(spk.flatten().nonzero()[0]) == n - 1


def test_a_constant_current_below_rheobase_never_fires_and_exactly_threshold_does_not_either() -> None:
    assert Leaky(0.9)(torch.full((500, 1, 1), 0.0999))[0].sum() == 0
    assert Leaky(0.9)(torch.ones(1, 1, 1))[0].item() == 0  # a spike needs strictly more than threshold


def test_beta_is_clipped_to_its_meaning_and_has_no_gradient_beyond() -> None:
    x = torch.rand(20, 2, 3)
    assert torch.equal(Leaky(1.7)(x)[0], Leaky(1.0)(x)[0])
    lif = Leaky(1.7, learn_beta=True)
    lif.trace(x)[1]["mem"].sum().backward()
    assert lif.beta.grad is not None and lif.beta.grad.item() == 0


def test_graded_spikes_are_sent_but_do_not_change_the_reset() -> None:
    x = torch.rand(40, 2, 3)
    for delay in (True, False):
        plain, graded = Leaky(reset_delay=delay), Leaky(reset_delay=delay, graded_spikes_factor=2.5)
        (a, first), (b, second) = plain.trace(x), graded.trace(x)
        assert torch.equal(a * 2.5, b) and torch.equal(first["mem"], second["mem"])


def test_a_knob_turned_live_is_the_knob_built_in() -> None:
    x = torch.rand(30, 2, 3)
    lif = Leaky(0.9, learn_beta=True)
    held = lif.beta
    for name, value in (("beta", 0.5), ("threshold", [0.8, 1.0, 1.2]), ("graded_spikes_factor", 2.0)):
        lif.set(name, value)
    built = Leaky(0.5, [0.8, 1.0, 1.2], graded_spikes_factor=2.0)
    assert torch.equal(lif(x)[0], built(x)[0]) and lif.beta is held


def test_state_dict_carries_the_knobs() -> None:
    assert sorted(Leaky().state_dict()) == ["beta", "graded_spikes_factor", "threshold"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"beta": math.nan}, r"Leaky\.beta: must be a finite number, or one per neuron, got nan"),
        ({"beta": "0.9"}, r"Leaky\.beta: must be a finite number, or one per neuron, got 0\.9"),
        (
            {"threshold": [1.0, math.inf]},
            r"Leaky\.threshold: must be a finite number, or one per neuron, got \[1\.0, inf\]",
        ),
        ({"threshold": True}, r"Leaky\.threshold: must be a finite number, or one per neuron, got True"),
        ({"reset_mechanism": "soft"}, r"Leaky\.reset_mechanism: must be subtract, zero, none, got soft"),
        ({"backend": "gpu"}, r"Leaky\.backend: gpu is not built yet; use auto, eager or fused"),
        ({"backend": "tpu"}, r"Leaky\.backend: must be auto, eager, fused, got tpu"),
        ({"spike_grad": 3}, r"spike_grad: must be a surrogate such as atan\(2\.0\), got 3"),
    ],
)
def test_bad_values_are_refused_in_one_sentence(arguments: dict, sentence: str) -> None:
    with pytest.raises(KnobError, match=f"^{sentence}$"):
        Leaky(**arguments)


@pytest.mark.parametrize("name", ["init_hidden", "output", "surrogate_disable", "bta"])
def test_arguments_of_another_style_show_the_way_here(name: str) -> None:
    given: dict[str, Any] = {name: True}
    with pytest.raises(TypeError) as refused:
        Leaky(0.9, **given)
    sentence = str(refused.value)
    ways = ("spk, state = lif(x)", "torch.no_grad()", "Leaky has no argument bta; did you mean beta?")
    assert len(sentence) <= 200 and any(way in sentence for way in ways)


def test_turning_a_knob_that_is_not_there() -> None:
    with pytest.raises(KnobError, match=r"^Leaky has no knob alpha; it has beta, threshold, graded_spikes_factor$"):
        Leaky().set("alpha", 1)


def test_per_neuron_knobs_must_fit_the_layer() -> None:
    for beta in (torch.tensor([0.9, 0.8]), torch.tensor([[0.9], [0.8]])):
        with pytest.raises(ShapeError, match=r"^Leaky\.beta has shape .*, x has features \(3,\); give one value"):
            Leaky(beta)(torch.zeros(2, 1, 3))
    channels = torch.tensor([0.9, 0.5]).reshape(2, 1, 1)
    spk, _ = Leaky(channels)(torch.ones(5, 3, 2, 4, 4))
    assert spk.shape == (5, 3, 2, 4, 4)


def test_a_strangers_surrogate_is_called_for_every_spike() -> None:
    x = torch.rand(12, 2, 3, requires_grad=True)

    def own(u: torch.Tensor) -> torch.Tensor:
        return fast_sigmoid(25)(u)

    a, b = Leaky(spike_grad=own)(x)[0], Leaky(spike_grad={"name": "fast_sigmoid", "slope": 25})(x)[0]
    assert torch.equal(a, b)
    assert torch.equal(*(torch.autograd.grad(y.sum(), x)[0] for y in (a, b)))


@pytest.mark.parametrize(
    ("x", "sentence"),
    [
        ([[1.0]], r"^Leaky: x must be a tensor \(T, B, …\), got a list$"),
        (None, r"^Leaky: x must be a tensor \(T, B, …\), got a NoneType$"),
        (torch.tensor(1.0), r"^Leaky: x must be \(T, B, …\), got \(\)$"),
        (torch.zeros(2, 2, 2, dtype=torch.complex64), r"^Leaky: x must hold real numbers, got complex ones$"),
    ],
)
def test_what_is_no_input_is_refused_in_a_sentence(x, sentence: str) -> None:
    with pytest.raises(ShapeError, match=sentence):
        Leaky(beta=0.9)(x)
