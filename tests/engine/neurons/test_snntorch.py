"""snnTorch 1.0.0's recorded runs on every backend: spikes exactly, gradients to 1e-5 of the largest entry.

States are equal bit for bit; to 1e-6 where a logarithm is in them, whose last bit is the machine's own.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from workbench.engine.neurons import neurons
from workbench.engine.neurons.base import Neuron
from workbench.engine.quantisation import state_quant
from workbench.engine.surrogates import SURROGATES, Surrogate

GOLDEN = Path(__file__).parents[2] / "golden"
FIRST = json.loads((GOLDEN / "snntorch-1.0.0.json").read_text())["cases"]
SECOND = json.loads((GOLDEN / "neurons-snntorch-1.0.0.json").read_text())["cases"]
OTHER_STATES = {"Synaptic": ["syn"], "RSynaptic": ["syn"], "Alpha": ["syn_exc", "syn_inh"]}

every_backend = pytest.mark.parametrize("backend", ["eager", "fused"])


def surrogate(name: str) -> Surrogate:
    """The surrogate of "fast_sigmoid(25)" as the recording writes it."""
    name, _, numbers = name.partition("(")
    return SURROGATES[name](*(float(n) for n in numbers.rstrip(")").split(",") if n))


def title(case: dict) -> str:
    return "-".join([case["cls"], *(f"{k}={v}" for k, v in case["args"].items() if not k.startswith("learn_"))])


def test_all_recorded_cases_are_there() -> None:
    kinds = {"Leaky": 12, "Synaptic": 12, "RLeaky": 6, "RSynaptic": 3, "Alpha": 3, "Lapicque": 3}
    assert Counter(case["cls"] for case in FIRST) == kinds
    assert len(SECOND) == 33 and {case["cls"] for case in SECOND} == {*kinds, "DeltaLeaky"}


@every_backend
@pytest.mark.parametrize("case", FIRST, ids=title)
def test_recorded_run(case: dict, backend: str) -> None:
    neuron = neurons()[case["cls"]](spike_grad=surrogate(case["surrogate"]), backend=backend, **case["args"])
    x, spk, trace = run(neuron, case["x"])
    assert torch.equal(spk, torch.tensor(case["spk"]).float())
    recorded = [case["mem"], *case["states"]]
    for name, values in zip(["mem", *OTHER_STATES.get(case["cls"], [])], recorded, strict=True):
        compare_states(neuron, name, trace[name], torch.tensor(values))
    compare_gradients(neuron, x, case["grad"])


@pytest.mark.parametrize(
    ("case", "backend"),
    # What looks at a whole layer, or at levels, is run step by step in torch.
    [
        (c, b)
        for c in SECOND
        for b in ("eager", "fused")
        if b == "eager" or not {"inhibition", "state_quant"} & {*c["args"]}
    ],
    ids=lambda v: v if isinstance(v, str) else title(v),
)
def test_recorded_run_with_more(case: dict, backend: str) -> None:
    args: dict[str, Any] = {name: value for name, value in case["args"].items() if name != "features"}
    if "state_quant" in args:
        args["state_quant"] = state_quant(**args["state_quant"])
    neuron = neurons()[case["cls"]](spike_grad=surrogate("fast_sigmoid(5)"), backend=backend, **args)
    x, spk, trace = run(neuron, case["x"])
    assert torch.equal(spk, torch.tensor(case["spk"]))
    for name, values in case["states"].items():
        compare_states(neuron, name, trace[name], torch.tensor(values))
    compare_gradients(neuron, x, case["grad"])


def run(neuron: Neuron, values: Any) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
    """A run, with the loss of the recordings behind it."""
    x = torch.tensor(values, requires_grad=True)
    spk, trace = neuron.trace(x)
    (spk.sum() + trace["mem"].pow(2).mean()).backward()
    return x, spk, trace


def compare_states(neuron: Neuron, name: str, got: Tensor, want: Tensor) -> None:
    if "log" not in neuron.text:
        assert torch.equal(got, want), name
    assert ((got - want).abs() / want.abs().clamp(min=1)).max() <= 1e-6, name


def compare_gradients(neuron: Neuron, x: Tensor, recorded: dict[str, Any]) -> None:
    for name, values in recorded.items():
        got = x.grad if name == "x" else neuron.get_parameter(name).grad
        want = torch.tensor(values)
        assert got is not None and got.shape == want.shape
        assert (got - want).abs().max() <= 1e-5 * want.abs().max(), name
