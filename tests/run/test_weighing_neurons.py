"""A drawn network of neurons with weights of their own: run, trained, saved, watched, evaluated and costed as one."""

from typing import Any

import numpy as np
import pytest
import torch

from workbench.design import Design
from workbench.design.starters import templates
from workbench.hardware.costs import estimate
from workbench.run.evaluate import evaluate
from workbench.run.simulation import Simulation
from workbench.run.training import Training
from workbench.run.weights import Weights

torch.set_num_threads(1)

LAYERS: dict[str, tuple[str, dict[str, Any]]] = {
    "matrix": ("RLeaky", {"all_to_all": True}),
    "matrix that is not learned": ("RSynaptic", {"all_to_all": True, "learn_recurrent": False}),
    "past": ("StateLeaky", {"threshold": 2.0}),
    "weighted past": ("LinearLeaky", {"out_features": 20}),
    "rectified": ("LeakyParallel", {"hidden_size": 20, "learn_beta": True, "threshold": 0.3}),
    "memories": ("AssociativeLeaky", {"d_value": 4, "d_key": 5, "threshold": 0.2}),
    "gates": ("SLSTM", {"hidden_size": 20}),
    "gates with one winner": ("SLSTM", {"hidden_size": 20, "inhibition": True, "threshold": 0.05}),
    "gates over images": ("SConv2dLSTM", {"out_channels": 2}),
    "window": ("RLeaky", {"all_to_all": True, "kernel_size": 5}),
}
IMAGES = ("gates over images", "window")


def drawn(name: str) -> Design:
    """digits → rate → (image →) the layer → Linear → Leaky, the answer."""
    kind, params = LAYERS[name]
    design = templates()["digits"].remove(["fc1", "hidden"]).add(kind, id="it", **params)
    before = "rate"
    if name in IMAGES:
        design = design.add("Reshape", id="image", shape=[1, 8, 8]).wire("rate.out", "image.in")
        design = design.add("Flatten", id="flat").wire("image.out", "it.in").wire("it.out", "flat.in")
        design = design.wire("flat.out", "fc2.in")
    else:
        design = design.wire(f"{before}.out", "it.in").wire("it.out", "fc2.in")
    return design.with_(
        probes=[{"node": "it", "state": "mem", "neurons": [0]}],
        training={**design.training, "epochs": 1, "steps": 8},
    )


@pytest.mark.parametrize("name", LAYERS)
def test_from_the_palette_to_the_costs(name: str, tmp_path: Any) -> None:
    design = drawn(name)
    assert design.check() == []
    assert Design.load(design.dumps()) == design
    training = Training(design)
    before = training.weights()
    first = training.batch()
    assert torch.isfinite(torch.tensor(first.loss))
    training.batch()
    weights = training.weights()
    for array, value in weights.get("it", {}).items():
        learned = design.values("it").get("learn_recurrent", True)
        assert (value != before["it"][array]).any() == learned, array
    weights.save(tmp_path / "weights.npz")
    assert Weights.load(tmp_path / "weights.npz") == weights

    # What is watched is what is evaluated, sample by sample and however it is cut.
    judged = evaluate(design, weights, "held_out", range(6))
    simulation = Simulation(design, weights)
    for index in range(6):
        simulation.step(1 + index)
        simulation.step(7 - index)
        seen: Any = simulation.presentation
        assert seen.index == index and np.array_equal(seen.votes, judged.votes[index])
        assert (seen.answer if seen.answer is not None else -1) == judged.answers[index]

    cost = {(row.name, row.layer): row.value for row in estimate(design, weights, samples=6)}
    assert cost["spikes", "it"] >= 0 and cost["neurons", "it"] > 0
    assert (cost.get(("synaptic operations", "it"), 0) > 0) == (name != "past")


def test_recurrent_weights_that_are_not_learned_are_kept_as_drawn() -> None:
    design = drawn("matrix that is not learned")
    training = Training(design)
    before = training.weights()
    training.batch()
    after = training.weights()
    assert "recurrent.weight" in before["it"]
    assert (before["it"]["recurrent.weight"] == after["it"]["recurrent.weight"]).all()
    assert {row.layer: row.value for row in estimate(design, samples=1) if row.name == "parameters"}.get("it", 0) == 0
