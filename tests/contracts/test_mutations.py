"""Change one character of a neuron's text, and all that is derived from it changes: no face has a text of its own.

Each `+`, `-` and `*` between two values becomes another one in turn. Every mutant must print another LaTeX; and some of
them must count other operations, give another trace and another gradient, on every backend alike. Not all must: what
holds parameters alone is worked out once and not counted, and a line that is overwritten changes no number.
"""

import re
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from workbench.engine.neurons import neurons
from workbench.engine.neurons.base import Neuron
from workbench.engine.typed_neuron import TypedNeuron

torch.set_num_threads(1)
MODELS = {name: model for name, model in neurons().items() if model.keeps_shape and not model().functions}
OTHER = {"+": "*", "*": "+", "-": "*"}
BETWEEN = re.compile(r"(?<=[\w)])(\s?)([+*-])(\s?)(?=[\w(])")
"""A sign between two values, as the texts write it; not the `**` of a power."""


def mutants(text: str) -> Iterator[str]:
    """The text with one character changed, for every sign between two values."""
    for found in BETWEEN.finditer(text):
        place = found.start(2)
        yield text[:place] + OTHER[text[place]] + text[place + 1 :]


def typed(neuron: Neuron, text: str, backend: str) -> TypedNeuron:
    """The neuron with another text."""
    return Neuron.from_text(text, type(neuron).knobs, type(neuron).states, backend=backend)


def faces(neuron: Neuron) -> tuple[str, dict[str, int]]:
    return neuron.latex(), dict(neuron.operations())


def numbers(neuron: Neuron) -> tuple[Tensor, Tensor]:
    """The traces of all states and outputs, and the gradient of their weighted sum in x, over a generic drive."""
    draw = torch.Generator().manual_seed(3)
    x = (3 * torch.rand(12, 2, 3, generator=draw, dtype=torch.float64)).requires_grad_()
    spk, traces = neuron.double().trace(x)
    seen = torch.cat([spk.flatten(), *(v.flatten() for v in traces.values())])
    weights = torch.rand(seen.shape, generator=draw, dtype=torch.float64)
    (gradient,) = torch.autograd.grad((seen * weights).sum(), x, allow_unused=True)
    return seen.detach(), torch.zeros_like(x) if gradient is None else gradient


def differs(a: Tensor, b: Tensor) -> bool:
    return not torch.equal(a.nan_to_num(7.0), b.nan_to_num(7.0))


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
def test_one_character_changes_every_face(model):
    neuron = model()
    same = typed(neuron, neuron.text, "eager")
    latex, counts = faces(same)
    seen, gradient = numbers(same)
    counted = traces = gradients = 0
    changed = list(mutants(neuron.text))
    assert changed
    for text in changed:
        mutant = typed(neuron, text, "eager")
        mutated_latex, mutated_counts = faces(mutant)
        assert mutated_latex != latex, text
        counted += mutated_counts != counts
        mutated_seen, mutated_gradient = numbers(mutant)
        traces += differs(mutated_seen, seen)
        gradients += differs(mutated_gradient, gradient)
    assert counted and traces and gradients


@pytest.mark.parametrize("model", [MODELS["Leaky"], MODELS["Synaptic"]], ids=["Leaky", "Synaptic"])
def test_the_kernels_of_a_mutant_are_its_own(model):
    neuron = model()
    for text in list(mutants(neuron.text))[:2]:
        eager, fused = (numbers(typed(neuron, text, backend)) for backend in ("eager", "fused"))
        assert torch.equal(eager[0], fused[0])
        torch.testing.assert_close(eager[1], fused[1], rtol=1e-9, atol=1e-12)


def test_what_is_not_between_two_values_is_left_alone():
    assert list(mutants("a = -b**2; c = a + 1")) == ["a = -b**2; c = a * 1"]
