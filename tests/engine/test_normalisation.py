"""Batch normalisation against torch's own layers, and what makes it fit for time: pieces, loops, statistics."""

import copy
import re
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from workbench.engine.connections import Sum
from workbench.engine.errors import KnobError, ShapeError, WiringError
from workbench.engine.graph_network import Network
from workbench.engine.layers import learned
from workbench.engine.network import Sequential
from workbench.engine.neurons.leaky import Leaky
from workbench.engine.normalisation import BatchNorm, BatchNormTT, BatchNormTT1d, BatchNormTT2d
from workbench.engine.wire import Wire

SHAPES = [(6, 4, 3), (6, 4, 3, 5), (6, 4, 3, 5, 2)]


def drive(shape: tuple[int, ...], seed: int = 1) -> Tensor:
    return 3 * torch.rand(shape, generator=torch.Generator().manual_seed(seed)) - 1


def per_step(kind: Any, channels: int, steps: int, **given: Any) -> nn.ModuleList:
    """What snnTorch 1.0.0's BatchNormTT1d and 2d build: one torch layer for each step, its bias taken away."""
    layers = nn.ModuleList(kind(channels, **given) for _ in range(steps))
    for layer in layers:
        layer.register_parameter("bias", None)
    return layers


@pytest.mark.parametrize("shape", SHAPES)
def test_folded_it_is_torchs_own_layer(shape: tuple[int, ...]) -> None:
    ours, theirs = BatchNorm(3), (nn.BatchNorm2d(3) if len(shape) == 5 else nn.BatchNorm1d(3))
    for seed in range(3):
        x = drive(shape, seed).requires_grad_()
        (out, _), z = ours(x), theirs((again := x.detach().clone().requires_grad_()).flatten(0, 1))
        assert torch.allclose(out, z.unflatten(0, shape[:2]), atol=1e-6)
        (out * drive(shape, 9)).sum().backward()
        (z.unflatten(0, shape[:2]) * drive(shape, 9)).sum().backward()
        assert x.grad is not None and again.grad is not None and torch.allclose(x.grad, again.grad, atol=1e-6)
    assert torch.allclose(ours.running_mean, theirs.get_buffer("running_mean"))
    assert torch.allclose(ours.running_var, theirs.get_buffer("running_var"))
    ours.eval()
    theirs.eval()
    x = drive(shape)
    assert torch.allclose(ours(x)[0], theirs(x.flatten(0, 1)).unflatten(0, shape[:2]), atol=1e-6)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("affine", [True, False])
def test_through_time_it_is_a_layer_of_torchs_for_each_step(shape: tuple[int, ...], affine: bool) -> None:
    ours: Any = (BatchNormTT2d if len(shape) == 5 else BatchNormTT1d)(3, 6, momentum=0.3, affine=affine)
    theirs: Any = per_step(nn.BatchNorm2d if len(shape) == 5 else nn.BatchNorm1d, 3, 6, momentum=0.3, affine=affine)
    if affine:
        with torch.no_grad():
            ours.weight.copy_(drive((6, 3), 5))
            for layer, row in zip(theirs, ours.weight, strict=True):
                layer.weight.copy_(row)
    for seed in range(3):
        x = drive(shape, seed)
        out, state = ours(x)
        assert torch.allclose(out, torch.stack([layer(row) for layer, row in zip(theirs, x, strict=True)]), atol=1e-5)
        assert state["at"].tolist() == [6] * 4
    assert torch.allclose(ours.running_mean, torch.stack([layer.running_mean for layer in theirs]), atol=1e-6)
    assert torch.allclose(ours.running_var, torch.stack([layer.running_var for layer in theirs]), atol=1e-6)
    ours.eval()
    theirs.eval()
    x = drive(shape)
    assert torch.allclose(
        ours(x)[0], torch.stack([layer(row) for layer, row in zip(theirs, x, strict=True)]), atol=1e-5
    )


@pytest.mark.parametrize("build", [lambda: BatchNorm(3), lambda: BatchNormTT(3, 5)])
def test_gradients_are_those_of_finite_differences(build: Any) -> None:
    layer = build().double()
    x = drive((5, 4, 3, 2)).double().requires_grad_()
    parameters = [p.detach().clone().requires_grad_() for p in layer.parameters()]
    names = [name for name, _ in layer.named_parameters()]

    def run(x: Tensor, *values: Tensor) -> Tensor:
        fresh = copy.deepcopy(layer)  # what the running values do is no part of the function
        return torch.func.functional_call(fresh, dict(zip(names, values, strict=True)), (x,))[0]

    assert torch.autograd.gradcheck(run, (x, *parameters))


def test_cut_into_pieces_through_time_is_one_run() -> None:
    whole, cut = (Sequential(BatchNormTT(3, 6), Leaky(0.9)) for _ in range(2))
    x = drive((6, 4, 3))
    for train in (True, False):
        whole.train(train)
        cut.train(train)
        out, end = whole(x)
        first, middle = cut(x[:2])
        second, last = cut(x[2:], middle)
        assert torch.equal(torch.cat((first, second)), out) and torch.equal(last["0"]["at"], end["0"]["at"])
        for name, value in whole.state_dict().items():
            assert torch.equal(value, cut.state_dict()[name]), name


def test_after_eval_nothing_moves_and_a_sample_depends_on_itself_alone() -> None:
    for layer in (BatchNorm(3), BatchNormTT(3, 6)):
        layer(drive((6, 4, 3)))
        layer.eval()
        before, x = copy.deepcopy(layer.state_dict()), drive((6, 4, 3), 7)
        together = layer(x)[0]
        alone = torch.cat([layer(x[:, b : b + 1])[0] for b in range(4)], 1)
        assert torch.equal(together, alone)
        assert all(torch.equal(value, layer.state_dict()[name]) for name, value in before.items())


def test_steps_beyond_the_last_use_its_statistics_and_are_not_trained_on() -> None:
    layer = BatchNormTT(3, 4)
    with pytest.raises(ShapeError, match=r"of 4 steps, training reaches step 5; build it with time_steps=5$"):
        layer(drive((5, 4, 3)))
    layer(drive((4, 4, 3)))
    layer.eval()
    x = drive((1, 4, 3)).expand(7, -1, -1)
    out, _ = layer(x)
    assert torch.equal(out[3:], out[3].expand(4, -1, -1)) and not torch.equal(out[2], out[3])


def test_in_a_loop_every_step_has_its_own_statistics() -> None:
    modules = {"sum": Sum(), "norm": BatchNormTT(3, 6), "lif": Leaky(0.9), "back": nn.Identity()}
    wires = [
        Wire("in.out", "sum.in"),
        Wire("sum.out", "norm.in"),
        Wire("norm.out", "lif.in"),
        Wire("lif.out", "back.in", 1),
        Wire("back.out", "sum.in"),
    ]
    net, x = Network(modules, wires, ["in"], "lif.out"), drive((6, 4, 3))
    out, state = net(x)
    assert state["norm"]["at"].tolist() == [6] * 4 and out.any()
    assert (net.nodes["norm"].running_mean != 0).all()  # type: ignore[operator]
    with pytest.raises(WiringError, match=r"^Network: norm must see all steps at once and cannot stand in a loop$"):
        Network(modules | {"norm": BatchNorm(3)}, wires, ["in"], "lif.out")


def test_statistics_are_part_of_what_is_learned() -> None:
    net = Sequential(nn.Linear(3, 3), BatchNormTT(3, 2))
    assert set(learned(net)) == {
        "0.weight", "0.bias", "1.weight", "1.running_mean", "1.running_var"
    }  # fmt: skip
    assert set(learned(Leaky(0.9))) == set() and set(learned(Leaky(0.9, learn_beta=True))) == {"beta"}


@pytest.mark.parametrize("layer", [BatchNorm(3), BatchNormTT(3, 6)])
@pytest.mark.parametrize("train", [True, False])
def test_no_steps_and_no_samples(layer: nn.Module, train: bool) -> None:
    layer.train(train)
    assert layer(torch.zeros(0, 4, 3))[0].shape == (0, 4, 3)
    assert layer(torch.zeros(2, 0, 3))[0].shape == (2, 0, 3)


@pytest.mark.parametrize(
    ("layer", "x", "sentence"),
    [
        (BatchNorm(3), torch.zeros(2, 4, 5), "BatchNorm: x must be (T, B, 3, …), got (2, 4, 5)"),
        (BatchNormTT(3, 6), torch.zeros(4, 3), "BatchNormTT: x must be (T, B, 3, …), got (4, 3)"),
        (BatchNormTT2d(3, 6), torch.zeros(2, 4, 3), "BatchNormTT2d: x must be (T, B, C, H, W), got (2, 4, 3)"),
        (
            BatchNormTT1d(3, 6),
            torch.zeros(2, 4, 3, 2, 2),
            "BatchNormTT1d: x must be (T, B, C) or (T, B, C, L), got (2, 4, 3, 2, 2)",
        ),
        (
            BatchNorm(3),
            torch.zeros(2, 4, 3, dtype=torch.int64),
            "BatchNorm: x must hold real numbers, got whole ones; call x.float() first",
        ),
        (
            BatchNormTT(3, 6),
            torch.zeros(5, 1, 3),
            "BatchNormTT: one value has no variance; give it 2 or more samples and positions in a step to train on, "
            "or call .eval()",
        ),
        (
            BatchNorm(3),
            torch.zeros(1, 1, 3),
            "BatchNorm: one value has no variance; give it 2 or more steps, samples and positions to train on, "
            "or call .eval()",
        ),
    ],
)
def test_what_does_not_fit_is_refused(layer: nn.Module, x: Tensor, sentence: str) -> None:
    with pytest.raises(ShapeError, match=f"^{re.escape(sentence)}$"):
        layer(x)


def test_bad_parameters_are_refused() -> None:
    with pytest.raises(KnobError, match=r"^BatchNorm\.eps: must be above 0, got 0$"):
        BatchNorm(3, eps=0)
    with pytest.raises(KnobError, match=r"^BatchNormTT\.time_steps: must be 1 or more, got 0$"):
        BatchNormTT(3, 0)
