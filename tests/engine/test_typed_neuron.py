"""A neuron typed at run time: what it computes, that nothing another neuron has is missing, what is refused."""

import copy
import json
import pickle
import re
from typing import Any

import pytest
import torch

import workbench as wb
from workbench.engine.equations.parser import EquationError
from workbench.engine.errors import KnobError
from workbench.engine.knobs import Knob, State
from workbench.engine.neurons.leaky import Leaky
from workbench.engine.typed_neuron import TypedNeuron

LEAKY = """reset = detach(spike(mem - threshold))
mem = clip(beta, 0, 1)*mem + x - reset*threshold
spk = spike(mem - threshold)"""
ADAPTIVE = """
mem = beta*mem + x            # the membrane
spk = spike(mem - threshold - strength*fatigue)
fatigue = rho*fatigue + detach(spk)
mem = mem - detach(spk)*threshold
"""


def typed(**more: Any) -> TypedNeuron:
    return wb.Neuron.from_text(LEAKY, {"beta": 0.9, "threshold": 1.0}, {"mem": 0}, **more)


def adaptive(**more: Any) -> TypedNeuron:
    knobs = {"beta": 0.9, "threshold": 1.0, "strength": 0.3, "rho": 0.95}
    return wb.Neuron.from_text(ADAPTIVE, knobs, ["mem", "fatigue"], name="Adaptive", **more)


@pytest.mark.parametrize("backend", ["eager", "fused"])
def test_the_text_of_leaky_is_leaky(backend: str) -> None:
    x = torch.rand(30, 2, 3, requires_grad=True)
    mine, own = typed(backend=backend, learn=["beta"]), Leaky(backend=backend, learn_beta=True)
    results = []
    for neuron in (mine, own):
        spk, trace = neuron.trace(x)
        (spk.sum() + trace["mem"].square().mean()).backward()
        assert x.grad is not None and neuron.beta.grad is not None
        results.append((spk, trace["mem"], x.grad.clone(), neuron.beta.grad))
        x.grad = None
    assert all(torch.equal(a, b) for a, b in zip(*results, strict=True))
    assert mine.operations() == own.operations()
    assert mine.latex() == wb.Neuron.from_text(mine.text, mine.knobs, mine.states, symbols=mine.symbols).latex()


def test_a_neuron_nobody_shipped_does_what_its_text_says_on_every_backend() -> None:
    x = torch.rand(60, 3, 4)
    (eager, a), (fused, b) = (adaptive(backend=backend).trace(x) for backend in ("eager", "fused"))
    assert torch.equal(eager, fused) and eager.sum() > 0 and all(torch.equal(a[name], b[name]) for name in a)
    mem = fatigue = torch.zeros(3, 4)
    for t in range(60):
        mem = 0.9 * mem + x[t]
        spk = (mem > 1 + 0.3 * fatigue).float()
        fatigue, mem = 0.95 * fatigue + spk, mem - spk
        assert torch.equal(spk, eager[t])
    assert a["fatigue"].max() > 1


def test_it_is_trained_turned_and_stacked_like_any_other() -> None:
    net = wb.Sequential(torch.nn.Linear(4, 3), adaptive(learn=["beta", "rho"]))
    out, state = net(torch.rand(10, 2, 4))
    out.sum().backward()
    assert sorted(n for n, p in net.named_parameters() if p.grad is not None)[-2:] == ["1.beta", "1.rho"]
    assert list(state["1"]) == ["mem", "fatigue"]
    neuron = adaptive()
    neuron.set("strength", [0.0, 0.1, 0.2])
    assert neuron(torch.rand(5, 2, 3))[0].shape == (5, 2, 3)
    with pytest.raises(KnobError, match=r"^Adaptive has no knob alpha; it has beta, threshold, strength, rho$"):
        neuron.set("alpha", 1)


def test_it_survives_copying_pickling_saving_and_reading_its_spec_from_json() -> None:
    x = torch.rand(30, 2, 3)
    neuron = adaptive(learn=["rho"], spike_grad=wb.surrogates.fast_sigmoid(10))
    neuron.set("strength", [0.1, 0.2, 0.3])
    want = neuron(x)[0]
    spec = json.loads(json.dumps(neuron.spec()))
    again = TypedNeuron.from_spec(spec)
    for other in (copy.deepcopy(neuron), pickle.loads(pickle.dumps(neuron)), again):
        assert torch.equal(other(x)[0], want) and other.latex() == neuron.latex() and repr(other) == repr(neuron)
        assert [name for name, _ in other.named_parameters()] == ["rho"]
    assert again.spec() == neuron.spec()
    fresh = adaptive(learn=["rho"])
    fresh.set("strength", [0.0, 0.0, 0.0])
    fresh.load_state_dict(neuron.state_dict())
    assert torch.equal(fresh(x)[0], want)


def test_declared_knobs_and_states_keep_what_they_say() -> None:
    knob = Knob("beta", r"\beta", "1", 0.8, 0.0, 1.0, "decay", "a paper")
    neuron = wb.Neuron.from_text(
        "mem = beta*mem + x; spk = spike(mem - 1)", [knob], [State("mem", "U", "mV", -70.0, "m")]
    )
    assert neuron.knobs == (knob,) and neuron.beta == pytest.approx(0.8)
    assert neuron.rest((1,))["mem"].item() == -70 and "U[t] &= \\beta\\,U[t-1] + X[t]" in neuron.latex()


def test_names_without_a_symbol_get_one() -> None:
    latex = wb.Neuron.from_text(
        "u_m = tau_mem*u_m + gain*x; spk = spike(u_m)", {"tau_mem": 0.9, "gain": 2}, ["u_m"]
    ).latex()
    assert r"\tau_{\mathrm{mem}}" in latex and r"\mathrm{gain}" in latex and r"u_{\mathrm{m}}[t]" in latex


def test_a_readout_sends_what_it_calls_out() -> None:
    readout = wb.Neuron.from_text("mem = 0.5*mem + x; out = mem", {}, ["mem"])
    assert readout(torch.ones(3, 1, 1))[0].flatten().tolist() == [1.0, 1.5, 1.75] and readout.emits == "out"


def test_draws() -> None:
    noisy = wb.Neuron.from_text("mem = 0.9*mem + x + 0.1*n; spk = spike(mem - 1)", {}, ["mem"], draws={"n": "normal"})
    a, b = (noisy(torch.rand(20, 2, 3) * 0, generator=torch.Generator().manual_seed(s))[1]["mem"] for s in (0, 0))
    assert torch.equal(a, b) and a.std() > 0
    assert TypedNeuron.from_spec(noisy.spec()).draws == noisy.draws


@pytest.mark.parametrize(
    ("text", "knobs", "states", "more", "sentence"),
    [
        ("mem = mem + x", {}, ["mem"], {}, "the text never says what spk is"),
        ("spk = spike(1)", {}, [], {}, "the text never reads its input x"),
        ("spk = spike(x.grad)", {}, [], {}, "`x.grad` is not allowed"),
        ("spk = spike(x - a)", {}, [], {}, "a is not known; known are x"),
        ("spk = spike(x - a)", {"a": "1"}, [], {}, "Custom.a: must be a finite number"),
        ("spk = spike(x - a)", {"a": float("inf")}, [], {}, "Custom.a: must be a finite number"),
        ("spk = spike(x - a)", {"a": 1}, ["a"], {}, "Custom: state a needs another name, this one is taken"),
        ("spk = spike(x - step)", {"step": 1}, [], {}, "Custom: knob step needs another name, this one is taken"),
        ("spk = spike(x - exp)", {"exp": 1}, [], {}, "Custom: knob exp needs another name, this one is taken"),
        ("spk = spike(x)", {"a b": 1}, [], {}, "knob a b must be letters, digits and _"),
        ("spk = spike(x)", {"β": 1}, [], {}, "knob β must be letters, digits and _"),
        ("spk = spike(x)", {}, [], {"name": "../x"}, "name ../x must be letters, digits and _"),
        ("spk = spike(x)", {}, [], {"learn": ["a"]}, "Custom: learn names a, which is not a knob"),
        ("spk = spike(x - n)", {}, [], {"draws": {"n": "cauchy"}}, "draw n must be uniform or normal, got cauchy"),
    ],
)
def test_what_is_not_a_neuron_is_refused_in_a_sentence(
    text: str, knobs: Any, states: Any, more: dict[str, Any], sentence: str
) -> None:
    with pytest.raises((EquationError, KnobError), match=re.escape(sentence)) as refused:
        wb.Neuron.from_text(text, knobs, states, **more)
    assert len(str(refused.value)) <= 200 and "\n" not in str(refused.value)


def test_a_spec_that_is_none_is_refused_in_a_sentence() -> None:
    good = adaptive().spec()
    for bad in (
        {},
        {"text": 3},
        good | {"colour": "red"},
        good | {"knobs": [{"name": "beta"}]},
        good | {"backend": "x"},
    ):
        with pytest.raises((EquationError, KnobError)) as refused:
            TypedNeuron.from_spec(bad)
        assert len(str(refused.value)) <= 200
    with pytest.raises(KnobError, match="cannot be saved"):
        adaptive(spike_grad=lambda u: u).spec()


def test_states_and_what_is_learned_may_be_told_plainly_and_not_wrongly() -> None:
    text = "mem = beta*mem + x; spk = spike(mem - 1)"
    for states in ("mem", None, 3):
        with pytest.raises(KnobError, match=r"^Neuron: states must be names with their values at rest"):
            wb.Neuron.from_text(text, {"beta": 0.9}, states)  # type: ignore[arg-type]
    with pytest.raises(KnobError, match="state mem"):
        wb.Neuron.from_text(text, {"beta": 0.9}, {"mem": "a"})  # type: ignore[dict-item]
    assert list(dict(wb.Neuron.from_text(text, {"beta": 0.9}, ["mem"], learn="beta").named_parameters())) == ["beta"]


def test_what_is_declared_in_vain_is_said() -> None:
    text = "mem = beta*mem + x; spk = spike(mem - 1)"
    with pytest.warns(UserWarning, match="Custom: the text never reads its knob tau"):
        wb.Neuron.from_text(text, {"beta": 0.5, "tau": 3}, {"mem": 0})
    with pytest.warns(UserWarning, match="Custom: the text never changes its state w"):
        wb.Neuron.from_text(text, {"beta": 0.5}, {"mem": 0, "w": 1})


def test_an_option_that_there_is_not_is_refused_with_the_nearest() -> None:
    with pytest.raises(KnobError, match="from_text: there is no option leern; did you mean learn"):
        wb.Neuron.from_text(LEAKY, {"beta": 0.5, "threshold": 1}, {"mem": 0}, leern="beta")


@pytest.mark.parametrize(("call", "instead"), [("relu(mem)", "max(a, 0)"), ("pow(mem, 2)", "a**b")])
def test_a_function_of_torch_is_answered_by_how_it_is_written_here(call: str, instead: str) -> None:
    with pytest.raises(EquationError, match=re.escape(f"is not known; write {instead}")):
        wb.Neuron.from_text(f"mem = {call} + x; spk = spike(mem - 1)", {}, {"mem": 0})


def test_a_surrogate_that_was_not_called_is_refused() -> None:
    with pytest.raises(
        KnobError, match=re.escape("fast_sigmoid makes a surrogate; call it: spike_grad=fast_sigmoid()")
    ):
        Leaky(0.9, spike_grad=wb.surrogates.fast_sigmoid)  # type: ignore[arg-type]
