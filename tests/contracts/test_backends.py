"""What every neuron model owes its users on every backend: eager and fused are one neuron, and their gradient is right.

Where a step has only + − × ÷ and the like, states agree in every bit, else to 1e-6; gradients to 1e-5 of the largest
entry. Models whose own rounding is larger than that (float32 Hodgkin–Huxley is) are judged against double precision:
the fused one may be no more than four times as far from it as the eager one.
"""

import copy
import pickle
from typing import Any

import pytest
import torch
from torch import Tensor

from workbench.engine.equations.fused import Call
from workbench.engine.neurons import neurons
from workbench.engine.neurons.base import Neuron
from workbench.engine.typed_neuron import TypedNeuron

torch.set_num_threads(1)
Model = type[Neuron]
SHAPELESS = {name: model for name, model in neurons().items() if model.keeps_shape}
every_neuron = pytest.mark.parametrize("model", SHAPELESS.values(), ids=SHAPELESS.keys())


def has_kernel(neuron: Neuron) -> bool:
    return type(neuron)._run is Neuron._run and not neuron.fed_back and not neuron.functions


MODELS = {name: model for name, model in SHAPELESS.items() if has_kernel(model())}
every_fused = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())


def drive(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(1), dtype=dtype)


def drawing(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def built(model: Model, backend: str, **more: Any) -> Neuron:
    learned: dict[str, Any] = {option.name: True for option in model.options if option.name.startswith("learn_")}
    given: dict[str, Any] = {"backend": backend, **learned, **more}
    return model(**given)


def choices(model: Model) -> list[dict[str, Any]]:
    """The default, and every option that changes the text turned at once: each to its last choice, counts to 3."""
    turned: dict[str, Any] = {}
    for option in model.options:
        if not option.name.startswith("learn_") and option.name != "inhibition":  # that one has no kernel
            others = [3] if isinstance(option.choices, range) else [c for c in option.choices if c != option.default]
            turned[option.name] = others[0]
    return [{}, turned] if turned else [{}]


def results(
    model: Model, backend: str, dtype: torch.dtype, options: dict[str, Any]
) -> tuple[list[Tensor], list[Tensor]]:
    """Spikes, traces and last states; then the gradients of input, first state and learned knobs."""
    neuron = built(model, backend, **options).to(dtype)
    x = drive(40, 3, 5).to(dtype).requires_grad_()
    start = {name: v.requires_grad_() for name, v in neuron.rest((3, 5), x).items()}
    spk, traces, last = neuron.run(x, start, generator=drawing())
    weights = torch.linspace(0.5, 1.5, spk.numel(), dtype=dtype).view(spk.shape)
    loss = (spk * weights).sum() + sum((v * v).mean() for v in traces.values()) + sum(v.mean() for v in last.values())
    assert isinstance(loss, Tensor)
    leaves = [x, *start.values(), *neuron.parameters()]
    grads = torch.autograd.grad(loss, leaves, allow_unused=True)
    values = [spk, *traces.values(), *last.values()]
    gradients = [torch.zeros_like(v) if g is None else g for g, v in zip(grads, leaves, strict=True)]
    return [v.detach() for v in values], gradients


def away(a: Tensor, b: Tensor, least: float) -> float:
    """The largest difference, as a share of the largest entry (of at least `least`)."""
    if not a.numel():
        return 0.0
    return float((a.double() - b.double()).abs().max() / b.double().abs().max().clamp(min=least))


@every_fused
def test_eager_and_fused_are_one_neuron(model: Model) -> None:
    for options in choices(model):
        exact = built(model, "fused", **options).program.exact
        eager, fused = (results(model, backend, torch.float32, options) for backend in ("eager", "fused"))
        truth = None
        for kind, bound in ((0, 1e-6), (1, 1e-5)):
            for i, (e, f) in enumerate(zip(eager[kind], fused[kind], strict=True)):
                assert e.shape == f.shape and e.dtype == f.dtype
                if kind == 0 and exact:
                    assert torch.equal(e, f), options
                elif away(f, e, 1.0 if kind == 0 else 1e-30) > bound:
                    truth = truth or results(model, "eager", torch.float64, options)
                    right = truth[kind][i]
                    assert away(f, right, 1e-30) <= 4 * away(e, right, 1e-30), options


@every_fused
def test_in_double_precision_they_agree_to_thirteen_digits(model: Model) -> None:
    eager, fused = (results(model, backend, torch.float64, {}) for backend in ("eager", "fused"))
    for e, f in zip((*eager[0], *eager[1]), (*fused[0], *fused[1]), strict=True):
        assert away(f, e, 1.0) <= 1e-13 if built(model, "fused").program.exact else away(f, e, 1.0) <= 1e-9


@every_neuron
def test_fused_whole_halves_and_samples_agree(model: Model) -> None:
    neuron = model(backend="fused")  # type: ignore[call-arg]
    x = drive(20, 4, 3)
    whole, end = neuron(x, generator=[drawing(i) for i in range(4)])
    generators, state, parts = [drawing(i) for i in range(4)], None, []
    for piece in (x[:7], x[7:8], x[8:]):
        spk, state = neuron(piece, state, generator=generators)
        parts.append(spk)
    assert torch.equal(torch.cat(parts), whole) and state is not None
    assert all(torch.equal(state[name], end[name]) for name in end)
    for i in range(4):
        alone, _ = neuron(x[:, i : i + 1], generator=[drawing(i)])
        assert torch.equal(alone, whole[:, i : i + 1])


@every_neuron
def test_fused_steps_are_the_run(model: Model) -> None:
    neuron, x = model(backend="fused"), drive(12, 2, 3)  # type: ignore[call-arg]
    spk, trace = neuron.trace(x, generator=drawing())
    state, generator = None, drawing()
    for t, row in enumerate(x):
        out, state = neuron.step(row, state, generator=generator)
        assert torch.equal(out, spk[t]) and all(torch.equal(state[name], trace[name][t]) for name in trace)


@every_neuron
def test_fused_at_the_edges(model: Model) -> None:
    neuron = model(backend="fused")  # type: ignore[call-arg]
    for shape in ((0, 2, 3), (1, 1, 1), (5, 1, 1), (5, 0, 3)):
        spk, state = neuron(drive(*shape), generator=drawing())
        assert spk.shape == shape and all(v.shape == shape[1:] for v in state.values())


@every_fused
def test_fused_nan_in_one_neuron_is_seen_there_and_nowhere_else(model: Model) -> None:
    neuron, x = model(backend="fused"), drive(10, 2, 3)  # type: ignore[call-arg]
    bad = x.clone()
    bad[3, 1, 2] = torch.nan
    (_, clean), (_, trace) = (neuron.trace(v, generator=drawing()) for v in (x, bad))
    seen = torch.zeros(10, 2, 3, dtype=torch.bool)
    for name in trace:
        touched = torch.zeros(10, 2, 3, dtype=torch.bool)
        touched[3:, 1, 2] = True
        assert torch.equal(trace[name][~touched], clean[name][~touched])
        seen |= trace[name].isnan()
    eager = model(backend="eager").trace(bad, generator=drawing())[1]  # type: ignore[call-arg]
    assert seen.any() and all(torch.equal(eager[name].isnan(), trace[name].isnan()) for name in trace)


@every_neuron
def test_fused_survives_copies_pickles_other_layouts_and_half_precision(model: Model) -> None:
    neuron, x = model(backend="fused"), drive(10, 3, 4)  # type: ignore[call-arg]
    spk = neuron(x, generator=drawing())[0]
    for other in (copy.deepcopy(neuron), pickle.loads(pickle.dumps(neuron))):
        assert torch.equal(other(x, generator=drawing())[0], spk)
    turned = x.transpose(1, 2).contiguous().transpose(1, 2)
    assert torch.equal(neuron(turned, generator=drawing())[0], spk)
    half = copy.deepcopy(neuron).bfloat16()(x.bfloat16(), generator=drawing())[0]
    assert half.dtype == torch.bfloat16 and half.shape == spk.shape


def declare_kernels(text: str, like: Neuron) -> list[str]:
    """The sources of both kernels of a text, without the text that stands at their head."""
    program = TypedNeuron(text, {k.name: k for k in like.knobs}, like.states, draws=like.draws).program
    fused = program.fused("1/(1 + u*u)", ())
    kinds = "s" * len(program.split.coefficients)
    calls = (Call("float32", kinds), Call("float32", kinds, ("x",), ()))
    return [fused.write(call).source.partition("\ndefine ")[2] for call in calls]


@every_fused
def test_one_character_of_the_text_changes_trace_gradient_latex_and_counts(model: Model) -> None:
    own = model()

    def faces(text: str) -> tuple[str, dict[str, int], Tensor, Tensor]:
        values = {knob.name: knob for knob in own.knobs}
        typed = TypedNeuron(text, values, own.states, symbols=own.symbols, backend="eager", draws=own.draws)
        x = drive(30, 2, 3).requires_grad_()
        spk, trace = typed.trace(x, generator=drawing())
        (spk.sum() + sum(v.square().mean() for v in trace.values())).backward()
        assert x.grad is not None
        everything = torch.cat([spk.flatten(), *(v.flatten() for v in trace.values())]).detach()
        return typed.latex(), dict(typed.operations()), everything, x.grad

    place = own.text.rindex(" + ")  # the first may stand between knobs, whose work is not counted
    changed = own.text[:place] + " * " + own.text[place + 3 :]
    before, after = faces(own.text), faces(changed)
    assert before[0] != after[0] and before[1] != after[1]
    assert not torch.equal(before[2], after[2]) and not torch.equal(before[3], after[3])
    kernels = [declare_kernels(text, own) for text in (own.text, changed)]  # each of which is held to its eager face
    assert all(a != b for a, b in zip(*kernels, strict=True))
