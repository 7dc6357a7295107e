"""Probes see what passes, change nothing, and leave nothing behind."""

import copy

import pytest
import torch
from torch import Tensor, nn

from workbench.engine.encoders import Rate
from workbench.engine.errors import ShapeError, WiringError
from workbench.engine.graph_network import Network
from workbench.engine.network import Sequential
from workbench.engine.neurons.leaky import Leaky
from workbench.engine.probes import Probe
from workbench.engine.wire import Wire


def network() -> Sequential:
    draw = torch.Generator().manual_seed(0)
    net = Sequential(nn.Linear(3, 4), Leaky(0.9), nn.Sequential(nn.Linear(4, 2), Leaky(0.8)))
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(torch.rand(p.shape, generator=draw))
    return net


X = torch.rand(6, 2, 3, generator=torch.Generator().manual_seed(1))


def test_what_passes_is_seen_by_name() -> None:
    net = network()
    with Probe(net, states=True) as probe:
        out, _ = net(X)
    record = net.record(X, ["spk", "mem", "out"])
    assert probe.names == ("1", "2.1")
    for name in probe.names:
        (seen,) = probe[name]
        assert seen.output is not None and torch.equal(seen.output, record[name]["spk"])
        assert torch.equal(seen.states["mem"], record[name]["mem"])
    assert torch.equal(probe["1"][0].input, record["0"]["out"])
    assert torch.equal(probe["2.1"][0].output, out) and probe["1"][0].input_gradient is None  # pyright: ignore


def test_gradients_are_those_at_the_module_alone() -> None:
    """The input of the second layer is used twice: its own share is what the probe shows."""
    fc, lif = nn.Linear(3, 3), Leaky(0.9)

    class Around(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc, self.lif = fc, lif

        def forward(self, x: Tensor) -> Tensor:
            h = self.fc(x)
            return self.lif(h)[0] + 5 * h

    net = Around()
    with Probe(net, gradients=True) as probe:
        net(X).sum().backward()
    (seen,) = probe["lif"]
    h = fc(X).detach().requires_grad_()
    lif(h)[0].sum().backward()
    assert h.grad is not None and seen.input_gradient is not None
    torch.testing.assert_close(seen.input_gradient, h.grad)
    assert seen.output_gradient is not None and torch.equal(seen.output_gradient, torch.ones_like(X))


def test_it_changes_nothing_and_leaves_nothing() -> None:
    net = network()
    plain, _ = net(X)
    plain.sum().backward()
    wanted = [p.grad.clone() for p in net.parameters() if p.grad is not None]
    net.zero_grad()
    with Probe(net, nn.Module, states=True, gradients=True) as probe:
        watched, _ = net(X)
        watched.sum().backward()
    assert torch.equal(watched, plain)
    assert all(
        torch.equal(p.grad, want) for p, want in zip(net.parameters(), wanted, strict=True) if p.grad is not None
    )
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in net.modules())
    calls = len(probe["1"])
    net(X)
    assert len(probe["1"]) == calls == 1


def test_hooks_go_when_the_block_fails() -> None:
    net = network()
    with pytest.raises(ValueError, match="enough"), Probe(net):
        raise ValueError("enough")
    with pytest.raises(ShapeError), Probe(net) as probe:
        net(X[..., :2])
    assert not any(module._forward_hooks for module in net.modules()) and probe["1"] == ()


def test_several_calls_pausing_and_clearing() -> None:
    net = network()
    with Probe(net, ["1"], keep=lambda v: v.mean()) as probe:
        for piece in X.split(2):
            net(piece)
        probe.paused = True
        net(X)
        probe.paused = False
        assert len(probe["1"]) == 3 and all(seen.output is not None and seen.output.ndim == 0 for seen in probe["1"])
        probe.clear()
        net(X)
        assert len(probe["1"]) == 1


def test_a_copy_of_a_network_is_not_looked_into() -> None:
    net = network()
    with Probe(net) as probe:
        other = copy.deepcopy(net)
        other(X)
    assert probe["1"] == () and torch.equal(other(X)[0], net(X)[0])


def test_nodes_of_a_network_go_by_their_own_names() -> None:
    net = Network(
        {"fc": nn.Linear(3, 4), "lif": Leaky(0.9)},
        [Wire("in.out", "fc.in"), Wire("fc.out", "lif.in")],
        ["in"],
        "lif.out",
    )
    with Probe(net, states=True) as probe:
        out, _, record = net(X, record={"lif": ["mem"]})
        spk, _ = net(X)
    assert probe.names == ("lif",) and torch.equal(out, spk)
    assert torch.equal(probe["lif"][-1].states["mem"], record["lif"]["mem"])


def test_draws_are_not_disturbed() -> None:
    net = Sequential(Rate(), Leaky(0.9))
    plain, _ = net(X, generator=torch.Generator().manual_seed(3))
    with Probe(net, (Rate, Leaky), states=True) as probe:
        watched, _ = net(X, generator=torch.Generator().manual_seed(3))
    assert torch.equal(plain, watched) and probe.names == ("0", "1")


@pytest.mark.parametrize(
    ("modules", "sentence"),
    [
        ("lif", "Probe: there is no module 'lif'; there are '0', '1', '2', "),
        (nn.GRU, "Probe: the network has no module of that kind"),
    ],
)
def test_what_is_not_there_is_refused(modules, sentence: str) -> None:
    with pytest.raises(WiringError, match=f"^{sentence}"):
        Probe(network(), modules)


def test_what_is_not_looked_into_and_what_is_no_network_is_refused() -> None:
    with pytest.raises(WiringError, match="Probe: the first argument must be a network, a torch module, got a"):
        Probe("a")  # type: ignore[arg-type]
    with pytest.raises(WiringError, match="Probe: there is no module 0; there are '0', '1'"):
        Probe(network(), 0)  # type: ignore[arg-type]
    with pytest.raises(WiringError, match="Probe: does not look into 77, but into"):
        Probe(network())["77"]
