"""Random inputs of a neuron: owned, the same for a run in one piece and in many, the same for a sample in any batch."""

import pytest
import torch
from torch import Tensor

from workbench.engine.draws import Draw
from workbench.engine.errors import ShapeError
from workbench.engine.knobs import Knob, State
from workbench.engine.neurons.base import Neuron, States


class Noisy(Neuron):
    """A membrane with noise on it that fires by chance."""

    knobs = (Knob("beta", r"\beta", "1", 0.9, 0.0, 1.0, "decay"),)
    states = (State("mem", "U", "1", 0.0, "membrane"),)
    draws = (Draw("noise", "normal", "on the membrane"), Draw("luck", "uniform", "against the hazard"))

    def __init__(self) -> None:
        super().__init__()
        self.hold("beta", 0.9)

    @property
    def text(self) -> str:
        return "mem = beta*mem + x + 0.1*noise; spk = spike(sigmoid(5*(mem - 1)) - luck); mem = mem - detach(spk)"


class Echo(Neuron):
    """A neuron whose last spikes come back through a matrix, and of which only the largest may fire."""

    knobs = ()
    states = (State("spk", "S", "1", 0.0, "last spikes"), State("mem", "U", "1", 0.0, "membrane"))
    fed_back = ("back",)
    functions = ("largest",)
    matrix: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.hold("matrix", 0.3 * torch.eye(3).roll(1, 0))

    @property
    def text(self) -> str:
        return "mem = 0.9*mem + x + back; spk = spike(mem - 1)*largest(mem)"

    def feed_back(self, state: States) -> list[Tensor]:
        return [state["spk"] @ self.matrix.T]

    def largest(self, mem: Tensor) -> Tensor:
        return (mem == mem.amax(-1, keepdim=True)).to(mem.dtype).detach()


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_pieces_and_steps_draw_what_the_whole_run_draws() -> None:
    noisy, x = Noisy(), torch.rand(20, 3, 7)
    whole, end = noisy(x, generator=seeded(0))
    assert 0 < whole.mean() < 1
    generator, state, parts = seeded(0), None, []
    for piece in (x[:6], x[6:7], x[7:]):
        spk, state = noisy(piece, state, generator=generator)
        parts.append(spk)
    assert torch.equal(torch.cat(parts), whole) and torch.equal(state["mem"], end["mem"])
    generator, state = seeded(0), None
    for t, row in enumerate(x):
        spk, state = noisy.step(row, state, generator=generator)
        assert torch.equal(spk, whole[t])


def test_with_a_generator_for_each_sample_the_batch_does_not_matter() -> None:
    noisy, x = Noisy(), torch.rand(20, 3, 7)
    together, _ = noisy(x, generator=[seeded(i) for i in range(3)])
    for i in range(3):
        assert torch.equal(noisy(x[:, i : i + 1], generator=[seeded(i)])[0], together[:, i : i + 1])


def test_torchs_own_generator_is_never_touched_and_none_is_refused() -> None:
    x, before = torch.ones(5, 2, 3), torch.get_rng_state()
    Noisy()(x, generator=seeded(1))
    assert torch.equal(before, torch.get_rng_state())
    with pytest.raises(ShapeError, match=r"^Noisy draws at random: give generator=torch"):
        Noisy()(torch.zeros(2, 1, 3))
    with pytest.raises(ShapeError, match=r"^Noisy: got 2 generators for a batch of 1; give one a sample$"):
        Noisy()(torch.zeros(2, 1, 3), generator=[seeded(0), seeded(1)])


def test_what_is_fed_back_is_of_the_step_before_and_functions_see_the_layer() -> None:
    echo, x = Echo(), torch.rand(30, 2, 3)
    spk, trace = echo.trace(x)
    assert spk.sum() > 0 and spk.sum(-1).max() <= 1
    mem, last = torch.zeros(2, 3), torch.zeros(2, 3)
    for t in range(30):
        mem = 0.9 * mem + x[t] + last @ echo.matrix.T
        last = ((mem > 1) & (mem == mem.amax(-1, keepdim=True))).float()
        assert torch.equal(last, spk[t]) and torch.allclose(mem, trace["mem"][t])
    first, state = echo(x[:11])
    assert torch.equal(torch.cat((first, echo(x[11:], state)[0])), spk)
    assert r"\operatorname{largest}" in echo.latex() and echo.operations()["largest"] == 1
