"""Dropout held over time: one mask a run, from the run's generator, kept by the state; torch's own is refused."""

import re

import pytest
import torch
from torch import Tensor, nn

from workbench.engine.connections import Sum
from workbench.engine.dropout import Dropout
from workbench.engine.errors import KnobError, ShapeError, WiringError
from workbench.engine.graph_network import Network
from workbench.engine.network import Sequential
from workbench.engine.neurons.leaky import Leaky
from workbench.engine.wire import Wire


def draw(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_one_mask_for_all_steps_that_keeps_the_mean() -> None:
    x = torch.ones(9, 50, 40)
    out, state = Dropout(0.3)(x, generator=draw())
    assert torch.equal(out, out[0].expand_as(out)) and torch.equal(state["mask"], out[0])
    assert set(out.unique().tolist()) == {0.0, torch.tensor(1 / 0.7).item()}
    assert abs(out.mean().item() - 1) < 0.05
    assert not torch.equal(out[0, 0], out[0, 1]), "every sample has its own"


def test_a_run_goes_on_with_its_mask_and_another_run_has_another() -> None:
    net, x = Sequential(Dropout(0.5), Leaky(0.9)), torch.rand(8, 3, 20, generator=draw())
    whole, _ = net(x, generator=draw(1))
    source = draw(1)
    first, state = net(x[:3], generator=source)
    second, _ = net(x[3:], state, generator=source)
    assert torch.equal(torch.cat((first, second)), whole)
    assert not torch.equal(net(x, generator=source)[1]["0"]["mask"], state["0"]["mask"])


def test_after_eval_nothing_is_dropped_and_nothing_drawn() -> None:
    net, x = Sequential(Dropout(0.9)).eval(), torch.rand(4, 2, 5)
    out, state = net(x)
    assert torch.equal(out, x) and state == {}


def test_a_generator_for_each_sample_makes_it_independent_of_its_batch() -> None:
    x = torch.ones(2, 3, 6)
    together, _ = Dropout(0.5)(x, generator=[draw(i) for i in range(3)])
    alone = [Dropout(0.5)(x[:, i : i + 1], generator=[draw(i)])[0] for i in range(3)]
    assert torch.equal(together, torch.cat(alone, 1))


def test_in_a_loop_the_mask_is_held_too() -> None:
    modules = {"sum": Sum(), "drop": Dropout(0.5), "lif": Leaky(0.9)}
    pairs = [("in", "sum", 0), ("sum", "drop", 0), ("drop", "lif", 0), ("lif", "sum", 1)]
    net = Network(modules, [Wire(f"{a}.out", f"{b}.in", d) for a, b, d in pairs], ["in"], "drop.out")
    out, state = net(torch.ones(7, 2, 30), generator=draw())
    assert torch.equal(out != 0, (state["drop"]["mask"] != 0).expand(7, -1, -1))


def test_the_global_generator_is_not_touched() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    Dropout(0.5)(torch.ones(2, 3, 4), generator=draw())
    assert torch.equal(before, torch.get_rng_state())
    with pytest.raises(ShapeError, match=r"^Dropout draws at random: give generator="):
        Dropout(0.5)(torch.ones(2, 3, 4))
    with pytest.raises(ShapeError, match=r"^Dropout: got 2 generators for a batch of 3; give one a sample$"):
        Dropout(0.5)(torch.ones(2, 3, 4), generator=[draw(), draw()])
    with pytest.raises(ShapeError, match=re.escape("Dropout: the mask must be (3, 4), got (2, 4)")):
        Dropout(0.5)(torch.ones(2, 3, 4), {"mask": torch.ones(2, 4)})


@pytest.mark.parametrize("module", [nn.Dropout(0.2), nn.Sequential(nn.ReLU(), nn.Dropout2d(0.2))])
def test_torchs_own_dropout_is_refused_while_it_draws(module: nn.Module) -> None:
    net, x = Sequential(module), torch.rand(3, 2, 4, 5, 5)
    with pytest.raises(WiringError, match=r"draws from torch's global generator, anew at each step; use wb\.Dropout"):
        net(x)
    out: Tensor = net.eval()(x)[0]
    assert torch.equal(out, x)


def test_bad_probabilities_are_refused() -> None:
    for p in (1.0, -0.1, True, "x", float("nan")):
        with pytest.raises(KnobError, match=r"^Dropout\.p: must be a probability from 0 up to, but not, 1, got"):
            Dropout(p)  # type: ignore[arg-type]


def test_no_steps_and_no_samples() -> None:
    assert Dropout()(torch.zeros(0, 2, 3), generator=draw())[0].shape == (0, 2, 3)
    assert Dropout()(torch.zeros(2, 0, 3), generator=[])[0].shape == (2, 0, 3)
