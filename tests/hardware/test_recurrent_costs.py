"""What weights inside a neuron cost: counted again from the record of the same run."""

import pytest
import torch

from workbench.design import Design
from workbench.hardware.costs import estimate
from workbench.run.playable import playable

torch.set_num_threads(1)
STEPS = 1000  # the second of model time that is counted


def driven(kind: str, shape: list[int], **params) -> Design:
    design = Design.new().with_(stimulus={"kind": "current", "amplitude": 0.6})
    return design.add("Input", shape=shape).add(kind, id="n", **params).wire("in.out", "n.in")


def recorded(design: Design, shape: list[int], state: str) -> torch.Tensor:
    """The states (T, *F) of that second."""
    network = playable(design)
    return network(torch.full((STEPS, 1, *shape), 0.6), record={"n": [state]})[2]["n"][state][:, 0]


def figures(design: Design) -> dict[str, float]:
    return {row.name: row.value for row in estimate(design) if row.layer == "n"}


def test_spikes_that_come_back_to_all_are_counted_at_every_target() -> None:
    design = driven("RLeaky", [5], all_to_all=True)
    fired = recorded(design, [5], "spk")
    assert 100 < fired.sum() < 5000
    found = figures(design)
    assert found["synaptic operations"] == 5 * fired[:-1].sum().item()
    assert found["parameters"] == 5 * 5 + 5 and "multiply-accumulates" not in found


def test_at_the_rim_of_an_image_a_window_reaches_fewer() -> None:
    design = driven("RLeaky", [1, 3, 3], all_to_all=True, kernel_size=3)
    fired = recorded(design, [1, 3, 3], "spk")[:-1, 0]
    reached = torch.tensor([[4.0, 6.0, 4.0], [6.0, 9.0, 6.0], [4.0, 6.0, 4.0]])
    assert fired.sum() > 100
    assert figures(design)["synaptic operations"] == (fired * reached).sum().item()


def test_values_are_multiplied_and_added_at_four_gates() -> None:
    design = driven("SLSTM", [3], hidden_size=4)
    mem = recorded(design, [3], "mem")
    counted = STEPS * 3 * 16 + 16 * (mem[:-1] != 0).sum().item()
    assert figures(design)["multiply-accumulates"] == counted
    assert figures(design)["state memory"] == 4 * 2 * 32


def test_one_to_one_has_no_synapses_of_its_own() -> None:
    assert "synaptic operations" not in figures(driven("RLeaky", [5]))


@pytest.mark.parametrize("kind", ["LinearLeaky", "LeakyParallel"])
def test_a_weighted_input_counts_like_a_linear(kind: str) -> None:
    width = {"LinearLeaky": "out_features", "LeakyParallel": "hidden_size"}[kind]
    assert figures(driven(kind, [3], **{width: 7}))["multiply-accumulates"] == STEPS * 3 * 7
