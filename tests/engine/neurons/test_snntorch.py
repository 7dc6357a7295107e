"""snnTorch 1.0.0's recorded runs on every backend: spikes and states bit for bit, gradients 1e-5 of the largest."""

import json
from collections import Counter
from pathlib import Path

import pytest
import torch

from workbench.engine.neurons import neurons
from workbench.engine.surrogates import SURROGATES, Surrogate

RECORDED = json.loads((Path(__file__).parents[2] / "golden" / "snntorch-1.0.0.json").read_text())["cases"]
OTHER_STATES = {"Synaptic": ["syn"], "RSynaptic": ["syn"], "Alpha": ["syn_exc", "syn_inh"]}


def surrogate(name: str) -> Surrogate:
    """The surrogate of "fast_sigmoid(25)" as the recording writes it."""
    name, _, numbers = name.partition("(")
    return SURROGATES[name](*(float(n) for n in numbers.rstrip(")").split(",") if n))


def title(case: dict) -> str:
    args = case["args"]
    return f"{case['cls']}-{args['reset_mechanism']}-{args.get('reset_delay', True)}-{case['surrogate']}"


def test_all_recorded_cases_are_there() -> None:
    kinds = {"Leaky": 12, "Synaptic": 12, "RLeaky": 6, "RSynaptic": 3, "Alpha": 3, "Lapicque": 3}
    assert Counter(case["cls"] for case in RECORDED) == kinds


@pytest.mark.parametrize("backend", ["eager", "fused"])
@pytest.mark.parametrize("case", RECORDED, ids=title)
def test_recorded_run(case: dict, backend: str) -> None:
    neuron = neurons()[case["cls"]](spike_grad=surrogate(case["surrogate"]), backend=backend, **case["args"])
    x = torch.tensor(case["x"], requires_grad=True)
    spk, trace = neuron.trace(x)
    assert torch.equal(spk, torch.tensor(case["spk"]).float())
    recorded = [case["mem"], *case["states"]]
    for name, values in zip(["mem", *OTHER_STATES.get(case["cls"], [])], recorded, strict=True):
        assert torch.equal(trace[name], torch.tensor(values)), name
    (spk.sum() + trace["mem"].pow(2).mean()).backward()
    for name, values in case["grad"].items():
        got = x.grad if name == "x" else neuron.get_parameter(name).grad
        want = torch.tensor(values)
        assert got is not None and got.shape == want.shape
        assert (got - want).abs().max() <= 1e-5 * want.abs().max(), name
