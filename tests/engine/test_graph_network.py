"""Network: a graph equals the same thing written by hand; loops, delays, states, records, refusals."""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from workbench.engine.connections import Sum
from workbench.engine.encoders import Latency, Rate
from workbench.engine.errors import ShapeError, WiringError
from workbench.engine.graph_network import Network
from workbench.engine.graph_pass import Pass
from workbench.engine.neurons.leaky import Leaky
from workbench.engine.wire import Wire


def drive(*shape: int) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(2))


def linear(inputs: int, outputs: int, seed: int = 0) -> nn.Linear:
    layer, draw = nn.Linear(inputs, outputs), torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in layer.parameters():
            p.copy_(torch.rand(p.shape, generator=draw) - 0.35)
    return layer


def chain(*names: str) -> list[Wire]:
    return [Wire(f"{a}.out", f"{b}.in") for a, b in pairwise(names)]


def feedforward() -> Network:
    modules = {"fc1": linear(4, 6), "hidden": Leaky(), "fc2": linear(6, 3, 1), "out": Leaky()}
    return Network(modules, chain("in", "fc1", "hidden", "fc2", "out"), ["in"], "out.out")


def recurrent(delay: int = 1) -> Network:
    """hidden feeds itself through `back`, `delay` steps later; a second wire leaves the loop two steps late."""
    modules = {"fc": linear(4, 6), "sum": Sum(), "hidden": Leaky(), "back": linear(6, 6, 1), "out": Leaky(0.5, 0.4)}
    wires = [*chain("in", "fc", "sum", "hidden"), Wire("hidden.out", "back.in", delay)]
    wires += [Wire("back.out", "sum.in"), Wire("hidden.out", "out.in", 2)]
    return Network(modules, wires, ["in"], "out.out")


def stepwise(net: Network, x: Tensor) -> Tensor:
    """The same network with every node forced into one loop's step-by-step way."""
    run = Pass(net, {"in": x}, {}, None, None)
    run.loop([name for name in net.order if name != "in"])
    return run.value(net.output)


def test_a_chain_is_its_modules_one_after_the_other() -> None:
    net, x = feedforward(), drive(12, 3, 4)
    n = net.nodes
    hidden, a = n["hidden"](n["fc1"](x))
    out, b = n["out"](n["fc2"](hidden))
    got, state = net(x)
    assert torch.equal(got, out) and got.sum() > 0
    assert torch.equal(state["hidden"]["mem"], a["mem"]) and torch.equal(state["out"]["mem"], b["mem"])
    assert torch.equal(net({"in": x})[0], got)
    assert net.order == ("in", "fc1", "hidden", "fc2", "out") and not net.loops


def test_the_names_of_torchs_own_methods_are_good_node_names() -> None:
    net = Network(
        {"values": nn.Identity(), "forward": Leaky(), "type": nn.Identity()},
        chain("in", "values", "forward", "type"),
        ["in"],
        "type",
    )
    assert net(drive(5, 2, 3))[0].shape == (5, 2, 3)
    assert sorted(name for name, _ in feedforward().named_parameters())[0] == "parts.fc1.bias"


@pytest.mark.parametrize("net", [feedforward(), recurrent(), recurrent(3)], ids=["chain", "loop", "long delay"])
def test_all_at_once_and_step_by_step_give_the_same_spikes(net: Network) -> None:
    x = drive(20, 3, 4)
    got = net(x)[0]
    assert torch.equal(stepwise(net, x), got) and 0 < got.mean() < 1


def test_a_loop_is_the_recurrence_written_by_hand() -> None:
    net, x = recurrent(2), drive(15, 3, 4)
    n, state, spikes = net.nodes, None, [torch.zeros(3, 6)] * 2
    for t in range(15):
        spk, state = n["hidden"].step(n["fc"](x[t]) + n["back"](spikes[t]), state)  # type: ignore[operator]
        spikes.append(spk)
    late = torch.stack([*[torch.zeros(3, 6)] * 2, *spikes[2:-2]])
    assert torch.equal(net(x)[0], n["out"](late)[0])


def test_a_delayed_wire_shifts_in_time() -> None:
    net = Network({"out": nn.Identity()}, [Wire("in.out", "out.in", 3)], ["in"], "out.out")
    x = drive(8, 2, 3)
    out, state = net(x)
    assert torch.equal(out, torch.cat((torch.zeros(3, 2, 3), x[:5])))
    assert torch.equal(state["wires"]["in.out->out.in"], x[5:])
    assert torch.equal(net(x[:2])[1]["wires"]["in.out->out.in"], torch.cat((torch.zeros(1, 2, 3), x[:2])))


@pytest.mark.parametrize("net", [feedforward(), recurrent(), recurrent(3)], ids=["chain", "loop", "long delay"])
def test_pieces_joined_by_their_state_are_one_run(net: Network) -> None:
    x = drive(20, 3, 4)
    whole, end = net(x)
    outs, state = [], None
    for piece in x.split([1, 2, 0, 10, 7]):
        out, state = net(piece, state)
        outs.append(out)
    assert torch.equal(torch.cat(outs), whole) and state is not None
    assert flat(state).keys() == flat(end).keys()
    assert all(torch.equal(a, flat(end)[key]) for key, a in flat(state).items())


def flat(state: Mapping[str, Mapping[str, Tensor]]) -> dict[str, Tensor]:
    return {f"{node} {name}": v for node, named in state.items() for name, v in named.items()}


def test_no_steps_at_all() -> None:
    for net in (feedforward(), recurrent()):
        out, state = net(torch.zeros(0, 3, 4))
        assert out.shape == (0, 3, 3 if net.order[-1] == "out" and "fc2" in net.nodes else 6)
        assert all((v == 0).all() for v in flat(state).values())


def test_gradients_flow_around_the_loop_and_through_the_delay() -> None:
    net, x = recurrent(), drive(12, 3, 4)
    net(x)[0].sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


def test_a_neuron_may_feed_itself_and_loops_of_other_modules_find_their_size() -> None:
    modules = {"sum": Sum(), "lif": Leaky(), "norm": nn.Sequential(nn.Linear(5, 5), nn.LayerNorm(5))}
    wires = [
        Wire("in.out", "sum.in"),
        Wire("lif.out", "norm.in"),
        Wire("norm.out", "sum.in", 1),
        Wire("sum.out", "lif.in"),
    ]
    assert Network(modules, wires, ["in"], "lif.out")(drive(9, 2, 5))[0].shape == (9, 2, 5)
    itself = Network({"s": Sum()}, [Wire("in.out", "s.in"), Wire("s.out", "s.in", 1)], ["in"], "s.out")
    assert itself(torch.ones(4, 1, 1))[0].flatten().tolist() == [1, 2, 3, 4]
    only = Network(
        {"a": linear(3, 3), "b": Leaky()}, [Wire("a.out", "b.in"), Wire("b.out", "a.in", 1)], ["in"], "b.out"
    )
    assert only(torch.zeros(4, 2, 1))[0].shape == (4, 2, 3)


def test_records_hold_states_and_what_every_node_sends() -> None:
    for net in (feedforward(), recurrent()):
        x = drive(10, 3, 4)
        out, state, record = net(x, record={"hidden": ["mem"]})
        assert list(record["hidden"]) == ["spk", "mem"] and list(record["out"]) == ["spk"]
        assert record["hidden"]["mem"].shape == (10, 3, 6)
        assert torch.equal(record["hidden"]["mem"][-1], state["hidden"]["mem"])
        assert torch.equal(record["out"]["spk"], out) and torch.equal(record["in"]["out"], x)
        assert set(record) == {"in", *net.nodes}
        halves = [
            record["hidden"]["mem"][:4],
            net(x[4:], net(x[:4])[1], record={"hidden": ["mem"]})[2]["hidden"]["mem"],
        ]
        assert torch.equal(torch.cat(halves), record["hidden"]["mem"])


def encoded() -> Network:
    modules = {"rate": Rate(), "late": Latency(), "sum": Sum(), "fc": linear(4, 3), "out": Leaky(), "again": Rate()}
    wires = [
        Wire("in.out", "rate.in"),
        Wire("in.out", "late.in"),
        Wire("rate.out", "sum.in"),
        Wire("late.out", "sum.in"),
    ]
    return Network(modules, [*wires, *chain("sum", "fc", "out", "again")], ["in"], "again.out")


def draws(samples: Iterable[int]) -> dict[str, list[torch.Generator]]:
    """A generator for each encoder that draws and each sample."""
    samples = list(samples)
    return {n: [torch.Generator().manual_seed(10 * i + j) for j in samples] for i, n in enumerate(("rate", "again"))}


def test_pieces_draw_what_the_whole_draws() -> None:
    modules = {"rate": Rate(), "fc": linear(4, 3), "out": Leaky(), "again": Rate()}
    net, x = Network(modules, chain("in", "rate", "fc", "out", "again"), ["in"], "again.out"), drive(12, 3, 4)
    own = draws(range(3))
    first, state = net(x[:5], generator=own)
    second, _ = net(x[5:], state, generator=own)
    assert torch.equal(torch.cat((first, second)), net(x, generator=draws(range(3)))[0])


def test_a_sample_draws_the_same_spikes_alone_as_in_a_batch() -> None:
    net, x = encoded(), drive(12, 3, 4)
    _, _, record = net(x, generator=draws(range(3)), record={})
    _, _, alone = net(x[:, 1:2], generator=draws([1]), record={})
    assert torch.equal(alone["rate"]["spk"][:, 0], record["rate"]["spk"][:, 1])


def test_several_inputs() -> None:
    net = Network({"sum": Sum()}, [Wire("a.out", "sum.in"), Wire("b.out", "sum.in")], ["a", "b"], "sum.out")
    a, b = drive(4, 2, 3), torch.ones(4, 2, 3)
    assert torch.equal(net({"a": a, "b": b})[0], a + b)
    for inputs, sentence in (
        (a, "Network: it has 2 inputs; give {name: values} for each of them"),
        ({"a": a}, "Network: no values were given for input b"),
        ({"a": a, "c": b}, "Network: c is not an input; inputs are a, b"),
        ({"a": a, "b": b[:2]}, "Network: all inputs must share (T, B), got (2, 2), (4, 2)"),
        ({}, "Network: all inputs must share (T, B), got none"),
        ({"a": a, "b": torch.ones(4)}, "Network: b must be given (T, B, …), got (4,)"),
        ({"a": a, "b": torch.ones(4, 2, 4)}, "Sum: all inputs must have one shape, got (4, 2, 3) and (4, 2, 4)"),
    ):
        with pytest.raises(ShapeError, match=f"^{re.escape(sentence)}$"):
            net(inputs)


@pytest.mark.parametrize(
    ("modules", "wires", "output", "sentence"),
    [
        ({"a": Leaky()}, [("in.out", "b.in", 0)], "a.out", "wire in.out->b.in touches b, which is not a node"),
        (
            {"a": Leaky()},
            [("in.out", "a.in", -1)],
            "a.out",
            "wire in.out->a.in has delay -1; it must be 0 or more steps",
        ),
        ({"a": Leaky()}, [("in.out", "a.in", 0)], "z.out", "the output z.out is not a node"),
        ({"a": Leaky()}, [], "a.out", "nothing is wired into a"),
        ({"in": Leaky()}, [], "in.out", "in is an input; it takes neither a module nor a wire"),
        ({"a": Leaky()}, [("in.out", "a.in", 0), ("a.out", "in.in", 1)], "a.out", "in is an input; it takes neither"),
        ({"a": Leaky()}, [("in.out", "a.in", 0)] * 2, "a.out", "a takes one wire, got 2; join them with a Sum"),
        (
            {"s": Sum(), "a": Leaky()},
            [("in.out", "s.in", 0), ("s.out", "a.in", 0), ("a.out", "s.in", 0)],
            "a.out",
            "s → a → s is a loop without delay; give one of its wires a delay of 1",
        ),
        (
            {"s": Sum(), "late": Latency()},
            [("in.out", "s.in", 0), ("s.out", "late.in", 0), ("late.out", "s.in", 1)],
            "s.out",
            "late must see all steps at once and cannot stand in a loop",
        ),
        ({"a": nn.LSTMCell(3, 3)}, [("in.out", "a.in", 0)], "a.out", "a (LSTMCell) makes one step only; use nn.LSTM"),
    ],
)
def test_what_makes_no_network_is_refused(modules: dict, wires: list, output: str, sentence: str) -> None:
    with pytest.raises(WiringError, match=f"^Network: {re.escape(sentence)}") as refused:
        Network(modules, [Wire(*w) for w in wires], ["in"], output)
    assert len(str(refused.value)) <= 200


def test_states_and_sizes_that_do_not_fit_are_refused() -> None:
    net, x = recurrent(), drive(5, 3, 4)
    _, state = net(x)
    line = {"wires": {"hidden.out->back.in": torch.zeros(4, 3, 6), "hidden.out->out.in": torch.zeros(2, 3, 6)}}
    for call, sentence in (
        (lambda: net(x, {"nobody": {}}), "Network: the state or record names nobody, which is not a node"),
        (lambda: net(x, record={"nobody": ["mem"]}), "Network: the state or record names nobody, which is not a node"),
        (lambda: net(x, record={"hidden": ["syn"]}), "Network: hidden has no state syn to record"),
        (lambda: net(x, state | line), "Network: delay line hidden.out->back.in must begin with (1, 3), got (4, 3, 6)"),
        (lambda: net(x[:, :2], state), "Network: delay line hidden.out->back.in must begin with (1, 2), got (1, 3, 6)"),
        (
            lambda: feedforward()(x[:, :2], feedforward()(x)[1]),
            "Leaky: state mem must be (2, 6) like one step of x, got (3, 6)",
        ),
        (
            lambda: net(x, {"wires": state["wires"] | {"hidden.out->out.in": x}}),
            "Network: delay line hidden.out->out.in must be (2, 3, 6), got (5, 3, 4)",
        ),
        (lambda: net(drive(5, 3, 9)), "Network: fc takes 4 values, got 9"),
    ):
        with pytest.raises(ShapeError, match=f"^{re.escape(sentence)}$"):
            call()
