"""Sequential: folding, recurrent modules, nested stacks, records, and what it refuses by name."""

import re
from collections import OrderedDict
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from workbench.engine.encoders import Rate
from workbench.engine.errors import ShapeError, WiringError
from workbench.engine.network import Sequential
from workbench.engine.neurons.leaky import Leaky


def drive(*shape: int) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(2))


def seeded(*modules: nn.Module) -> Sequential:
    """A stack with weights that do not hang on torch's global generator."""
    net = Sequential(*modules)
    draw = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(torch.rand(p.shape, generator=draw) - 0.3)
    return net


def test_a_stack_is_its_modules_one_after_the_other() -> None:
    net, x = seeded(nn.Linear(6, 5), Leaky(0.9), nn.Linear(5, 3), Leaky(0.8)), drive(12, 4, 6)
    first, one, second, two = net.children()
    hidden, a = one(first(x))
    out, b = two(second(hidden))
    got, state = net(x)
    assert torch.equal(got, out) and got.sum() > 0
    assert list(state) == ["1", "3"]
    assert torch.equal(state["1"]["mem"], a["mem"]) and torch.equal(state["3"]["mem"], b["mem"])


def test_modules_without_time_see_time_and_batch_as_one_axis() -> None:
    seen = []

    class Look(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            seen.append(tuple(x.shape))
            return x

    x = drive(7, 2, 1, 8, 8)
    net = seeded(nn.Conv2d(1, 3, 3), Look(), nn.MaxPool2d(2), Leaky(), nn.Flatten(), Look(), nn.Linear(27, 4), Leaky())
    out, state = net(x)
    assert seen == [(14, 3, 6, 6), (14, 27)] and out.shape == (7, 2, 4)
    assert state["3"]["mem"].shape == (2, 3, 3, 3)


def test_batch_normalisation_judges_all_steps_together() -> None:
    net, x = Sequential(nn.BatchNorm1d(3)), drive(5, 4, 3)
    out, state = net(x)
    assert torch.allclose(out.mean((0, 1)), torch.zeros(3), atol=1e-6) and state == {}


@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
def test_recurrent_modules_keep_their_time_axis_and_their_state(kind: Any) -> None:
    net, x = seeded(kind(4, 5, num_layers=2), Leaky(0.9, 0.3)), drive(10, 3, 4)
    out, state = net(x)
    module = net.get_submodule("0")
    assert torch.equal(out, net.get_submodule("1")(module(x)[0])[0])
    assert set(state["0"]) == ({"h", "c"} if kind is nn.LSTM else {"h"})
    assert all(v.shape == (3, 2, 5) for v in state["0"].values())
    first, middle = net(x[:4])
    second, last = net(x[4:], middle)
    assert torch.equal(torch.cat((first, second)), out)
    assert torch.allclose(last["0"]["h"], state["0"]["h"])


def test_halves_joined_by_their_state_are_one_run() -> None:
    net, x = seeded(nn.Linear(6, 5), Leaky(), nn.Linear(5, 3), Leaky()), drive(20, 4, 6)
    whole, end = net(x)
    first, state = net(x[:9])
    second, last = net(x[9:], state)
    assert torch.equal(torch.cat((first, second)), whole)
    assert torch.equal(last["3"]["mem"], end["3"]["mem"])


def test_no_steps_and_one_neuron() -> None:
    net = seeded(nn.Linear(6, 1), Leaky())
    out, state = net(torch.zeros(0, 2, 6))
    assert out.shape == (0, 2, 1) and state["1"]["mem"].shape == (2, 1)
    assert net(drive(3, 1, 6))[0].shape == (3, 1, 1)


def test_nested_stacks_are_walked_through() -> None:
    inner = nn.Sequential(nn.Linear(6, 5), Leaky())
    net, x = seeded(inner, Sequential(nn.Linear(5, 3), Leaky())), drive(10, 2, 6)
    flat = Sequential(inner[0], inner[1], *net.get_submodule("1").children())
    out, state = net(x)
    assert torch.equal(out, flat(x)[0]) and list(state) == ["0.1", "1.1"]
    assert [name for name, _ in net.layers()] == ["0.0", "0.1", "1.0", "1.1"]
    assert torch.equal(net(x[5:], net(x[:5])[1])[0], out[5:])


def test_records_hold_what_was_asked_for() -> None:
    net, x = seeded(nn.Linear(6, 5), Leaky(), nn.Linear(5, 3), Leaky()), drive(10, 2, 6)
    record = net.record(x, ["spk", "mem"])
    assert {name: list(values) for name, values in record.items()} == {"1": ["mem", "spk"], "3": ["mem", "spk"]}
    out, state = net(x)
    assert torch.equal(record["3"]["spk"], out) and torch.equal(record["1"]["mem"][-1], state["1"]["mem"])
    assert list(net.record(x, ["out"])) == ["0", "2"]
    record["3"]["mem"].sum().backward()
    assert all(p.grad is not None for p in net.parameters())


def test_encoders_draw_from_the_given_generator() -> None:
    net, x = seeded(Rate(), nn.Linear(6, 5), Leaky()), drive(10, 2, 6)
    runs = [net(x, generator=torch.Generator().manual_seed(seed))[0] for seed in (0, 0, 1)]
    assert torch.equal(runs[0], runs[1]) and not torch.equal(runs[0], runs[2])
    assert "spk" in net.record(x, ["spk"], generator=torch.Generator())["0"]


class Hiding(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lif = Leaky()


@pytest.mark.parametrize(
    ("modules", "sentence"),
    [
        ((nn.LSTMCell(3, 3),), "Sequential: 0 (LSTMCell) makes one step only; use nn.LSTM, which runs over time"),
        (
            (nn.Linear(3, 3), nn.GRUCell(3, 3)),
            "Sequential: 1 (GRUCell) makes one step only; use nn.GRU, which runs over time",
        ),
        (
            (nn.GRU(3, 3, batch_first=True),),
            "Sequential: 0 (GRU) wants the batch first; build it with batch_first=False",
        ),
        (
            (nn.RNN(3, 3, bidirectional=True),),
            "Sequential: 0 (RNN) reads time backwards; build it with bidirectional=False",
        ),
        ((nn.LSTM(3, 3, proj_size=2),), "Sequential: 0 (LSTM) must be built without proj_size and without dropout"),
        ((nn.ModuleList([Leaky()]),), "Sequential: 0 (ModuleList) has no order to run in; give its modules one by one"),
        ((nn.ModuleDict({"a": Leaky()}),), "Sequential: 0 (ModuleDict) has no order to run in"),
        ((nn.Sequential(nn.Linear(3, 3), Hiding()),), "Sequential: 0.1 (Hiding) hides a Leaky that runs over time"),
        ((), "Sequential needs at least one module"),
        ((torch.relu,), "Sequential: part 0 is not a torch module but <built-in"),
    ],
)
def test_what_cannot_run_over_time_is_refused_by_name(modules: tuple, sentence: str) -> None:
    with pytest.raises(WiringError, match=f"^{re.escape(sentence)}") as refused:
        Sequential(*modules)
    assert len(str(refused.value)) <= 200


@pytest.mark.parametrize(
    ("modules", "shape", "sentence"),
    [
        (
            (nn.Linear(784, 10), Leaky()),
            (25, 128, 700),
            "Sequential: x must be (T, B, 784), got (25, 128, 700); the first layer has 784 inputs",
        ),
        ((nn.Linear(7, 10),), (5, 7), "Sequential: x must be (T, B, 7), got (5, 7); the first layer has 7 inputs"),
        ((Leaky(),), (5,), "Sequential: x must be (T, B, …), got (5,)"),
        ((nn.Linear(7, 10), nn.Linear(12, 3)), (5, 2, 7), "Sequential: module 1 takes 12 values, got 10"),
        ((Leaky(), nn.Linear(12, 3)), (5, 2, 3, 4, 4), "Sequential: module 1 takes 12 values, got 3×4×4"),
        ((Leaky(), nn.Conv2d(3, 3, 3)), (5, 2, 7), "Sequential: module 1 takes images of 3 channels, got 7"),
        ((nn.MaxPool2d(9),), (5, 2, 1, 4, 4), "Sequential: module 0 (MaxPool2d) cannot take values of shape (1, 4, 4)"),
        ((nn.GRU(3, 3),), (5, 2, 4), "Sequential: module 0: x must be (T, B, 3), got (5, 2, 4)"),
    ],
)
def test_sizes_that_do_not_fit_are_refused_with_the_numbers(modules: tuple, shape: tuple, sentence: str) -> None:
    with pytest.raises(ShapeError, match=f"^{re.escape(sentence)}$"):
        Sequential(*modules)(torch.zeros(shape))


def test_whole_numbers_and_strange_states_are_refused() -> None:
    net = Sequential(nn.Linear(3, 2), Leaky())
    with pytest.raises(ShapeError, match=r"^Sequential: module 0 takes real numbers, got whole ones"):
        net(torch.zeros(2, 1, 3, dtype=torch.int64))
    with pytest.raises(ShapeError, match="the state names module 7, which is not one of 0, 1"):
        net(torch.zeros(2, 1, 3), {"7": {}})


def test_a_module_that_stands_there_twice_runs_twice() -> None:
    first, second, relu, lif = nn.Linear(6, 6), nn.Linear(6, 6), nn.ReLU(), Leaky(0.9)
    x = 3 * torch.rand(20, 3, 6, generator=torch.Generator().manual_seed(1))
    shared = Sequential(first, relu, second, relu)
    assert torch.equal(shared(x)[0], relu(second(relu(first(x)))))
    spiking = Sequential(first, lif, second, lif)
    out, state = spiking(x)
    assert torch.equal(out, lif(second(lif(first(x))[0]))[0]) and list(state) == ["1", "3"]
    assert len(list(spiking.parameters())) == 4


def test_a_record_of_what_nobody_has_is_refused() -> None:
    net, x = Sequential(nn.Linear(6, 6), Leaky(0.9)), torch.rand(4, 3, 6)
    for name in ("1", "1.mem", "syn"):
        with pytest.raises(WiringError, match=f"Sequential: nothing sends {name}; there are mem, out, spk"):
            net.record(x, [name])
    assert net.record(x, "mem")["1"]["mem"].shape == (4, 3, 6)


def test_a_state_that_is_no_mapping_is_refused() -> None:
    x = torch.rand(4, 3, 6)
    for state in (torch.zeros(3, 6), (torch.zeros(3, 6),), {"mem": 0.5}):
        with pytest.raises(ShapeError, match=r"Leaky: the state must be a mapping of names to tensors"):
            Leaky(0.9)(x, state)  # type: ignore[arg-type]
        with pytest.raises(ShapeError, match="Leaky: the state must be a mapping"):
            Leaky(0.9).step(x[0], state)  # type: ignore[arg-type]


def test_it_is_indexed_sliced_and_extended_like_torchs_own() -> None:
    net = Sequential(nn.Linear(6, 3), Leaky(0.9), nn.Linear(3, 2), Leaky(0.9))
    x = drive(5, 2, 6)
    assert len(net) == 4 and net[0] is next(iter(net)) and isinstance(net[:2], Sequential)
    assert torch.equal(net[2:](net[:2](x)[0])[0], net(x)[0])
    assert net.append(nn.Linear(2, 1))(x)[0].shape == (5, 2, 1)
    with pytest.raises(WiringError, match=r"Sequential: 5 \(LSTMCell\) makes one step only; use nn\.LSTM"):
        net.append(nn.LSTMCell(1, 1))
    with pytest.raises(WiringError, match="Sequential: part 5 is not a torch module but 3"):
        net.append(3)  # type: ignore[arg-type]


def test_names_of_an_ordered_dict_are_names_of_states() -> None:
    net = Sequential(OrderedDict(fc=nn.Linear(6, 3), lif=Leaky(0.9)))
    assert list(net(drive(5, 2, 6))[1]) == ["lif"] and list(net.record(drive(5, 2, 6), "mem")) == ["lif"]
    with pytest.raises(WiringError, match="Sequential needs at least one module"):
        Sequential(OrderedDict())


def test_lazy_modules_find_their_size_at_the_first_call() -> None:
    net = Sequential(nn.LazyLinear(3), Leaky(0.9), nn.LazyLinear(2))
    assert net(drive(5, 2, 6))[0].shape == (5, 2, 2) and net[0].in_features == 6
    assert Sequential(nn.LazyConv2d(3, 2), Leaky(0.9))(drive(3, 2, 1, 5, 5))[0].shape == (3, 2, 3, 4, 4)
    with pytest.raises(ShapeError, match=r"Sequential: x must be \(T, B, 6\), got \(5, 2, 7\)"):
        net(drive(5, 2, 7))


class Pair(nn.Module):
    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x, x


@pytest.mark.parametrize(
    ("module", "sentence"),
    [
        (nn.MultiheadAttention(6, 2), r"module 0 (MultiheadAttention) cannot be called with one tensor (T·B, …)"),
        (Pair(), "module 0 (Pair) must give one tensor, got a tuple"),
    ],
)
def test_a_module_that_is_not_one_tensor_in_and_one_out_is_refused(module: nn.Module, sentence: str) -> None:
    with pytest.raises(WiringError, match=re.escape(sentence)):
        Sequential(module)(drive(5, 2, 6))
