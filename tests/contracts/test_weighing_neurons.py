"""What neurons with weights of their own owe their users: those with sizes, discovered, and both that recur all to all.

All that test_neurons.py asks of a neuron, where weights change what can be asked: a size that is taken and another that
is given, products whose last bit depends on the batch, weights that are drawn.
"""

import copy
import inspect
import math
import pickle
import re
from collections.abc import Callable
from typing import Any, get_args, get_type_hints

import pytest
import torch
from torch import Tensor

from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.neurons import neurons
from workbench.engine.neurons.recurrence import Recurrent
from workbench.engine.neurons.weighing import Projecting
from workbench.run.exact import sum_in_double

torch.set_num_threads(1)
ROW, IMAGE = (3,), (2, 5, 4)
Case = tuple[Callable[..., Any], tuple[int, ...], tuple[int, ...]]


def knobs(model: Any) -> dict[str, Any]:
    """Defaults, with a threshold that is often passed."""
    return {knob.name: 0.1 if knob.name == "threshold" else knob.default for knob in model.knobs}


def projecting(model: Any, **more: Any) -> Case:
    """A model with sizes: how to build it, and the shapes that it takes and gives."""
    sizes = {size.name: 3 if size.odd else 4 for size in model.sizes}
    taken = IMAGE if model.images else ROW
    sizes[model.sizes[0].name] = taken[0]
    chosen = {option.name: option.default for option in model.options} | sizes | more
    return lambda **given: model(**knobs(model) | sizes | more | given), taken, model.gives(chosen, taken)


def recurrent(model: Any, shape: tuple[int, ...], **sizes: Any) -> Case:
    own = {name: value for name, value in knobs(model).items() if name != "V"}
    return lambda **given: model(**own | sizes | given), shape, shape


def cases() -> dict[str, Case]:
    found = {}
    for name, model in neurons().items():
        if issubclass(model, Projecting):
            found[name] = projecting(model, **model.palette)
        elif issubclass(model, Recurrent):
            found[f"{name}-matrix"] = recurrent(model, ROW, linear_features=ROW[0])
            found[f"{name}-window"] = recurrent(model, IMAGE, conv2d_channels=IMAGE[0], kernel_size=3)
    return found


CASES = cases()
each = pytest.mark.parametrize(("build", "taken", "given"), CASES.values(), ids=CASES)


def drive(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return 2 * torch.rand(shape, generator=torch.Generator().manual_seed(1), dtype=dtype)


def equal(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def smooth(u: Tensor) -> Tensor:
    """A spike that can be differentiated, so that finite differences say what the gradient must be."""
    return torch.sigmoid(5 * u)


def test_all_are_found() -> None:
    sized = {name for name, model in neurons().items() if not model.keeps_shape}
    assert sized == {"AssociativeLeaky", "LeakyParallel", "LinearLeaky", "SConv2dLSTM", "SLSTM"} <= CASES.keys()
    assert len(CASES) == len(sized) + 4


@each
def test_its_docstring_has_the_fixed_sections_and_the_very_text_that_runs(build: Any, taken: Any, given: Any) -> None:
    doc = type(build()).__doc__ or ""
    found = re.findall(r"^    (Equation|Limits|Shapes|Units|Gradient|Source)\b", doc, re.MULTILINE)
    assert found == ["Equation", "Limits", "Shapes", "Units", "Gradient", "Source"] and ">>> " in doc
    for line in build().text.split("\n"):
        assert re.sub(r"\s+", " ", line).strip().replace("back", "spk*V") in re.sub(r"\s+", " ", doc)


@each
def test_its_declaration_is_full_and_known_to_type_checkers(build: Any, taken: Any, given: Any) -> None:
    neuron = build()
    for knob in neuron.knobs:
        assert knob.lo <= knob.default <= knob.hi and knob.symbol and knob.unit and knob.meaning
    for state in neuron.states:
        assert state.symbol and state.unit and state.meaning and math.isfinite(state.rest)
    for option in neuron.options:
        assert option.default in option.choices and option.meaning
        for choice in option.choices[:3]:
            build(**{option.name: choice})(drive(3, 1, *taken))
    keywords = get_args(get_type_hints(type(neuron).__init__)["options"])[0]
    said = {**inspect.signature(type(neuron)).parameters, **get_type_hints(keywords)}
    assert {o.name for o in neuron.options} | {k.name for k in neuron.knobs} | {"backend", "generator"} <= said.keys()


@each
def test_shapes_dtypes_and_the_pair(build: Any, taken: Any, given: Any) -> None:
    for dtype in (torch.float32, torch.float64):
        for steps, batch in ((6, 2), (1, 1), (6, 0)):
            neuron = build()
            spk, state = neuron(drive(steps, batch, *taken, dtype=dtype))
            assert spk.shape == (steps, batch, *given) and spk.dtype == dtype
            assert list(state) == [s.name for s in neuron.states]
            assert all(v.shape == (batch, *given) and v.dtype == dtype for v in state.values())
            assert set(spk.unique().tolist()) <= {0.0, 1.0}
    assert 0 < build()(drive(30, 2, *taken))[0].mean() < 1


@each
def test_no_time_at_all_leaves_the_state_as_it_was(build: Any, taken: Any, given: Any) -> None:
    neuron, none = build(), torch.zeros(0, 2, *taken)
    spk, state = neuron(none)
    assert spk.shape == (0, 2, *given) and equal(state, neuron.rest((2, *given)))
    _, before = neuron(drive(5, 2, *taken))
    assert equal(neuron(none, before)[1], before)
    assert all(v.shape == (0, 2, *given) for v in neuron.trace(none)[1].values())


@each
def test_steps_traces_runs_and_pieces_agree(build: Any, taken: Any, given: Any) -> None:
    neuron, x = build(), drive(12, 2, *taken)
    sum_in_double(neuron)
    spk, last = neuron(x)
    traced, trace = neuron.trace(x)
    state = None
    for t, row in enumerate(x):
        out, state = neuron.step(row, state)
        assert torch.equal(out, spk[t]) and equal(state, {name: v[t] for name, v in trace.items()})
    assert torch.equal(traced, spk) and equal(last, {name: v[-1] for name, v in trace.items()})
    for cut in (1, 7):
        first, middle = neuron(x[:cut])
        second, end = neuron(x[cut:], middle)
        assert torch.equal(torch.cat((first, second)), spk) and equal(end, last)


@each
def test_a_sample_does_not_depend_on_its_batch(build: Any, taken: Any, given: Any) -> None:
    neuron, x = build(), drive(12, 5, *taken)
    (spk, last), (single, _) = build()(x), build()(x[:, :1])
    assert torch.equal(single, spk[:, :1])
    sum_in_double(neuron)  # then to the last bit, as the page replays it
    spk, last = neuron(x)
    for i in range(5):
        alone, state = neuron(x[:, i : i + 1])
        assert torch.equal(alone, spk[:, i : i + 1])
        assert equal(state, {name: v[i : i + 1] for name, v in last.items()})


@each
def test_nan_stays_in_its_sample_and_is_never_lost(build: Any, taken: Any, given: Any) -> None:
    x = drive(10, 3, *taken)
    bad = x.clone()
    bad[3, 1, ..., 0] = torch.nan
    (_, clean), (_, trace) = build().trace(x), build().trace(bad)
    mem = trace["mem"].flatten(2)
    assert mem[3:, 1].isnan().any(-1).all()
    for name, value in trace.items():
        assert torch.equal(value[:3], clean[name][:3])
        assert torch.equal(value[:, [0, 2]], clean[name][:, [0, 2]])


@each
def test_gradients_reach_input_state_weights_and_knobs(build: Any, taken: Any, given: Any) -> None:
    learned = {option.name: True for option in type(build()).options if option.name.startswith("learn_")}
    neuron, x = build(**learned), drive(20, 2, *taken).requires_grad_()
    start = {name: (v + 0.5).requires_grad_() for name, v in neuron.rest((2, *given)).items()}
    spk, trace = neuron.trace(x, start)
    (spk.sum() + sum(v.square().mean() for v in trace.values())).backward()
    for value in (x, *start.values(), *neuron.parameters()):
        assert value.grad is not None and value.grad.isfinite().all() and value.grad.abs().sum() > 0


@each
def test_gradients_are_finite_differences_of_the_smoothed_model(build: Any, taken: Any, given: Any) -> None:
    options: dict[str, Any] = {
        option.name: True for option in type(build()).options if option.name.startswith("learn_")
    }
    if "reset_mechanism" in {option.name for option in type(build()).options}:
        options["reset_mechanism"] = "none"  # the gradient of a reset is cut on purpose
    neuron = build(**options, spike_grad=smooth, generator=torch.Generator().manual_seed(3)).double()
    small = (taken[0], 2, 2) if len(taken) == 3 else taken
    x = (drive(3, 1, *small, dtype=torch.float64) + 0.2).requires_grad_()
    names = [s.name for s in neuron.states]
    layer = (given[0], 2, 2) if len(given) == 3 else given
    start = [0.3 * drive(1, *layer, dtype=torch.float64) for _ in names]
    own = dict(neuron.named_parameters())

    def run(x: Tensor, *values: Tensor) -> tuple[Tensor, ...]:
        state = dict(zip(names, values[: len(names)], strict=True))
        weights = dict(zip(own, values[len(names) :], strict=True))
        spk, last = torch.func.functional_call(neuron, weights, (x, state))
        return spk, *last.values()

    values = [v.detach().clone().requires_grad_() for v in (*start, *own.values())]
    assert torch.autograd.gradcheck(run, (x, *values), fast_mode=True, atol=1e-5, rtol=1e-3)


@each
def test_nothing_stays_on_the_module_and_the_given_state_is_not_written_to(build: Any, taken: Any, given: Any) -> None:
    neuron, x = build(), drive(12, 2, *taken)
    before = copy.deepcopy(neuron.state_dict())
    first, state = neuron(x)
    kept = {name: v.clone() for name, v in state.items()}
    neuron(x, state)
    assert equal(state, kept) and torch.equal(neuron(x)[0], first)
    assert equal(dict(neuron.state_dict()), dict(before))
    assert not any(isinstance(v, Tensor) for v in vars(neuron).values())


@each
def test_two_networks_copies_and_files(build: Any, taken: Any, given: Any) -> None:
    neuron, x = build(generator=torch.Generator().manual_seed(7)), drive(12, 2, *taken)
    spk = neuron(x)[0]
    other = build()
    other(2 * x)
    assert torch.equal(neuron(x)[0], spk)
    other.load_state_dict(neuron.state_dict())
    for twin in (copy.deepcopy(neuron), pickle.loads(pickle.dumps(neuron)), other):
        assert torch.equal(twin(x)[0], spk)
    for dtype in (torch.float16, torch.bfloat16, torch.float64):
        out, state = copy.deepcopy(neuron).to(dtype)(x.to(dtype))
        assert out.dtype == dtype and all(v.dtype == dtype for v in state.values())


@each
def test_weights_are_drawn_from_the_given_generator_or_from_seed_0(build: Any, taken: Any, given: Any) -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()

    def weights(**more: Any) -> list[Tensor]:
        state = build(**more).state_dict()
        return [state[name] for name in state if "." in name]

    plain, zero = weights(), weights(generator=torch.Generator().manual_seed(0))
    one = weights(generator=torch.Generator().manual_seed(1))
    assert torch.equal(torch.get_rng_state(), before)
    for a, b, c in zip(plain, zero, one, strict=True):
        assert torch.equal(a, b) and a.shape == c.shape and not torch.equal(a, c)


@each
def test_the_gradient_of_pieces_is_that_of_the_whole(build: Any, taken: Any, given: Any) -> None:
    x, found = drive(9, 2, *taken), []
    for checkpoint in (None, 4):
        neuron = build()
        neuron(x, checkpoint=checkpoint)[0].sum().backward()
        found.append([p.grad for p in neuron.parameters()])
    for a, b in zip(*found, strict=True):
        assert (a - b).abs().max() <= 1e-5 * a.abs().max()


@each
def test_inhibition_a_pause_and_levels_are_there(build: Any, taken: Any, given: Any) -> None:
    x = drive(30, 2, *taken)
    assert build(inhibition=True)(x)[0].flatten(2).sum(2).max() <= 1
    spk = build(refractory=4)(x)[0]
    assert spk.sum() > 0 and spk.unfold(0, 5, 1).sum(-1).max() <= 1
    levels = {"name": "uniform", "num_bits": 2}
    assert build(state_quant=levels).latex().count("quantise") >= 1
    build(state_quant=levels)(x)


@each
def test_its_faces(build: Any, taken: Any, given: Any) -> None:
    neuron = build()
    latex, counts = neuron.latex(), neuron.operations()
    assert latex.startswith("\\begin{aligned}") and r"\mathrm" not in latex
    assert counts["words_read"] >= 1 and counts["words_written"] >= 1 and all(n > 0 for n in counts.values())
    assert type(neuron).__name__ in repr(neuron) and "Synapses(" in repr(neuron)


@each
def test_its_refusals_are_sentences(build: Any, taken: Any, given: Any) -> None:
    neuron, name = build(), type(build()).__name__
    good, wrong = neuron.rest((2, *given)), (taken[0] + 1, *taken[1:])
    for error, call in (
        (ShapeError, lambda: neuron(torch.zeros(3))),
        (ShapeError, lambda: neuron(torch.zeros(4, 2, *wrong))),
        (ShapeError, lambda: neuron.step(torch.zeros(2, *wrong))),
        (ShapeError, lambda: neuron(torch.zeros(4, 2))),
        (ShapeError, lambda: neuron(torch.zeros(4, 2, *taken, dtype=torch.int64))),
        (ShapeError, lambda: neuron(torch.zeros(4, 2, *taken), {})),
        (ShapeError, lambda: neuron(torch.zeros(4, 2, *taken), good | {"extra": torch.zeros(2, 3)})),
        (KnobError, lambda: neuron.set("no_such_knob", 1.0)),
        (KnobError, lambda: build(threshold=math.nan)),
        (TypeError, lambda: build(init_hidden=True)),
        (TypeError, lambda: build(output=True)),
    ):
        with pytest.raises(error) as refused:
            call()
        sentence = str(refused.value)
        assert sentence.startswith(name) and len(sentence) <= 200 and "\n" not in sentence
        assert not re.search(r"\b(int|float|str|dict|list|NoneType|tuple|Tensor)\b", sentence.replace("x.float()", ""))


@pytest.mark.parametrize("name", [n for n, m in neurons().items() if not m.keeps_shape])
def test_sizes_that_are_none_are_refused(name: str) -> None:
    build, _, _ = CASES[name]
    model: Any = neurons()[name]
    for size in model.sizes:
        for value in (0, -1, True, 2.0, "3", *([4] if size.odd else [])):
            with pytest.raises(KnobError, match=rf"^{name}\.{size.name}: must be a.* got "):
                build(**{size.name: value})
