"""The layers' parts: the sizes they give, the sentence each refusal is told in, and that its buttons put it right."""

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from workbench.design import Design, DesignError
from workbench.design.build import build
from workbench.design.check import can_wire, check
from workbench.design.edit import apply
from workbench.design.parts import part
from workbench.design.shapes import shapes
from workbench.design.starters import templates
from workbench.run.weights import Weights

torch.set_num_threads(1)


def one(kind: str, arriving: tuple[int, ...], **params: Any) -> Design:
    """in → the part, called "it", under a current."""
    design = Design.new().add("Input", shape=arriving).with_(stimulus={"kind": "current"})
    return design.add(kind, id="it", **params).wire("in.out", "it.in")


@pytest.mark.parametrize(
    ("kind", "arriving", "params", "given"),
    [
        ("Conv2d", (3, 8, 8), {}, (8, 8, 8)),
        ("Conv2d", (3, 28, 28), {"out_channels": 12, "kernel_size": 5, "padding": 0}, (12, 24, 24)),
        ("Conv2d", (1, 8, 7), {"stride": 2}, (8, 4, 4)),
        ("Conv1d", (700, 50), {"kernel_size": 11, "stride": 3, "padding": 0}, (8, 14)),
        ("Conv2d", (4, 9, 9), {"dilation": 3, "groups": 2}, (8, 5, 5)),
        ("Conv1d", (6, 20), {"out_channels": 6, "groups": 6, "kernel_size": 4, "dilation": 2, "stride": 2}, (6, 8)),
        ("MaxPool2d", (12, 24, 24), {}, (12, 12, 12)),
        ("MaxPool2d", (2, 7, 7), {"kernel_size": 3, "padding": 1}, (2, 3, 3)),
        ("AvgPool1d", (4, 9), {"kernel_size": 4, "stride": 1, "padding": 2}, (4, 10)),
        ("MaxPool2d", (12, 7, 5), {}, (12, 3, 2)),
        ("AvgPool2d", (4, 8, 8), {"kernel_size": 4, "stride": 2}, (4, 3, 3)),
        ("MaxPool1d", (4, 9), {"kernel_size": 3}, (4, 3)),
        ("AvgPool1d", (4, 9), {}, (4, 4)),
        ("Reshape", (64,), {"shape": [1, 8, 8]}, (1, 8, 8)),
        ("Flatten", (8, 4, 4), {}, (128,)),
        ("BatchNorm", (8, 4, 4), {}, (8, 4, 4)),
        ("BatchNormTT", (5,), {}, (5,)),
        ("Dropout", (2, 3), {}, (2, 3)),
        ("OneToOne", (2, 3), {}, (2, 3)),
        ("Sparse", (50,), {"out_features": 7}, (7,)),
    ],
)
def test_sizes_are_inferred_and_come_true(kind: str, arriving: tuple, params: dict, given: tuple):
    design = one(kind, arriving, **params)
    assert shapes(design)["it"] == {"in": arriving, "out": given}
    assert check(design) == []
    network = build(design.with_(output="it.out"))
    out, _ = network(torch.rand(3, 2, *arriving), generator=torch.Generator())
    assert tuple(out.shape) == (3, 2, *given)


REFUSED = {
    "row into Conv2d": (
        one("Conv2d", (64,)),
        "in gives 64 values, it expects channels × height × width; put a Reshape to 1×8×8 between them.",
        ["Insert Reshape"],
    ),
    "image without channels into Conv2d": (
        one("Conv2d", (8, 6)),
        "in gives 8×6 = 48 values, it expects channels × height × width; put a Reshape to 1×8×6 between them.",
        ["Insert Reshape"],
    ),
    "image into Conv1d": (
        one("Conv1d", (3, 4, 5)),
        "in gives 3×4×5 = 60 values, it expects channels × length; put a Reshape to 3×20 between them.",
        ["Insert Reshape"],
    ),
    "row into a pool": (
        one("AvgPool2d", (6,)),
        "in gives 6 values, it expects channels × height × width; put a Reshape to 1×2×3 between them.",
        ["Insert Reshape"],
    ),
    "four axes into Conv2d": (
        one("Conv2d", (2, 3, 4, 4)),
        "in gives 2×3×4×4 = 96 values, it expects channels × height × width; put a Reshape to 6×4×4 between them.",
        ["Insert Reshape"],
    ),
    "window larger than the image": (
        one("Conv2d", (1, 8, 4), kernel_size=7),
        "in gives 1×8×4 = 32 values, it expects 5×5 or more in each channel; set kernel_size to 6 or less.",
        ["Set it.kernel_size to 6"],
    ),
    "window with gaps larger than the image": (
        one("Conv2d", (1, 8, 8), kernel_size=4, dilation=4),
        "in gives 1×8×8 = 64 values, it expects 11×11 or more in each channel; set kernel_size to 3 or less.",
        ["Set it.kernel_size to 3"],
    ),
    "channels that groups do not share": (
        one("Conv2d", (6, 8, 8), groups=4),
        "in gives 6×8×8 = 384 values, it expects a multiple of 4 channels; set groups to 2.",
        ["Set it.groups to 2"],
    ),
    "window larger than the row": (
        one("MaxPool1d", (2, 4), kernel_size=5),
        "in gives 2×4 = 8 values, it expects 5 or more in each channel; set kernel_size to 4 or less.",
        ["Set it.kernel_size to 4"],
    ),
    "other channels than declared": (
        one("Conv2d", (3, 8, 8), in_channels=1),
        "in gives 3×8×8 = 192 values, it expects 1 channel; set in_channels to 3 or leave it empty.",
        ["Set it.in_channels to 3", "Leave it.in_channels empty"],
    ),
    "image into Sparse": (
        one("Sparse", (8, 8)),
        "in gives 8×8 = 64 values, it expects a flat row; put a Flatten between them.",
        ["Insert Flatten"],
    ),
    "too many places for Sparse": (
        one("Sparse", (100_000,), out_features=2_000),
        "in gives 100,000 values, it expects 50,000 or fewer; set out_features to 1,000 or less.",
        ["Set it.out_features to 1,000"],
    ),
    "other number of values": (
        one("Reshape", (60,), shape=[8, 8]),
        "in gives 60 values, it expects 8×8 = 64 values; set shape to [60] or another with as many values.",
        ["Set it.shape to [60]", "Leave it.shape empty"],
    ),
    "other number of weights": (
        one("OneToOne", (3,), weight=[1, 2]),
        "in gives 3 values, it expects 2 (one weight for each); use one weight for all or write 3.",
        ["Set it.weight to 1", "Insert Linear 3→2"],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_told_with_its_numbers_and_every_button_helps(name: str):
    design, message, labels = REFUSED[name]
    (problem,) = [problem for problem in check(design) if problem.level == "error"]
    assert problem.message == message and len(message) <= 200
    assert [fix.label for fix in problem.fix] == labels
    with pytest.raises(DesignError) as refusal:
        build(design)
    assert str(refusal.value) == message
    for fix in problem.fix:
        assert [p for p in check(apply(design, fix.edits)) if p.level == "error"] == []


@pytest.mark.parametrize(
    ("kind", "params", "sentence"),
    [
        (
            "Conv2d",
            {"out_channels": 8, "groups": 3},
            "it.groups: must divide out_channels, 8, got 3; choose 1, or another number of channels.",
        ),
        (
            "Conv1d",
            {"in_channels": 6, "out_channels": 8, "groups": 4},
            "it.groups: must divide in_channels, 6, got 4; choose 2, or another number of channels.",
        ),
        (
            "AvgPool2d",
            {"padding": 2},
            "it.padding: must be at most half of kernel_size, 2, got 2; choose 1 or less, or a longer window.",
        ),
    ],
)
def test_numbers_that_cannot_stand_together_are_refused(kind: str, params: dict, sentence: str):
    with pytest.raises(DesignError) as refusal:
        one(kind, (6, 8, 8), **params)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("kind", "arriving", "params", "alike"),
    [
        (
            "Conv2d",
            (4, 9, 9),
            {"out_channels": 6, "kernel_size": 3, "stride": 2, "padding": 1, "dilation": 2, "groups": 2},
            lambda x, w: functional.conv2d(x, w["weight"], w["bias"], 2, 1, 2, 2),
        ),
        (
            "Conv1d",
            (6, 12),
            {"out_channels": 6, "kernel_size": 3, "padding": 0, "dilation": 3, "groups": 6, "bias": False},
            lambda x, w: functional.conv1d(x, w["weight"], None, 1, 0, 3, 6),
        ),
        ("MaxPool1d", (2, 9), {"kernel_size": 3, "padding": 1}, lambda x, w: functional.max_pool1d(x, 3, 3, 1)),
        ("MaxPool2d", (2, 9, 9), {"kernel_size": 2, "padding": 1}, lambda x, w: functional.max_pool2d(x, 2, 2, 1)),
        ("AvgPool1d", (2, 9), {"kernel_size": 4, "padding": 2}, lambda x, w: functional.avg_pool1d(x, 4, 4, 2)),
        (
            "AvgPool2d",
            (2, 9, 9),
            {"kernel_size": 3, "stride": 1, "padding": 1},
            lambda x, w: functional.avg_pool2d(x, 3, 1, 1),
        ),
    ],
)
def test_windows_give_what_torch_gives(kind: str, arriving: tuple, params: dict, alike: Any):
    design = one(kind, arriving, **params).with_(output="it.out")
    network = build(design)
    learned = dict(network.nodes["it"].named_parameters())
    x = torch.randn(3, 2, *arriving, generator=torch.Generator().manual_seed(0))
    out, _ = network(x)
    wanted = alike(x.flatten(0, 1), learned).unflatten(0, (3, 2))
    torch.testing.assert_close(out, wanted, rtol=1e-6, atol=1e-6)
    shapes_of = {name: tuple(value.shape) for name, value in learned.items()}
    assert part(kind).learned(design.values("it"), arriving) == shapes_of
    bound = learned["weight"][0].numel() ** -0.5 if learned else 1.0
    assert all(bool((value.abs() <= bound).all()) for value in learned.values())


def test_the_digits_row_reaches_a_convolution_with_one_button():
    design = Design.new().add("Input").add("Rate").wire("in.out", "rate.in").add("Conv2d")
    refusal = can_wire(design, "rate.out", "conv1.in")
    assert refusal is not None and refusal.fix[0].label == "Insert Reshape"
    mended = apply(design, refusal.fix[0].edits)
    assert shapes(mended)["conv1"] == {"in": (1, 8, 8), "out": (8, 8, 8)}


def test_what_gathers_over_all_steps_cannot_stand_in_a_loop():
    design = one("BatchNorm", (4,)).add("Sum", id="sum").add("Leaky", id="lif").unwire("in.out", "it.in")
    design = design.wire("in.out", "sum.in").wire("sum.out", "it.in").wire("it.out", "lif.in")
    design = design.wire("lif.out", "sum.in", delay=1)
    (problem,) = check(design)
    assert problem.message == "it needs a whole presentation at once and cannot stand in a loop; wire it outside."
    by_step = design.remove(["it"]).add("BatchNormTT", id="it").wire("sum.out", "it.in").wire("it.out", "lif.in")
    assert check(by_step) == []
    out, state = build(by_step)(torch.rand(5, 3, 4))
    assert out.shape == (5, 3, 4) and state["it"]["at"].tolist() == [5, 5, 5]


def test_statistics_of_each_step_follow_the_length_of_a_presentation():
    design = one("BatchNormTT", (4,))
    longer = design.with_(training={"steps": 40})
    assert Weights.initial(design).shapes["it"]["running_mean"] == (25, 4)
    assert Weights.initial(longer).shapes["it"] == {
        "running_mean": (40, 4),
        "running_var": (40, 4),
        "weight": (40, 4),
    }
    assert longer.live_changes(design) is None, "another length means other weights: the network is rebuilt"
    assert longer.with_(training={"lr": 0.5}).live_changes(longer) == {}
    assert build(longer)(torch.rand(40, 3, 4))[0].shape == (40, 3, 4)
    assert "time_steps" not in longer.dumps()


def test_a_sparse_pattern_belongs_to_the_design_and_its_weights_to_the_seed():
    design = one("Sparse", (50,), out_features=6)
    layers: list[Any] = [build(design).nodes["it"], build(design, seed=3).nodes["it"]]
    layers.append(build(design.set("it", pattern=1)).nodes["it"])
    first, reseeded, other = (layer.inputs for layer in layers)
    assert torch.equal(first, reseeded) and not torch.equal(first, other)
    assert not torch.equal(layers[0].weight, layers[1].weight)
    assert Weights.initial(design).shapes["it"] == {"bias": (6,), "weight": (6, 5)}


def test_the_picture_of_the_weights():
    def picture(design: Design) -> np.ndarray:
        weight = Weights.initial(design)["it"]["weight"]
        arriving = shapes(design)["it"]["in"]
        assert arriving is not None
        return part(design.node("it").kind).matrix(design.values("it"), arriving, weight)

    sparse = one("Sparse", (50,), out_features=6)
    assert np.array_equal(picture(sparse), build(sparse).nodes["it"].matrix().detach().numpy())  # type: ignore[operator]
    assert picture(one("Conv2d", (3, 8, 8))).shape == (8, 27)
    assert picture(one("OneToOne", (5,), weight=[1, 2, 3, 4, 5])).tolist() == [[1, 2, 3, 4, 5]]
    assert picture(one("OneToOne", (2, 3))).shape == (2, 3)
    assert picture(one("Linear", (5,), out_features=4)).shape == (4, 5)


def test_what_a_button_inserts_lies_on_nothing_else():
    design = templates()["digits"].add("Conv2d").add("Leaky", id="under", position=(500, 120))
    refusal = can_wire(design, "rate.out", "conv1.in")
    assert refusal is not None
    placed = {node.id: node.position for node in apply(design, refusal.fix[0].edits).nodes}
    x, y = placed.pop("shape1")
    assert all(abs(x - ox) >= 140 or abs(y - oy) >= 100 for ox, oy in placed.values())
