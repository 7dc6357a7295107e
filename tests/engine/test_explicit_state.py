"""State is explicit: the commonest complaints about hidden state, each as a test that it cannot happen here.

Two networks never touch each other; nested modules, copies, files, half precision, replicas over the batch and threads.
"""

import copy
import gc
import io
import pickle
import weakref
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from workbench.engine.connections import OneToOne, Sparse, Sum
from workbench.engine.dropout import Dropout
from workbench.engine.encoders import Rate
from workbench.engine.errors import ShapeError
from workbench.engine.graph_network import Network
from workbench.engine.network import Sequential
from workbench.engine.neurons import neurons
from workbench.engine.neurons.leaky import Leaky
from workbench.engine.normalisation import BatchNorm, BatchNormTT
from workbench.engine.states import detached, joined, split
from workbench.engine.wire import Wire

Built = Callable[[], nn.Module]


def draw(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def drive(*shape: int, seed: int = 1) -> Tensor:
    return torch.rand(shape, generator=draw(seed))


def seeded(net: Any, seed: int = 3) -> Any:
    """Weights that do not hang on torch's global generator."""
    source = draw(seed)
    with torch.no_grad():
        for module in net.modules():
            if isinstance(module, nn.Linear | nn.Conv2d):
                for p in module.parameters():
                    p.copy_(torch.rand(p.shape, generator=source) - 0.3)
    return net


def stack() -> Sequential:
    """Neurons between layers that have weights, some of them inside a nested stack."""
    inner = nn.Sequential(nn.Linear(6, 8), Leaky(0.9, learn_beta=True), Sequential(nn.Linear(8, 5), Leaky(0.8)))
    return seeded(Sequential(inner, nn.Linear(5, 3), Leaky([0.5, 0.7, 0.9], learn_threshold=True)))


def images() -> Sequential:
    """Every layer over time."""
    layers = [nn.Conv2d(1, 4, 3), BatchNormTT(4, 30), Leaky(0.9), Dropout(0.3), nn.MaxPool2d(2), nn.Flatten()]
    layers += [BatchNorm(16), Sparse(16, 6, density=0.5, generator=draw()), OneToOne(6), Leaky(0.9)]
    return seeded(Sequential(*layers))


def graph() -> Network:
    """A loop with a delay, beside a delayed wire outside of it."""
    modules = {"fc": nn.Linear(6, 5), "sum": Sum(), "lif": Leaky(0.9), "back": nn.Linear(5, 5), "late": nn.Linear(5, 3)}
    pairs = [("in", "fc", 0), ("fc", "sum", 0), ("sum", "lif", 0), ("lif", "back", 2), ("back", "sum", 0)]
    wires = [Wire(f"{a}.out", f"{b}.in", d) for a, b, d in [*pairs, ("lif", "late", 3)]]
    return seeded(Network(modules, wires, ["in"], "late.out"))


BUILT: dict[str, tuple[Built, tuple[int, ...]]] = {
    "stack": (stack, (6,)),
    "images": (images, (1, 6, 6)),
    "graph": (graph, (6,)),
}
each = pytest.mark.parametrize("name", BUILT)


def made(name: str, batch: int = 4, steps: int = 12) -> tuple[Any, Tensor]:
    build, features = BUILT[name]
    return build(), drive(steps, batch, *features)


def tensors(state: Any) -> list[Tensor]:
    return [state] if isinstance(state, Tensor) else [t for inner in state.values() for t in tensors(inner)]


def same(one: Any, other: Any) -> bool:
    """Whether two states, or state dicts, hold the same bits under the same names."""
    if isinstance(one, Tensor):
        return isinstance(other, Tensor) and torch.equal(one, other)
    return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())


def gradients(net: nn.Module) -> dict[str, Tensor]:
    return {name: p.grad.clone() for name, p in net.named_parameters() if p.grad is not None}


# Two networks never touch each other.


@each
def test_turns_taken_by_two_networks_are_two_runs(name: str) -> None:
    (one, x), (two, y) = made(name), (made(name)[0], made(name)[1].flip(0))
    alone = [net.eval()(drives) for net, drives in ((copy.deepcopy(one), x), (copy.deepcopy(two), y))]
    one.eval()
    two.eval()
    pieces: list[list[Tensor]] = [[], []]
    states: list[Any] = [None, None]
    for t in range(0, 12, 3):
        for i, (net, drives) in enumerate(((one, x), (two, y))):
            out, states[i] = net(drives[t : t + 3], states[i])
            pieces[i].append(out)
    for (out, state), parts, last in zip(alone, pieces, states, strict=True):
        assert torch.equal(torch.cat(parts), out) and same(state, last)


@each
def test_a_module_keeps_nothing_of_a_run(name: str) -> None:
    net, x = made(name)
    net.eval()
    before = {key: set(vars(module)) | set(module.state_dict()) for key, module in net.named_modules()}
    first, state = net(x)
    kept = [value.clone() for value in tensors(state)]
    again, _ = net(x)
    assert torch.equal(first, again), "a second run starts from rest, whatever ran before"
    assert {key: set(vars(module)) | set(module.state_dict()) for key, module in net.named_modules()} == before
    net(x, state)
    assert all(torch.equal(a, b) for a, b in zip(kept, tensors(state), strict=True)), (
        "a state that is given is read only"
    )


@each
def test_a_network_that_nobody_holds_is_gone(name: str) -> None:
    net, x = made(name)
    out, state = net(x, generator=draw())
    out.sum().backward()
    gone = [weakref.ref(module) for module in net.modules()]
    del net, out, state
    gc.collect()
    assert [ref() for ref in gone] == [None] * len(gone)


def test_another_batch_size_needs_no_reset() -> None:
    net, x = made("stack")
    net(x)
    assert torch.equal(net(x[:, :1])[0], stack()(x[:, :1])[0])
    with pytest.raises(ShapeError, match=r"state mem must be \(1, 8\) like one step of x, got \(4, 8\)"):
        net(x[:, :1], net(x)[1])


# Nested modules, two backward passes.


class Residual(nn.Module):
    """A module of the user's own, two levels deep, that hands states through by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.ModuleDict({"fc": nn.Linear(6, 6), "lif": Leaky(0.9)})
        self.tail = nn.ModuleList([Sequential(nn.Linear(6, 4), Leaky(0.8))])

    def forward(self, x: Tensor, state: Mapping[str, Any] | None = None) -> tuple[Tensor, dict[str, Any]]:
        state = state or {}
        spk, lif = self.body["lif"](self.body["fc"](x) + x, state.get("lif"))
        out, tail = self.tail[0](spk, state.get("tail"))
        return out, {"lif": lif, "tail": tail}


def test_modules_of_ones_own_nest_at_any_depth() -> None:
    net, x = seeded(Residual()), drive(10, 3, 6)
    out, state = net(x)
    first, middle = net(x[:4])
    second, last = net(x[4:], middle)
    assert torch.equal(torch.cat((first, second)), out) and same(state, last)
    (x, one), (y, two) = split(x, None, 2)
    both, whole = joined([net(x, one), net(y, two)])
    assert torch.allclose(both, out) and same(whole, state)


@each
def test_truncated_backward_passes_end_at_the_detached_state(name: str) -> None:
    net, x = made(name)
    state: Any = None
    for t in range(0, 12, 4):
        out, state = net(x[t : t + 4], state, generator=draw())
        out.square().sum().backward()
        assert any(value.requires_grad for value in tensors(state)) or name == "graph"
        state = detached(state)
        assert not any(value.requires_grad for value in tensors(state))
    assert len(gradients(net)) == len(list(net.parameters()))


# Copies and files.


@each
def test_a_deep_copy_made_after_a_run_is_equal_and_apart(name: str) -> None:
    net, x = made(name)
    out, state = net(x, generator=draw())
    out.sum().backward()
    twin, later = copy.deepcopy(net), copy.deepcopy(detached(state))
    net.eval()
    twin.eval()
    assert torch.equal(net(x)[0], twin(x)[0]) and same(later, detached(state))
    with torch.no_grad():
        for p in twin.parameters():
            p.zero_()
    assert not torch.equal(net(x)[0], twin(x)[0])
    assert all(p.any() for p in net.parameters() if p.ndim > 1)


@each
def test_the_state_dict_holds_weights_and_knobs_and_no_state(name: str) -> None:
    net, x = made(name)
    before = copy.deepcopy(net.state_dict())
    net.eval()(x)
    net(x[:, :2])
    assert same(dict(net.state_dict()), dict(before))
    other = BUILT[name][0]()
    seeded(other, seed=9)
    other.load_state_dict(net.state_dict())
    assert torch.equal(other.eval()(x)[0], net(x)[0])


@each
def test_files_of_tensors_alone_bring_everything_back(name: str) -> None:
    net, x = made(name)
    net(x, generator=draw())  # statistics move
    net.eval()
    state = net(x[:5])[1]
    file = io.BytesIO()
    torch.save({"net": net.state_dict(), "state": detached(state)}, file)
    file.seek(0)
    read = torch.load(file, weights_only=True)
    other = seeded(BUILT[name][0](), seed=9)
    other.load_state_dict(read["net"])
    assert torch.equal(other.eval()(x[5:], read["state"])[0], net(x[5:], state)[0])


@each
def test_whole_modules_can_be_pickled(name: str) -> None:
    net, x = made(name)
    net.eval()
    assert torch.equal(pickle.loads(pickle.dumps(net))(x)[0], net(x)[0])


@pytest.mark.parametrize("backend", ["eager", "auto"])
@pytest.mark.parametrize("model", [model for model in neurons().values() if model.keeps_shape])
def test_every_neuron_copies_pickles_and_loads(model: Any, backend: str) -> None:
    lif, x = model(backend=backend), 2 * drive(20, 2, 3)
    out, state = lif(x)
    for twin in (copy.deepcopy(lif), pickle.loads(pickle.dumps(lif)), model(backend=backend)):
        twin.load_state_dict(lif.state_dict())
        again, last = twin(x)
        assert torch.equal(again, out) and same(state, last)


# Precision.


@each
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_run_learn_and_go_on(name: str, dtype: torch.dtype) -> None:
    net, x = made(name)
    net, x = net.to(dtype), x.to(dtype)
    first, state = net(x[:6], generator=draw())
    out, last = net(x[6:], state, generator=draw())
    assert out.dtype == dtype and all(t.dtype in (dtype, torch.int64) for t in tensors(last))
    assert torch.isfinite(out).all() and (name == "graph" or set(out.unique().tolist()) <= {0.0, 1.0})
    (first.sum() + out.sum()).backward()
    assert all(p.grad is not None and p.grad.dtype == dtype and torch.isfinite(p.grad).all() for p in net.parameters())


def test_encoders_take_half_precision_too() -> None:
    for dtype in (torch.float16, torch.bfloat16):
        spikes = Rate()(torch.full((200, 2, 3), 0.3, dtype=dtype), draw())
        assert spikes.dtype == dtype and abs(spikes.float().mean().item() - 0.3) < 0.05


def test_automatic_mixed_precision_keeps_state_and_spikes() -> None:
    net, x = made("stack")
    with torch.autocast("cpu", dtype=torch.bfloat16):
        first, state = net(x[:6])
        out, _ = net(x[6:], state)
    assert set(out.unique().tolist()) <= {0.0, 1.0}
    (first.float().sum() + out.float().sum()).backward()
    assert all(p.grad is not None and p.grad.dtype == torch.float32 for p in net.parameters())


# Replicas over the batch.


@each
@pytest.mark.parametrize("pieces", [1, 2, 3, 9])
def test_a_batch_split_over_replicas_is_one_batch(name: str, pieces: int) -> None:
    net, x = made(name, batch=5)
    net.eval()
    out, state = net(x)
    middle = net(x[:5])[1]
    for begin, start in ((0, None), (5, middle)):
        parts = split(x[begin:], start, pieces)
        assert len(parts) == min(pieces, 5) and sum(part.shape[1] for part, _ in parts) == 5
        got, last = joined([copy.deepcopy(net)(part, its) for part, its in parts])
        assert torch.allclose(got, out[begin:], atol=1e-6)
        assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(tensors(last), tensors(state), strict=True))


@pytest.mark.parametrize("name", ["stack", "graph"])
def test_replicas_in_threads_learn_what_one_network_learns(name: str) -> None:
    net, x = made(name, batch=6)
    whole = copy.deepcopy(net)
    whole(x)[0].square().sum().backward()
    replicas = [copy.deepcopy(net) for _ in range(3)]

    def learn(i: int) -> None:
        replicas[i](split(x, None, 3)[i][0])[0].square().sum().backward()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(learn, range(3)))
    for key, gradient in gradients(whole).items():
        summed = sum(gradients(replica)[key] for replica in replicas)
        assert torch.allclose(summed, gradient, atol=1e-4 * float(gradient.abs().max())), key  # type: ignore[arg-type]


def test_torchs_data_parallel_takes_the_batch_axis() -> None:
    net, x = made("stack")
    assert torch.equal(nn.DataParallel(net, dim=1)(x)[0], net(x)[0])


def test_a_batch_is_not_cut_into_nothing() -> None:
    with pytest.raises(ShapeError, match=r"^split: a batch is cut into 1 or more pieces, got 0$"):
        split(drive(2, 3, 4), None, 0)
    assert [part.shape for part, _ in split(drive(2, 0, 4), None, 3)] == [(2, 0, 4)]


# Threads.


@pytest.mark.parametrize("backend", ["eager", "fused"])
def test_one_neuron_serves_threads_that_run_and_learn_at_once(backend: str) -> None:
    lif = Leaky(0.9, learn_beta=True, backend=backend)

    def run(seed: int) -> tuple[Tensor, Tensor]:
        x = (2 * drive(30, 3, 7, seed=seed)).requires_grad_()
        spk, state = lif(x)
        (gradient, beta) = torch.autograd.grad(spk.sum() + state["mem"].sum(), (x, lif.beta))
        return gradient, beta

    alone = [run(seed) for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        for got, want in zip(pool.map(run, range(8)), alone, strict=True):
            assert torch.equal(got[0], want[0]) and torch.equal(got[1], want[1])
    assert lif.beta.grad is None, "nobody's gradient was left on the module"


@each
def test_one_network_serves_many_threads_at_once(name: str) -> None:
    net, _ = made(name)
    net.eval()
    features = BUILT[name][1]

    def run(seed: int) -> tuple[Tensor, Any]:
        x, state, out = drive(12, 2, *features, seed=seed), None, []
        with torch.no_grad():
            for t in range(0, 12, 2):
                spk, state = net(x[t : t + 2], state)
                out.append(spk)
        return torch.cat(out), state

    alone = [run(seed) for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        for (out, state), (want, last) in zip(pool.map(run, range(8)), alone, strict=True):
            assert torch.equal(out, want) and same(state, last)


def test_networks_that_learn_in_threads_learn_as_if_alone() -> None:
    def learn(seed: int) -> dict[str, Tensor]:
        net, source = images(), draw(seed)
        optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
        for _ in range(3):
            optimiser.zero_grad()
            net(drive(8, 4, 1, 6, 6, seed=seed), generator=source)[0].sum().backward()
            optimiser.step()
        return net.state_dict()

    alone = [learn(seed) for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert all(same(got, want) for got, want in zip(pool.map(learn, range(4)), alone, strict=True))
