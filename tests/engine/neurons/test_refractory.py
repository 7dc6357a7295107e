"""The refractory period: n steps of silence in which the membrane stands still, for every model and typed text."""

import copy
import json
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor

import workbench as wb
from workbench.engine.errors import KnobError
from workbench.engine.neurons import neurons
from workbench.engine.neurons.base import Neuron
from workbench.engine.neurons.model import NeuronModel
from workbench.engine.neurons.rewriting import inhibited, refractory
from workbench.engine.typed_neuron import TypedNeuron

SHAPELESS = {name: model for name, model in neurons().items() if model.keeps_shape}
FIRING = {name: model for name, model in SHAPELESS.items() if "refractory" in {o.name for o in model.options}}
each = pytest.mark.parametrize("model", FIRING.values(), ids=FIRING.keys())


def driven(model: type[Neuron], steps: int = 400) -> Tensor:
    """Input that makes this model fire often: constant, or up and down for one that fires at changes alone."""
    x = torch.full((steps, 1, 3), 15.0 if model is wb.Izhikevich else 0.9)
    return x * 5 * (-1.0) ** torch.arange(steps).reshape(-1, 1, 1) if model is wb.DeltaLeaky else x


def test_every_model_of_one_equation_that_fires_can_pause() -> None:
    never = {name for name, model in SHAPELESS.items() if issubclass(model, NeuronModel) and model.emits == "out"}
    assert {name for name, model in SHAPELESS.items() if issubclass(model, NeuronModel)} - never == set(FIRING)
    with pytest.raises(TypeError, match="LeakyIntegrator has no argument refractory"):
        wb.LeakyIntegrator(refractory=1)


@each
@pytest.mark.parametrize("steps", [1, 7])
def test_no_spike_for_n_steps_and_the_held_states_stand_still(model: Any, steps: int) -> None:
    spk, trace = model(refractory=steps).trace(driven(model))
    fired = spk[:, 0, 0].nonzero().flatten().tolist()
    assert len(fired) > 2 and min(b - a for a, b in pairwise(fired)) > steps
    held = [state.name for state in model.states if state.held]
    assert held
    for t in fired[:-1]:
        for name in held:
            assert bool((trace[name][t : t + steps + 1, 0, 0] == trace[name][t, 0, 0]).all())
        assert trace["pause"][t : t + steps + 1, 0, 0].tolist() == list(range(steps, -1, -1))


@pytest.mark.parametrize("options", [{}, {"reset_mechanism": "zero"}, {"reset_delay": False}], ids=str)
def test_spikes_come_exactly_n_steps_further_apart(options: dict[str, Any]) -> None:
    x = torch.full((300, 1, 1), 0.3)
    plain = wb.Leaky(0.9, **options)(x)[0].flatten().nonzero().flatten()
    late = wb.Leaky(0.9, refractory=5, **options)(x)[0].flatten().nonzero().flatten()
    assert torch.equal(late, plain[: len(late)] + 5 * torch.arange(len(late)))


def test_a_synapse_goes_on_while_its_membrane_stands_still() -> None:
    pulse = torch.zeros(12, 1, 1)
    pulse[0] = 2.0
    _, free = wb.Synaptic(0.8, 0.9).trace(pulse)
    _, paused = wb.Synaptic(0.8, 0.9, refractory=5).trace(pulse)
    assert torch.equal(paused["syn"], free["syn"]) and torch.equal(paused["mem"][:6], paused["mem"][:1].expand(6, 1, 1))


def test_an_adaptation_decays_meanwhile_and_grows_once_a_spike() -> None:
    spk, trace = wb.ALIF(refractory=10, rho=0.9).trace(torch.full((40, 1, 1), 0.9))
    adapt, count = 0.0, 0
    for t in range(40):
        adapt = 0.9 * adapt + spk[t].item()
        count += int(spk[t].item())
        assert trace["adapt"][t].item() == pytest.approx(adapt, rel=1e-5)
    assert count == 4


@pytest.mark.parametrize("model", [wb.Leaky, wb.IF, wb.Lapicque, wb.RLeaky, wb.Alpha, wb.ALIF, wb.DeltaLeaky])
def test_input_during_the_pause_has_no_gradient_and_makes_no_difference(model: Any) -> None:
    neuron, x = model(refractory=6), driven(model, 60).clone()
    first = int(neuron(x)[0][:, 0, 0].nonzero()[0])
    other = x.clone()
    other[first + 1 : first + 7] += 100.0
    assert torch.equal(neuron(x)[0], neuron(other)[0])
    x.requires_grad_()
    neuron(x)[0].sum().backward()
    assert x.grad is not None and x.grad[first + 1 : first + 7, 0, 0].abs().sum() == 0 and x.grad.abs().sum() > 0


@pytest.mark.parametrize("model", [wb.Leaky, wb.ALIF, wb.Izhikevich])
def test_fused_does_what_eager_does(model: Any) -> None:
    x = driven(model, 80)
    (a, left), (b, right) = (model(refractory=3, backend=how).trace(x) for how in ("eager", "fused"))
    assert torch.equal(a, b) and a.sum() > 0
    for name, values in left.items():
        assert torch.allclose(values, right[name], rtol=1e-6, atol=1e-6)


@each
def test_it_is_printed_counted_and_copied(model: Any) -> None:
    plain, paused = model(), model(refractory=4)
    assert plain.latex() != paused.latex() and r"n_\theta" in paused.latex() and "P[t-1] > 0" in paused.latex()
    assert paused.operations()["select"] >= 3 and paused.operations()["words_read"] > plain.operations()["words_read"]
    assert sorted(set(paused.state_dict()) - set(plain.state_dict())) == ["refractory"]
    x = driven(model, 40)
    assert torch.equal(copy.deepcopy(paused)(x)[0], paused(x)[0])


def test_a_row_of_pauses_and_a_pause_turned_live() -> None:
    neuron, x = wb.Leaky(0.9, refractory=1), torch.full((60, 1, 2), 0.9)
    neuron.set("refractory", [2, 9])
    spk = neuron(x)[0]
    for i, steps in enumerate((2, 9)):
        assert torch.equal(spk[:, 0, i], wb.Leaky(0.9, refractory=steps)(x)[0][:, 0, i])


@pytest.mark.parametrize("value", [-1, 1.5, True, "2", 10_001])
def test_what_is_no_number_of_steps_is_refused(value: Any) -> None:
    said = rf"refractory: must be a whole number from 0 to 10000, got {value}$"
    with pytest.raises(KnobError, match=rf"^Leaky\.{said}"):
        wb.Leaky(refractory=value)
    with pytest.raises(KnobError, match=rf"^Custom\.{said}"):
        wb.Neuron.from_text("spk = spike(x)", refractory=value)


def test_a_typed_neuron_pauses_too_and_is_saved_with_it() -> None:
    text = "mem = 0.9*mem + x  # leaks\nspk = spike(mem - 1); mem = mem - detach(spk)"
    neuron = wb.Neuron.from_text(text, {}, ["mem"], refractory=3)
    x = torch.full((40, 1, 1), 0.6)
    spk, trace = neuron.trace(x)
    alike = wb.ALIF(0.9, strength=0.0, refractory=3).trace(x)
    assert torch.equal(spk, alike[0]) and torch.equal(trace["mem"], alike[1]["mem"])
    again = TypedNeuron.from_spec(json.loads(json.dumps(copy.deepcopy(neuron).spec())))
    assert torch.equal(again(x)[0], spk) and again.spec() == neuron.spec()
    assert neuron.spec()["text"] == text and neuron.spec()["refractory"] == 3


def test_a_text_without_a_line_that_fires_is_told_so() -> None:
    for text in ("spk = where(x > 1, 1, 0)", "spk = spike(x)*spike(x - 1)", "spk = 2*spike(x)"):
        with pytest.raises(KnobError, match=r"^the text needs a line such as `spk = spike"):
            refractory(text, ())
    with pytest.raises(KnobError, match=r"^the text needs a line such as"):
        inhibited("spk = where(x > 1, 1, 0)", False)
