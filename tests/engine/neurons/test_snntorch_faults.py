"""Faults of snnTorch 1.0.0's neurons that are absent here, each by what happens instead."""

import gc
import math
import weakref
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import workbench as wb
from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.neurons import neurons

SHAPELESS = [model for model in neurons().values() if model.keeps_shape]  # the others: test_weighing.py


def drive(*shape: int) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(4))


def test_alpha_learns_its_alpha() -> None:
    """There `learn_alpha=True` raises a TypeError while the layer is built."""
    neuron = wb.Alpha(torch.tensor(0.9), 0.8, threshold=0.5, learn_alpha=True, learn_beta=True)
    spk, trace = neuron.trace(drive(40, 2, 3))
    (spk.sum() + trace["mem"].square().mean()).backward()
    for name in ("alpha", "beta"):
        got = neuron.get_parameter(name).grad
        assert got is not None and got.isfinite() and got != 0


def test_alphas_gradient_is_its_slope() -> None:
    """By central differences, in double precision, where nothing fires."""
    x = drive(12, 1, 2).double()

    def loss(alpha: Tensor) -> Tensor:
        neuron = wb.Alpha(alpha, 0.8, threshold=99.0, learn_alpha=True)
        value = neuron.trace(x)[1]["mem"].square().sum()
        value.backward()
        grads.append(neuron.get_parameter("alpha").grad)
        return value.detach()

    grads: list[Any] = []
    at, h = torch.tensor(0.9, dtype=torch.float64), 1e-6
    slope = (loss(at + h) - loss(at - h)) / (2 * h)
    loss(at)
    assert grads[-1].item() == pytest.approx(slope.item(), rel=1e-6)


@pytest.mark.parametrize("reset", ["subtract", "zero"])
def test_rsynaptic_resets_at_once(reset: str) -> None:
    """There `reset_delay=False` works on a copy that is thrown away, or fails; here it is Synaptic's, with feedback."""
    alpha, beta, weight, threshold = 0.6, 0.7, 0.3, 1.2
    x = drive(30, 2, 3)
    neuron = wb.RSynaptic(alpha, beta, weight, threshold=threshold, reset_mechanism=reset, reset_delay=False)
    spikes, trace = neuron.trace(x)
    spk, syn, mem = torch.zeros(2, 3), torch.zeros(2, 3), torch.zeros(2, 3)
    for t, row in enumerate(x):
        was = (mem > threshold).float()
        syn = alpha * syn + row + weight * spk
        mem = beta * mem + syn
        mem = mem - was * (threshold if reset == "subtract" else mem)
        spk = (mem > threshold).float()
        mem = mem - (spk - was) * (threshold if reset == "subtract" else mem)
        assert torch.equal(spikes[t], spk) and torch.allclose(trace["mem"][t], mem, atol=1e-5)
    assert spikes.sum() > 0
    without = wb.RSynaptic(alpha, beta, 0.0, threshold=threshold, reset_mechanism=reset, reset_delay=False)
    alike = wb.Synaptic(alpha, beta, threshold, reset_mechanism=reset, reset_delay=False)
    assert torch.equal(without(x)[0], alike(x)[0])


@pytest.mark.parametrize("given", [{"R": 2.0}, {"C": 1.5}])
def test_lapicque_takes_beta_with_one_of_r_and_c(given: dict[str, Any]) -> None:
    """There both raise a KeyError where beta is learned."""
    beta, x = 0.6, drive(30, 2, 3)
    tau = -1 / math.log(beta)
    whole: dict[str, Any] = {"R": tau / given["C"]} | given if "C" in given else {"C": tau / given["R"]} | given
    by_beta, by_circuit = wb.Lapicque(beta=beta, learn_beta=True, **given), wb.Lapicque(**whole)
    _, trace = by_beta.trace(x)
    assert torch.allclose(trace["mem"], by_circuit.trace(x)[1]["mem"], atol=1e-5)
    trace["mem"].sum().backward()
    slope = by_beta.get_parameter("beta").grad
    assert slope is not None and slope.isfinite() and slope != 0


def test_lapicque_learns_beta_for_more_than_one_step_of_training() -> None:
    """There the capacitance keeps the graph of the constructor, so that a second backward fails."""
    neuron, x = wb.Lapicque(beta=0.5, threshold=0.4, learn_beta=True), drive(20, 2, 3)
    beta = neuron.get_parameter("beta")
    first = neuron(x)[0].sum()
    first.backward()
    assert beta.grad is not None
    before = beta.grad.clone()
    neuron(x)[0].sum().backward()
    assert torch.equal(beta.grad, 2 * before)
    neuron.set("beta", 0.9)
    assert neuron(x)[0].sum() != first


def test_no_state_stays_behind_and_none_is_thrown_away() -> None:
    """There a call without a state goes on from the last call's, and a state of a wrong shape is silently zeroed."""
    for model in SHAPELESS:
        neuron = model()
        x = drive(10, 2, 3)
        assert torch.equal(neuron(x)[0], neuron(x)[0])
        state = neuron(x)[1]
        with pytest.raises(ShapeError, match=r"must be \(4, 3\) like one step of x, got \(2, 3\)"):
            neuron(drive(10, 4, 3), state)


def test_two_networks_never_touch_each_other_and_die_when_they_are_let_go() -> None:
    """There every neuron ever built is kept in a list of its class, and one reset resets them all."""
    one, two = (wb.Sequential(nn.Linear(3, 3), wb.Leaky()) for _ in range(2))
    x = drive(5, 2, 3)
    _, state = one(x)
    kept = state["1"]["mem"].detach().clone()
    two(x)
    two.load_state_dict(one.state_dict())
    assert torch.equal(state["1"]["mem"], kept)
    gone = [weakref.ref(module) for net in (one, two) for module in net.modules()]
    del one, two
    gc.collect()
    assert not any(module() for module in gone)


def test_the_reset_mechanism_is_fixed_when_a_neuron_is_built_and_is_part_of_its_text() -> None:
    """There it can be set afterwards, which changes a number that nothing reads."""
    for reset in ("subtract", "zero", "none"):
        neuron = wb.Leaky(reset_mechanism=reset)
        neuron.reset_mechanism = "zero"
        assert neuron.text == wb.Leaky(reset_mechanism="zero").text


def test_spikes_are_of_the_precision_of_the_input() -> None:
    """There they are always of single precision."""
    for model in SHAPELESS:
        for dtype in (torch.float64, torch.float16, torch.bfloat16):
            assert model()(drive(4, 2, 3).to(dtype))[0].dtype == dtype


def test_delta_leaky_starts_from_rest_by_itself() -> None:
    """There the first state has to be given by hand, and is None after a reset."""
    spk, state = wb.DeltaLeaky(0.5, 0.9)(drive(6, 2, 3))
    assert list(state) == ["mem"] and spk.shape == (6, 2, 3)


@pytest.mark.parametrize("name", ["init_hidden", "output", "surrogate_disable"])
def test_arguments_of_its_hidden_states_show_the_way_here(name: str) -> None:
    for model in SHAPELESS:
        given: dict[str, Any] = {name: True}
        with pytest.raises(TypeError) as refused:
            model(**given)
        sentence = str(refused.value)
        assert sentence.startswith(model.__name__) and len(sentence) <= 200
        assert "spk, state = " in sentence or "torch.no_grad()" in sentence


def test_the_state_quantiser_sees_what_is_no_number_and_does_not_wrap_infinity() -> None:
    """There both become the lowest level."""
    levels = wb.state_quant(3)
    odd = torch.tensor([math.nan, math.inf, -math.inf])
    assert levels(odd)[0].isnan()
    assert levels(odd)[1:].tolist() == pytest.approx([1.2, -1.0])


def test_the_winner_is_one_of_the_whole_layer_and_of_no_batch() -> None:
    """There the winner is sought along the first axis of an image, which fails or lets one of each column win."""
    x = 3 * drive(20, 4, 2, 3, 3)
    spk, _ = wb.Leaky(inhibition=True)(x)
    assert spk.flatten(2).sum(2).max() == 1 and spk.sum() > 10
    for i in range(4):
        assert torch.equal(wb.Leaky(inhibition=True)(x[:, i : i + 1])[0], spk[:, i : i + 1])


def test_what_cannot_be_said_is_refused_by_name() -> None:
    for given, sentence in (
        ({"R": 1.0}, "Lapicque: give R and C, or beta with one of them or alone; got R"),
        (
            {"beta": 0.9, "R": 1.0, "C": 1.0},
            "Lapicque: give R and C, or beta with one of them or alone; got beta, R, C",
        ),
        ({"learn_beta": True}, "Lapicque.learn_beta: there is no beta to learn; give beta instead of R or C"),
        ({"R": 0.0, "C": 1.0}, "Lapicque.R: must be above 0, got 0"),
        ({"R": 1.0, "C": -2.0}, "Lapicque.C: must be above 0, got -2"),
        ({"time_step": 0.0}, "Lapicque.time_step: must be above 0, got 0"),
        ({"beta": 1.0}, "Lapicque.beta: must be above 0 and below 1, got 1"),
    ):
        arguments: dict[str, Any] = given
        with pytest.raises(KnobError) as refused:
            wb.Lapicque(**arguments)
        assert str(refused.value) == sentence
    for alpha, beta in ((0.8, 0.9), (0.8, 0.8), (1.0, 1.0), ([0.9, 0.5], [0.8, 0.6])):
        with pytest.raises(
            KnobError, match=r"^Alpha\.alpha: must be above beta, got alpha .* raise alpha or lower beta$"
        ):
            wb.Alpha(alpha, beta)
    neuron = wb.Alpha(0.9, 0.8, learn_alpha=True)
    with pytest.raises(KnobError, match=r"^Alpha\.alpha: must be above beta, got alpha 0\.5 and beta 0\.8"):
        neuron.set("alpha", 0.5)
    assert neuron.alpha.item() == pytest.approx(0.9)
    with pytest.raises(KnobError, match=r"^RLeaky\.all_to_all"):
        wb.RLeaky(0.9, all_to_all=True)
