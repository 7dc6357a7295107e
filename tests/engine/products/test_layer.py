"""A Linear and its neurons in one kernel give, bit for bit, what they give one after the other."""

from collections.abc import Sequence
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import workbench as wb
from workbench.engine.equations.listed import Lists
from workbench.engine.neurons.base import Neuron
from workbench.engine.products import choice
from workbench.engine.products.events import Fired, tables
from workbench.engine.products.layer import joins, layer
from workbench.engine.products.linear import fired_in, linear, product
from workbench.engine.products.spikes import Spikes

STEPS, BATCH, IN, OUT = 6, 13, 40, 300  # more columns than a block has, and no multiple of anything
CURVED = "reset = detach(spike(mem - 1)); mem = beta*mem + 0.1*exp(-mem) + x - reset; spk = spike(mem - 1)"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Products of any size may follow the events."""
    for name in ("FEWEST_ROWS", "NARROWEST", "SMALLEST"):
        monkeypatch.setattr(choice, name, 1)


def drawn(*shape: int, seed: int = 1, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def weights(dtype: torch.dtype = torch.float32, bias: bool = True) -> nn.Linear:
    made = nn.Linear(IN, OUT, bias, device="meta", dtype=dtype).to_empty(device="cpu")
    for seed, parameter in enumerate(made.parameters()):
        parameter.data = drawn(*parameter.shape, seed=seed, dtype=dtype) - 0.4
    return made


def spikes(share: float = 0.1, dtype: torch.dtype = torch.float32, shape: Sequence[int] = (STEPS, BATCH, IN)) -> Tensor:
    return (drawn(*shape, seed=9) < share).to(dtype)


def neurons() -> dict[str, Neuron]:
    return {
        "leaky": wb.Leaky(0.9),
        "each its own": wb.Leaky(drawn(OUT), learn_beta=True, reset_mechanism="zero"),
        "synaptic": wb.Synaptic(0.8, 0.9, learn_alpha=True),
        "alpha": wb.Alpha(0.9, 0.8),
        "exponential": Neuron.from_text(CURVED, {"beta": 0.9}, {"mem": 0}, learn=("beta",)),
    }


def both(module: nn.Linear, neuron: Neuron, x: Tensor, state: dict | None = None) -> list[list[Tensor]]:
    """Spikes, last states and all gradients, of the two as one and one after the other."""
    results = []
    for run in (lambda x: layer(module, neuron, x, state), lambda x: neuron(linear(module, x), state)):
        given = x.detach().clone().requires_grad_()
        spk, last = run(given)
        seen = [spk, *last.values()]
        arriving = [drawn(*v.shape, seed=i, dtype=v.dtype) - 0.5 for i, v in enumerate(seen)]
        learned = [given, *module.parameters(), *neuron.parameters()]
        results.append([*seen, *torch.autograd.grad(seen, learned, arriving)])
    return results


def as_one(module: nn.Linear, neuron: Neuron, x: Tensor) -> tuple[Tensor, dict[str, Tensor]] | None:
    """What the one kernel gives; None where it does not fit."""
    found = fired_in(module, x)
    assert found is not None and isinstance(found[0], Fired)
    starts, places = found[0].starts, found[0].places
    samples = x[0].numel() // IN
    lists = Lists(starts, places, *tables(module.weight, module.bias), samples, OUT)
    return neuron.of_lists(product(module, x, *found, made=False), lists, None)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", neurons())
def test_equal_bits_in_spikes_states_and_every_gradient(name: str, dtype: torch.dtype) -> None:
    module, neuron, x = weights(dtype), neurons()[name].to(dtype), spikes(dtype=dtype)
    found = as_one(module, neuron, x)
    assert found is not None and found[0].sum() > 0
    ours, theirs = both(module, neuron, x)
    assert torch.equal(found[0], theirs[0])
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_gradients_are_those_of_the_dense_network() -> None:
    module, neuron, x = weights(torch.float64), wb.Leaky(0.9).double(), spikes(dtype=torch.float64)
    ours, _ = both(module, neuron, x)
    setattr(module, "product", "dense")  # noqa: B010
    theirs, _ = both(module, neuron, x)
    for a, b in zip(ours, theirs, strict=True):
        assert (a - b).abs().max() <= 1e-12 * b.abs().max().clamp(min=1)


@pytest.mark.parametrize(
    "shape", [(1, BATCH, IN), (STEPS, 1, IN), (STEPS, 3, 2, IN)], ids=["a step", "a sample", "2×40"]
)
def test_other_shapes(shape: tuple[int, ...]) -> None:
    module, neuron, x = weights(bias=False), wb.Leaky(0.9), spikes(shape=shape)
    assert as_one(module, neuron, x) is not None
    ours, theirs = both(module, neuron, x)
    assert ours[0].shape == (*shape[:-1], OUT)
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_nothing_fired_and_a_state_to_go_on_from() -> None:
    module, neuron = weights(), wb.Synaptic(0.8, 0.9)
    state = {name: drawn(BATCH, OUT, seed=4) for name in ("syn", "mem")}
    for x in (spikes(0.0), spikes()):
        ours, theirs = both(module, neuron, x, state)
        assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))
    halves, start = [], None
    for half in spikes().split(STEPS // 2):
        spk, start = layer(module, neuron, half, start)
        halves.append(spk)
    whole, _ = layer(module, neuron, spikes(), None)
    assert isinstance(whole, Tensor) and torch.equal(torch.cat(halves), whole)


def test_equal_bits_on_any_number_of_threads() -> None:
    module, x, before = weights(), spikes(), torch.get_num_threads()
    found = []
    try:
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            found.append(both(module, wb.Leaky(0.9), x)[0])
    finally:
        torch.set_num_threads(before)
    spk, mem, _, weight, _ = zip(*found, strict=True)
    for results in (spk, mem, weight):
        assert all(torch.equal(result, results[0]) for result in results)


def test_what_has_to_see_the_current_gets_it() -> None:
    module, x = weights(), spikes()
    reads_x = Neuron.from_text("mem = mem*x + x; spk = spike(mem - 1)", {}, {"mem": 0}, backend="fused")
    with torch.no_grad():
        assert as_one(module, reads_x, x) is not None
    assert as_one(module, reads_x, x) is None, "the gradient of a product reads both factors"
    at_once = wb.Leaky(0.8, reset_delay=False)
    assert as_one(module, at_once, x) is None, "the membrane that fired is no longer there, so it is computed again"
    pausing = wb.Leaky(0.9, refractory=2)
    for neuron, given in (
        (reads_x, x),
        (at_once, x),
        (pausing, x),
        (wb.Leaky(0.9), 0.5 * x),
    ):  # graded spikes are summed up before
        ours, theirs = both(module, neuron, given)
        assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_who_joins() -> None:
    module, watched = weights(), wb.Leaky(0.9)
    assert joins(module, wb.Leaky(0.9)) and not joins(module, None) and not joins(module, nn.ReLU())
    assert not joins(nn.Identity(), wb.Leaky(0.9)), "only a Linear is summed up"
    assert not joins(module, wb.Leaky(0.9, inhibition=True)), "a winner is found step by step"
    watched.register_forward_hook(lambda *_: None)
    assert not joins(module, watched), "whoever hooks onto a neuron is called"


def test_a_stack_runs_as_one_and_is_recorded_one_by_one() -> None:
    net = wb.Sequential(weights(), wb.Leaky(0.9), nn.Linear(OUT, 5), wb.Leaky(0.9))
    x = spikes()
    out, state = net(x)
    record = net.record(x, ["spk", "out", "mem"])
    assert torch.equal(out, record["3"]["spk"]) and record["0"]["out"].shape == (STEPS, BATCH, OUT)
    for name in ("1", "3"):
        assert torch.equal(state[name]["mem"], record[name]["mem"][-1])
    kept = out.clone()
    net(spikes(0.05))
    assert torch.equal(out, kept), "no later call writes into what an earlier one gave"


def test_a_hook_on_the_linear_sees_what_it_sends() -> None:
    module, x, seen = weights(), spikes(), []
    net = wb.Sequential(module, wb.Leaky(0.9))
    before = net(x)[0]
    module.register_forward_hook(lambda _, given, out: seen.append(out))
    assert (net(x)[0] != before).float().mean() < 0.01  # the dense product rounds differently
    assert len(seen) == 1 and seen[0].shape == (STEPS, BATCH, OUT)


def test_broken_numbers_are_seen() -> None:
    module, x = weights(), spikes()
    state = {"mem": torch.zeros(BATCH, OUT)}
    state["mem"][2, 7] = torch.nan
    ours, theirs = both(module, wb.Leaky(0.9), x, state)
    assert ours[1].isnan().sum() == 1 and torch.equal(ours[1].isnan(), theirs[1].isnan())
    with torch.no_grad():
        module.weight[3, 5] = torch.inf
    assert torch.equal(layer(module, wb.Leaky(0.9), x, None)[1]["mem"].isnan()[:, 4], torch.zeros(BATCH).bool())


def deep(dtype: torch.dtype = torch.float32, scale: float = 1.0) -> wb.Sequential:
    """Two layers, the first of which is read by nobody but the second; the more it fires the larger the scale."""
    second = nn.Linear(OUT, 37, device="meta", dtype=dtype).to_empty(device="cpu")
    for seed, parameter in enumerate(second.parameters()):
        parameter.data = drawn(*parameter.shape, seed=7 + seed, dtype=dtype) - 0.4
    first = weights(dtype)
    first.weight.data *= scale
    return wb.Sequential(first, wb.Leaky(0.9), second, wb.Leaky(0.8)).to(dtype)


def parts(net: wb.Sequential) -> list[Any]:
    return [module for _, module in net.layers()]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("scale", [0.0, 0.1, 3.0], ids=["never", "seldom", "often"])
def test_spikes_handed_on_as_bits_change_nothing(dtype: torch.dtype, scale: float) -> None:
    net, x = deep(dtype, scale), spikes(dtype=dtype)
    first, neuron, second, _ = parts(net)
    between, state = layer(first, neuron, x, None, second)
    assert isinstance(between, Spikes)
    record = net.record(x, ["spk", "mem"])
    assert torch.equal(between.seen(), record["1"]["spk"]) and torch.equal(state["mem"], record["1"]["mem"][-1])
    assert (between.seen().mean() > choice.SPARSE) == (scale > 1)
    results = []
    for run in (lambda x: net(x)[0], lambda x: net.record(x, ["spk"])["3"]["spk"]):
        given = x.clone().requires_grad_()
        out = run(given)
        results.append([out, *torch.autograd.grad(out, [given, *net.parameters()], drawn(*out.shape, dtype=dtype))])
    assert all(torch.equal(a, b) for a, b in zip(*results, strict=True))


def test_a_watched_or_narrow_reader_gets_numbers() -> None:
    net = deep()
    first, neuron, second, _ = parts(net)
    for onward in (None, nn.ReLU(), nn.Linear(OUT + 1, 37)):
        assert isinstance(layer(first, neuron, spikes(), None, onward)[0], Tensor)
    graded = Neuron.from_text("mem = 0.9*mem + x; spk = 2*spike(mem - 1)", {}, {"mem": 0})
    assert isinstance(layer(first, graded, spikes(), None, second)[0], Tensor)
    second.register_forward_hook(lambda *_: None)
    assert isinstance(layer(first, neuron, spikes(), None, second)[0], Tensor)


def test_a_linear_at_the_end_reads_bits_too() -> None:
    net = wb.Sequential(*parts(deep())[:3])
    assert torch.equal(net(spikes())[0], net.record(spikes(), ["out"])["2"]["out"])
