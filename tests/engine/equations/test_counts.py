"""What one neuron does in one step, counted by hand here."""

import pytest

from workbench.engine.equations.program import declare
from workbench.engine.neurons.leaky import Leaky


def test_the_leaky_neuron() -> None:
    # Subtractions: before both comparisons, of the reset; one addition, of x. Products: beta*mem, reset*threshold.
    assert dict(Leaky().operations()) == {"add": 4, "compare": 2, "multiply": 2, "words_read": 2, "words_written": 2}


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("u = a/b*u + x; spk = spike(u)", {"add": 1, "compare": 1, "multiply": 1}),  # a/b is done once for all steps
        ("u = exp(x) + exp(x); spk = u", {"add": 1, "exp": 1}),  # written twice, done once
        ("u = clip(x, 0, 1); spk = min(u, x)", {"compare": 3}),
        ("u = where(x > u, x, u); spk = -u", {"compare": 1, "negate": 1, "select": 1}),
        ("u = detach(x); spk = u/2", {"divide": 1}),
        ("u = u**2 + sqrt(x); spk = u", {"add": 1, "power": 1, "sqrt": 1}),
    ],
)
def test_kinds(text: str, counts: dict[str, int]) -> None:
    found = dict(declare(text, ("a", "b"), ("u",)).operations)
    assert {k: v for k, v in found.items() if not k.startswith("words")} == counts


@pytest.mark.parametrize(
    ("text", "read", "written"),
    [
        ("u = u + x; spk = spike(u)", 2, 2),
        ("spk = spike(x - u)", 2, 1),  # a state that stays is not written
        ("u = x; spk = 1", 1, 2),
        ("v = u; u = x; spk = spike(v)", 2, 3),
    ],
)
def test_words(text: str, read: int, written: int) -> None:
    found = declare(text, (), ("u", "v")).operations
    assert (found["words_read"], found["words_written"]) == (read, written)
