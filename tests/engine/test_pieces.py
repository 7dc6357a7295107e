"""Runs cut in pieces: the same forward, gradients that end at the cut or do not, memory of the borders."""

from collections.abc import Mapping
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from workbench.engine.encoders import Latency, Rate
from workbench.engine.errors import KnobError, WiringError
from workbench.engine.graph_network import Network, Wire
from workbench.engine.network import Sequential
from workbench.engine.neurons.leaky import Leaky
from workbench.engine.normalisation import BatchNorm, BatchNormTT


def drive(*shape: int) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(2))


def stack() -> Sequential:
    net = Sequential(nn.Linear(6, 5), Leaky(0.9, learn_beta=True), nn.Linear(5, 3), Leaky(0.8))
    draw = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(torch.rand(p.shape, generator=draw))
    return net


def loop() -> Network:
    hidden = Leaky(0.9)
    wires = (Wire("in.out", "sum.in"), Wire("sum.out", "lif.in"), Wire("lif.out", "sum.in", delay=2))
    from workbench.engine.connections import Sum

    return Network({"sum": Sum(), "lif": hidden}, wires, ["in"], "lif.out")


def gradients(net: nn.Module, x: Tensor, **how: Any) -> tuple[Tensor, Mapping, list[Tensor]]:
    leaf = x.clone().requires_grad_()
    out, state = net(leaf, **how)
    (out.sum() + sum(v.square().sum() for named in _named(state) for v in named.values())).backward()
    return out.detach(), state, [v.grad for v in (leaf, *net.parameters()) if v.grad is not None]


def _named(state: Mapping) -> list[Mapping]:
    return [state] if all(isinstance(v, Tensor) for v in state.values()) else list(state.values())


@pytest.mark.parametrize("make", [lambda: Leaky(0.9, learn_beta=True), stack, loop], ids=["neuron", "stack", "graph"])
@pytest.mark.parametrize("steps", [1, 4, 7, 100])
def test_a_checkpointed_run_is_the_run_with_all_its_gradients(make: Any, steps: int) -> None:
    x = drive(19, 2, 6)
    (out, state, grads), (other, end, same) = gradients(make(), x), gradients(make(), x, checkpoint=steps)
    assert torch.equal(out, other) and out.sum() > 0
    for named, ended in zip(_named(state), _named(end), strict=True):
        assert all(torch.equal(named[name], ended[name]) for name in named)
    assert len(grads) == len(same)
    for a, b in zip(grads, same, strict=True):
        assert torch.allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("backend", ["eager", "fused"])
def test_a_truncated_gradient_ends_at_the_cut_and_nothing_else_changes(backend: str) -> None:
    x = drive(12, 2, 3)
    leaf = x.clone().requires_grad_()
    lif = Leaky(0.9, backend=backend)
    spk, state = lif(leaf, truncate=4)
    assert torch.equal(spk, lif(x)[0]) and torch.equal(state["mem"], lif(x)[1]["mem"])
    (whole,) = torch.autograd.grad(state["mem"].sum(), leaf)
    assert whole[:8].abs().sum() == 0 and (whole[8:] > 0).all()


def test_pieces_of_the_gradient_are_those_of_separate_runs() -> None:
    x, lif = drive(12, 2, 3), Leaky(0.9)
    leaf = x.clone().requires_grad_()
    lif(leaf, truncate=5)[0].sum().backward()
    apart = x.clone().requires_grad_()
    state, total = None, torch.zeros(())
    for start in (0, 5, 10):
        spk, state = lif(apart[start : start + 5], state)
        state = {name: v.detach() for name, v in state.items()}
        total = total + spk.sum()
    total.backward()
    assert leaf.grad is not None and apart.grad is not None
    assert torch.allclose(leaf.grad, apart.grad)


def test_both_at_once() -> None:
    x = drive(12, 2, 6)
    _, _, cut = gradients(stack(), x, truncate=6)
    _, _, both = gradients(stack(), x, truncate=6, checkpoint=3)
    assert all(torch.allclose(a, b, rtol=1e-5, atol=1e-6) for a, b in zip(cut, both, strict=True))


def test_what_is_drawn_is_drawn_again() -> None:
    """Encoders draw the same spikes when a piece is computed again, and the generator ends where it would have."""
    results = []
    for steps in (None, 4):
        net, generator = Sequential(Rate(), stack()), torch.Generator().manual_seed(5)
        leaf = (drive(10, 2, 6) * 0.8).requires_grad_()
        out, _ = net(leaf, generator=generator, checkpoint=steps)
        out.sum().backward()
        results.append((out.detach(), generator.get_state(), [p.grad for p in net.parameters()]))
    (a, end, grads), (b, same_end, same) = results
    assert torch.equal(a, b) and torch.equal(end, same_end)
    assert all(torch.allclose(g, h, rtol=1e-5, atol=1e-6) for g, h in zip(grads, same, strict=True))


@pytest.mark.parametrize("backend", ["eager", "fused"])
def test_the_memory_kept_for_the_gradient_is_that_of_the_borders(backend: str) -> None:
    """Bytes that autograd keeps between forward and backward, beside the input: T/k states, not T of them."""

    def kept(steps: int, **how: Any) -> int:
        x, seen = drive(steps, 2, 50).requires_grad_(), dict[int, int]()

        def pack(t: Tensor) -> Tensor:
            if t.untyped_storage().data_ptr() != x.untyped_storage().data_ptr():
                seen[t.untyped_storage().data_ptr()] = t.untyped_storage().nbytes()
            return t

        with torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t):
            out, _ = Leaky(backend=backend)(x, **how)
        out.sum()
        return sum(seen.values())

    row = 2 * 50 * 4
    assert kept(100) >= 100 * row
    assert kept(100, checkpoint=10) <= 15 * row
    assert kept(400, checkpoint=20) <= 2.1 * kept(100, checkpoint=10) + 20 * row


def test_no_steps_no_pieces() -> None:
    out, state = stack()(drive(0, 2, 6), checkpoint=3)
    assert out.shape == (0, 2, 3) and list(state) == ["1", "3"]


def test_refusals() -> None:
    for given in ({"truncate": 0}, {"checkpoint": -2}, {"truncate": 2.5}, {"checkpoint": True}):
        with pytest.raises(KnobError, match=r"^Leaky: (truncate|checkpoint) must be a whole number of steps"):
            Leaky()(drive(5, 1, 1), **given)
    with pytest.raises(KnobError, match=r"^Leaky: of truncate=4 and checkpoint=3, one must be a multiple"):
        Leaky()(drive(5, 1, 1), truncate=4, checkpoint=3)
    with pytest.raises(WiringError, match=r"^Sequential: 0 \(Latency\) must see all steps at once; run it first"):
        Sequential(Latency(), nn.Linear(6, 2))(drive(5, 1, 6), checkpoint=2)


@pytest.mark.parametrize("graph", [False, True], ids=["stack", "graph"])
def test_statistics_are_gathered_once_where_a_piece_is_computed_again(graph: bool) -> None:
    def net() -> nn.Module:
        layers = {"fc": nn.Linear(6, 4, bias=False), "norm": BatchNormTT(4, time_steps=9), "lif": Leaky(0.9)}
        nn.init.constant_(layers["fc"].weight, 0.3)
        wires = (Wire("in.out", "fc.in"), Wire("fc.out", "norm.in"), Wire("norm.out", "lif.in"))
        return Network(layers, wires, ["in"], "lif.out") if graph else Sequential(*layers.values())

    whole, cut, x = net(), net(), drive(9, 3, 6)
    (out, _, grads), (other, _, same) = gradients(whole, x), gradients(cut, x, checkpoint=3)
    assert torch.equal(out, other)
    assert all(torch.allclose(a, b, rtol=1e-5, atol=1e-6) for a, b in zip(grads, same, strict=True))
    moved = dict(whole.named_buffers())
    assert all(torch.equal(buffer, moved[name]) for name, buffer in cut.named_buffers())


@pytest.mark.parametrize("norm", [nn.BatchNorm1d(6), BatchNorm(6)], ids=["torch", "ours"])
def test_a_normalisation_over_all_steps_is_refused_while_it_learns(norm: nn.Module) -> None:
    with pytest.raises(WiringError, match=r"^Sequential: 0 \(BatchNorm(1d)?\) must see all steps at once"):
        Sequential(norm, Leaky())(drive(4, 2, 6), checkpoint=2)
    net = Sequential(nn.BatchNorm1d(6), Leaky()).eval()  # then a sample stands by itself
    assert torch.equal(net(drive(4, 2, 6), checkpoint=2)[0], net(drive(4, 2, 6))[0])
