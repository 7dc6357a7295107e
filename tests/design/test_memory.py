"""How much memory a design needs is reckoned from its sizes, and more than there is for it is refused by a sentence."""

import tracemalloc

import pytest

from workbench.design import Design, limits, memory
from workbench.design.learnable import unlearnable
from workbench.design.starters import templates
from workbench.run import Training
from workbench.run.evaluate import evaluate


@pytest.fixture
def digits():
    return templates()["digits"]


def at_million(digits):
    return digits.set("fc1", out_features=1_000_000)


def test_a_million_neurons_train_only_in_what_nobody_has(digits):
    wide = at_million(digits)
    sentence = next(problem.message for problem in wide.check() if problem.rule == "memory")
    assert sentence.startswith("fc1 gives 1,000,000 values: ")
    assert f"at most {memory.gigabytes(memory.allowed())} may be used here" in sentence and len(sentence) <= 200
    assert memory.to_train(wide).bytes > 25 * 128 * 1_000_000 * 4, "what the first layer sends, and no more than that"


def test_training_is_refused_before_anything_is_made(digits):
    wide = digits.set("fc1", out_features=500_000).with_(training={"steps": 1000})
    Training(digits)
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"batch \(64\) or the steps \(1,000\) smaller") as refused:
        Training(wide)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    assert unlearnable(wide) == str(refused.value)


def test_a_presentation_that_does_not_fit_is_refused_too(digits):
    long = at_million(digits).with_(training={"steps": 10_000})
    assert not [problem for problem in digits.set("fc1", out_features=1000).check() if problem.rule == "memory"]
    assert "measuring needs" in memory.unmeasurable(long)
    assert memory.unmeasurable(digits) == memory.untrainable(digits) == ""
    assert memory.unrunnable(digits) is None


def test_what_cannot_even_run_is_an_error(digits):
    """Many layers, each within its own limit: ten thousand million numbers in one step."""
    wide = Design.new().add("Input", id="in", shape=[limits.LAYER_VALUES]).with_(stimulus={"kind": "current"})
    for number in range(60):
        wide = wide.add("Leaky", id=f"lif{number}").wire(
            f"{'in' if not number else f'lif{number - 1}'}.out", f"lif{number}.in"
        )
    problem = wide.check()[0]
    assert (problem.level, problem.rule, problem.node) == ("error", "memory", "in"), "Input decides how wide they are"
    assert "in gives 10,000,000 values: running needs 24 GB" in problem.message
    assert memory.countable(wide.check()) and not memory.countable(digits.check())


def test_what_needs_much_goes_in_smaller_pieces_with_the_same_answers(digits, monkeypatch):
    assert memory.passes(digits, 128, 25) == 128
    assert memory.passes(at_million(digits), 128, 25) == 1
    whole = evaluate(digits, indices=range(20))
    monkeypatch.setattr(memory, "PIECE_BYTES", 3 * memory.PIECE_BYTES // 2000)
    assert 1 < memory.passes(digits, 128, 25) < 20
    pieces = evaluate(digits, indices=range(20))
    assert (pieces.votes == whole.votes).all() and pieces.loss == pytest.approx(whole.loss)


def test_lacking_memory_is_told_from_other_errors():
    torch_says = "[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory: you tried"
    assert memory.lacked(MemoryError()) and memory.lacked(RuntimeError(torch_says))
    assert not memory.lacked(RuntimeError("the shapes differ")) and not memory.lacked(ValueError("out of memory"))
