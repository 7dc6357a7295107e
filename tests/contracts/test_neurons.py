"""What every neuron model owes its users; a new model comes under this contract by being a file in the folder.

Those with sizes of their own are held to test_weighing_neurons.py instead.
"""

import copy
import inspect
import math
import pickle
import re
from typing import Any, get_args, get_type_hints

import pytest
import torch
from torch import Tensor

from workbench.design import Design
from workbench.design.build import build
from workbench.design.parts import part
from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.neurons import neurons
from workbench.engine.neurons.base import Neuron
from workbench.engine.neurons.model import NeuronModel

torch.set_num_threads(1)
SHAPELESS = {name: model for name, model in neurons().items() if model.keeps_shape}
every_neuron = pytest.mark.parametrize("model", SHAPELESS.values(), ids=SHAPELESS.keys())
Model = type[Neuron]


def drive(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Input strong enough to fire now and then."""
    return torch.rand(shape, generator=torch.Generator().manual_seed(1), dtype=dtype)


def strong(model: Model, *shape: int) -> Tensor:
    """`drive` times the least of a few factors that makes this model fire, if it fires at all."""
    x = drive(*shape)
    return next((k * x for k in (1, 3, 30) if model()(k * drive(60, 2, 3))[0].sum() > 0), x)


def equal(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def test_leaky_is_discovered() -> None:
    assert "Leaky" in neurons() and "Neuron" not in neurons()


@every_neuron
def test_its_docstring_has_the_fixed_sections_in_order(model: Model) -> None:
    found = re.findall(r"^    (Equation|Limits|Shapes|Units|Gradient|Source)\b", model.__doc__ or "", re.MULTILINE)
    assert found == ["Equation", "Limits", "Shapes", "Units", "Gradient", "Source"]
    assert ">>> " in (model.__doc__ or "")


@every_neuron
def test_its_docstring_shows_the_very_text_that_runs(model: Model) -> None:
    squeezed = re.sub(r"\s+", " ", model.__doc__ or "")
    for line in re.split(r"[\n;]", model().text):
        assert re.sub(r"\s+", " ", line).strip() in squeezed


@every_neuron
def test_its_knobs_states_and_options_are_declared_in_full(model: Model) -> None:
    for knob in model.knobs:
        assert knob.lo <= knob.default <= knob.hi and knob.symbol and knob.unit and knob.meaning
        assert getattr(model(), knob.name).item() == pytest.approx(knob.default)
        assert knob.name in model().text or knob.default == 1.0
    for state in model.states:
        assert state.symbol and state.unit and state.meaning and math.isfinite(state.rest)
    for option in model.options:
        assert option.default in option.choices and option.meaning
        for choice in option.choices[:3]:
            given: dict[str, Any] = {option.name: choice}
            model(**given)(drive(3, 1, 2))


@every_neuron
def test_type_checkers_know_every_option(model: Model) -> None:
    keywords = get_args(get_type_hints(model.__init__)["options"])[0]
    said = {**inspect.signature(model).parameters, **get_type_hints(keywords)}
    assert {option.name for option in model.options} | {"backend"} <= said.keys()
    assert {knob.name for knob in model.knobs} <= said.keys()


@every_neuron
def test_shapes_dtypes_and_the_pair(model: Model) -> None:
    for dtype in (torch.float32, torch.float64):
        for shape in ((6, 2, 3), (6, 2), (6, 1, 1), (6, 2, 2, 3, 3), (1, 1, 1), (6, 0, 3)):
            x = drive(*shape, dtype=dtype)
            spk, state = model()(x)
            assert spk.shape == x.shape and spk.dtype == dtype
            assert list(state) == [s.name for s in model.states]
            assert all(v.shape == shape[1:] and v.dtype == dtype for v in state.values())
            assert model.emits == "out" or set(spk.unique().tolist()) <= {0.0, 1.0}


@every_neuron
def test_no_time_at_all_leaves_the_state_as_it_was(model: Model) -> None:
    neuron = model()
    spk, state = neuron(torch.zeros(0, 2, 3))
    assert spk.shape == (0, 2, 3) and equal(state, neuron.rest((2, 3)))
    _, before = neuron(drive(5, 2, 3))
    assert equal(neuron(torch.zeros(0, 2, 3), before)[1], before)
    assert all(v.shape == (0, 2, 3) for v in neuron.trace(torch.zeros(0, 2, 3))[1].values())


@every_neuron
def test_two_halves_joined_by_their_state_are_one_run(model: Model) -> None:
    neuron, x = model(), drive(20, 2, 3)
    whole, end = neuron(x)
    for cut in (1, 7, 19):
        first, state = neuron(x[:cut])
        second, last = neuron(x[cut:], state)
        assert torch.equal(torch.cat((first, second)), whole) and equal(last, end)


@every_neuron
def test_steps_traces_and_runs_agree(model: Model) -> None:
    neuron, x = model(), drive(20, 2, 3)
    spk, last = neuron(x)
    traced, trace = neuron.trace(x)
    state = None
    for t, row in enumerate(x):
        out, state = neuron.step(row, state)
        assert torch.equal(out, spk[t]) and equal(state, {name: v[t] for name, v in trace.items()})
    assert torch.equal(traced, spk) and equal(last, {name: v[-1] for name, v in trace.items()})


@every_neuron
def test_a_sample_does_not_depend_on_its_batch(model: Model) -> None:
    neuron, x = model(), drive(20, 5, 3)
    spk, _ = neuron(x)
    for i in range(5):
        assert torch.equal(neuron(x[:, i : i + 1])[0], spk[:, i : i + 1])


@every_neuron
def test_without_input_it_stays_silent(model: Model) -> None:
    assert model()(torch.zeros(100, 2, 3))[0].sum() == 0


@every_neuron
def test_it_fires_when_driven(model: Model) -> None:
    assert model()(strong(model, 100, 2, 3))[0].sum() > 0


@every_neuron
def test_nan_in_one_neuron_is_seen_there_and_nowhere_else(model: Model) -> None:
    x = drive(10, 2, 3)
    bad = x.clone()
    bad[3, 1, 2] = torch.nan
    (_, clean), (_, trace) = model().trace(x), model().trace(bad)
    touched = torch.zeros(10, 2, 3, dtype=torch.bool)
    touched[3:, 1, 2] = True
    assert torch.equal(torch.stack([v.isnan() for v in trace.values()]).any(0), touched)
    for name in trace:
        assert torch.equal(trace[name][~touched], clean[name][~touched])


@every_neuron
def test_gradients_are_finite_and_reach_input_state_and_knobs(model: Model) -> None:
    learned: dict[str, Any] = {option.name: True for option in model.options if option.name.startswith("learn_")}
    neuron, x = model(**learned), strong(model, 60, 2, 3).requires_grad_()
    start = {name: v.requires_grad_() for name, v in neuron.rest((2, 3)).items()}
    spk, trace = neuron.trace(x, start)
    (spk.sum() + sum(v.square().mean() for v in trace.values())).backward()
    reached = [v for v in start.values() if v.grad is not None]  # a state may be there for the detached reset alone
    assert reached
    for value in (x, *reached, *neuron.parameters()):
        assert value.grad is not None and value.grad.isfinite().all() and value.grad.abs().sum() > 0


@every_neuron
def test_nothing_stays_on_the_module(model: Model) -> None:
    neuron, x = model(), drive(20, 2, 3)
    before = copy.deepcopy(neuron.state_dict())
    first, _ = neuron(x)
    assert torch.equal(neuron(x)[0], first) and equal(dict(neuron.state_dict()), dict(before))
    assert not any(isinstance(v, Tensor) for v in vars(neuron).values())


@every_neuron
def test_the_given_state_is_not_written_to(model: Model) -> None:
    _, state = model()(drive(5, 2, 3))
    kept = {name: v.clone() for name, v in state.items()}
    model()(drive(5, 2, 3), state)
    assert equal(state, kept)


@every_neuron
def test_it_survives_copying_pickling_and_other_precision(model: Model) -> None:
    neuron, x = model(), drive(10, 2, 3)
    spk = neuron(x)[0]
    assert torch.equal(copy.deepcopy(neuron)(x)[0], spk)
    assert torch.equal(pickle.loads(pickle.dumps(neuron))(x)[0], spk)
    assert neuron.double()(x.double())[0].dtype == torch.float64


@every_neuron
def test_its_faces(model: Model) -> None:
    neuron = model()
    assert neuron.equations == neuron.text
    latex = neuron.latex()
    assert latex.startswith("\\begin{aligned}") and r"\mathrm" not in latex
    counts = neuron.operations()
    assert counts["words_read"] >= 1 and counts["words_written"] >= 1 and all(n > 0 for n in counts.values())
    assert model.__name__ in repr(neuron)


@every_neuron
def test_its_refusals_are_sentences(model: Model) -> None:
    neuron, name = model(), model.__name__
    good = neuron.rest((2, 3))
    wrong_state = {key: torch.zeros(2, 4) for key in good}
    for error, call in (
        (ShapeError, lambda: neuron(torch.zeros(3))),
        (ShapeError, lambda: neuron(torch.zeros(4, 2, 3, dtype=torch.int64))),
        (ShapeError, lambda: neuron(torch.zeros(4, 2, 3), wrong_state)),
        (ShapeError, lambda: neuron(torch.zeros(4, 2, 3), {})),
        (ShapeError, lambda: neuron(torch.zeros(4, 2, 3), good | {"extra": torch.zeros(2, 3)})),
        (KnobError, lambda: neuron.set("no_such_knob", 1.0)),
        *((KnobError, lambda k=knob: neuron.set(k.name, math.nan)) for knob in model.knobs),
    ):
        with pytest.raises(error) as refused:
            call()
        sentence = str(refused.value)
        assert sentence.startswith(name) and len(sentence) <= 200 and "\n" not in sentence
        assert not re.search(r"\b(int|float|str|dict|list|NoneType|tuple|Tensor)\b", sentence.replace("x.float()", ""))


@every_neuron
def test_every_knob_is_good_up_to_its_bounds(model: Model) -> None:
    """Each by itself, where the model allows it together with the others' defaults."""
    x = drive(5, 2, 3)
    for knob in model.knobs:
        for value in (knob.lo, knob.hi):
            neuron = model()
            try:
                neuron.set(knob.name, value)
            except KnobError as refusal:
                assert str(refusal).startswith(model.__name__) and len(str(refusal)) <= 200
                continue
            assert neuron(x)[0].shape == x.shape
            neuron.set(knob.name, [value] * 3)
            assert neuron(x)[0].shape == x.shape


@every_neuron
def test_what_an_option_changes_in_the_text_is_printed_and_counted(model: Model) -> None:
    plain = model()
    for option in model.options:
        for choice in option.choices[:3]:
            given: dict[str, Any] = {option.name: choice}
            other = model(**given)
            assert (other.text == plain.text) == (other.latex() == plain.latex())
            if choice != option.default and not option.learns:
                assert other.text != plain.text
            assert all(count > 0 for count in other.operations().values())
            assert set(other.state_dict()) >= set(plain.state_dict())


@every_neuron
def test_bad_knobs_are_refused_by_name(model: Model) -> None:
    for knob in model.knobs:
        for value in ("0.9", math.nan, [0.5, math.inf], True, {}):
            given: dict[str, Any] = {other.name: other.default for other in model.knobs} | {knob.name: value}
            with pytest.raises(KnobError) as refused:
                model(**given)
            said = str(refused.value)
            assert said == f"{model.__name__}.{knob.name}: must be a finite number, or one per neuron, got {value}"


@every_neuron
def test_bad_options_are_refused_by_name(model: Model) -> None:
    for option in model.options:
        for value in ("sideways", -1, 2.5, None):
            given: dict[str, Any] = {option.name: value}
            with pytest.raises(
                KnobError, match=rf"^{model.__name__}\.{option.name}: must be .*, got {value}$"
            ) as refused:
                model(**given)
            assert len(str(refused.value)) <= 200
    wrong: dict[str, Any] = {"no_such_argument": 1}
    with pytest.raises(TypeError, match=rf"^{model.__name__} has no argument no_such_argument; "):
        model(**wrong)


@every_neuron
def test_it_is_a_part_that_is_saved_built_and_run_with_every_option(model: Model) -> None:
    assert issubclass(model, NeuronModel)
    design = Design.new().add("Input", shape=[4]).with_(stimulus={"kind": "current"})
    design = design.add(model.__name__, id="it").wire("in.out", "it.in")
    x, timed = drive(6, 2, 4), part(model.__name__).timed
    begins = {name: design.values("it")[name] for name in (*model.drawn, *timed)}
    for option in model.options:
        for choice in option.choices[:3]:
            chosen = design.set("it", **{option.name: choice})
            assert Design.load(chosen.dumps()) == chosen
            given: dict[str, Any] = {option.name: choice, **begins}
            out, _ = build(chosen)(x)
            assert torch.equal(out, model(**given)(x)[0])
    for knob in model.knobs:
        value = begins.get(knob.name, knob.default)
        assert torch.equal(build(design.set("it", **{knob.name: [value] * 4}))(x)[0], model(**begins)(x)[0])
