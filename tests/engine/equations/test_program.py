"""One text, many faces: whatever is changed in the text changes all of them."""

import torch

from workbench.engine.equations.program import Program, declare
from workbench.engine.neurons.leaky import Leaky
from workbench.engine.surrogates import atan, step_function


def faces(program: Program) -> dict[str, object]:
    """What the text says by each of its faces, on one fixed input."""
    x = torch.linspace(0.1, 1.1, 20).reshape(10, 1, 2).requires_grad_()
    knobs = [torch.tensor(0.9), torch.tensor(1.0), torch.tensor(1.0)]
    (spk,), (mem,), _ = program.run([x], [torch.zeros(1, 2)], knobs, atan(), step_function)
    (spk.sum() + mem.square().sum()).backward()
    assert x.grad is not None
    return {
        "trace": mem.flatten().tolist(),
        "gradient": x.grad.flatten().tolist(),
        "latex": program.latex({}),
        "operations": dict(program.operations),
    }


def with_text(text: str) -> Program:
    return declare(text, ("beta", "threshold", "graded_spikes_factor"), ("mem",))


def test_one_changed_character_changes_trace_gradient_latex_and_counts() -> None:
    text = Leaky().text
    changed = text.replace("mem + x - reset*threshold", "mem + x / reset*threshold".replace("/ reset", "* reset"))
    changed = text.replace("mem + x", "mem * x", 1)
    assert sum(a != b for a, b in zip(text, changed, strict=True)) == 1
    before, after = faces(with_text(text)), faces(with_text(changed))
    assert all(before[face] != after[face] for face in before)


def test_every_operator_in_the_text_matters_to_the_trace_or_the_spikes_and_to_the_latex() -> None:
    text = Leaky().text
    before = faces(with_text(text))
    for place in (i for i, character in enumerate(text) if character in "*+-"):
        other = "+" if text[place] != "+" else "-"
        after = faces(with_text(text[:place] + other + text[place + 1 :]))
        assert after["latex"] != before["latex"], place
        assert (after["trace"], after["gradient"]) != (before["trace"], before["gradient"]), place


def test_equal_declarations_are_parsed_once() -> None:
    assert Leaky().program is Leaky(0.5).program is not Leaky(reset_mechanism="none").program
