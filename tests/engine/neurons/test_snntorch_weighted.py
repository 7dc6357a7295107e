"""snnTorch 1.0.0's recorded runs of neurons with weights, or that it computes for all steps at once, on every backend.

What is sent is met exactly, states to 1e-6 and gradients to 1e-5 of each tensor's largest entry.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from workbench.engine.neurons import neurons
from workbench.engine.surrogates import atan, fast_sigmoid

torch.set_num_threads(1)
FILE = Path(__file__).parents[2] / "golden" / "weighted-neurons-snntorch-1.0.0.json"
CASES = json.loads(FILE.read_text())["cases"]
SURROGATES = {"atan(2.0)": atan(2.0), "fast_sigmoid(5)": fast_sigmoid(5)}


def title(case: dict) -> str:
    told = {k: v for k, v in case["args"].items() if not k.startswith("learn") and not k.endswith(("_size", "_dim"))}
    return f"{case['kind']}-{'-'.join(map(str, told.values()))}".replace(" ", "")


def built(case: dict, backend: str) -> Any:
    """The neuron of a case, with its weights."""
    args: dict[str, Any] = {k: torch.tensor(v) if isinstance(v, list) else v for k, v in case["args"].items()}
    neuron: Any = neurons()[case["kind"]](spike_grad=SURROGATES[case["surrogate"]], backend=backend, **args)
    for name, value in case["weights"].items():
        if name == "tau":
            continue
        if name == "rnn.weight_hh_l0" and "beta" in dict(neuron.state_dict()):
            if neuron.beta.ndim:  # without a beta given; snnTorch keeps it on the diagonal of a matrix
                neuron.set("beta", torch.tensor(value).diagonal())
            assert torch.equal(torch.tensor(value), neuron.beta.expand(len(value)).diag())
        else:
            place = dict(neuron.state_dict())[name]
            assert place.shape == torch.tensor(value).shape
            place.copy_(torch.tensor(value))
    return neuron


def recorded_gradient(case: dict, name: str) -> tuple[str, Tensor]:
    """Under which name we learn what snnTorch learns, and what our gradient must be."""
    value = torch.tensor(case["gradients"][name])
    if name == "tau":  # tau = 1/(1 - beta), so that dtau/dbeta = tau²
        return "beta", value * torch.tensor(case["weights"]["tau"]) ** 2
    if name == "rnn.weight_hh_l0" and not case["args"].get("weight_hh_enable"):
        beta = case["args"].get("beta")
        return "beta", value.diagonal().sum() if isinstance(beta, float) else value.diagonal()
    return name, value


def test_all_recorded_cases_are_there() -> None:
    kinds = {"RLeaky": 7, "RSynaptic": 4, "SLSTM": 4, "SConv2dLSTM": 4}
    kinds |= {"StateLeaky": 2, "LinearLeaky": 2, "LeakyParallel": 4, "AssociativeLeaky": 2}
    assert Counter(case["kind"] for case in CASES) == kinds


@pytest.mark.parametrize("backend", ["eager", "fused"])
@pytest.mark.parametrize("case", CASES, ids=title)
def test_recorded_run(case: dict, backend: str) -> None:
    neuron = built(case, backend)
    x = torch.tensor(case["x"], requires_grad=True)
    sent, trace = neuron.trace(x)
    if neuron.emits == "spk":
        assert torch.equal(sent, torch.tensor(case["sent"]))
    else:
        assert (sent - torch.tensor(case["sent"])).abs().max() <= 1e-6 * torch.tensor(case["sent"]).abs().max()
    for name, values in case["states"].items():
        want = torch.tensor(values)
        assert ((trace[name] - want).abs() / want.abs().clamp(min=1)).max() <= 1e-6, name
    (sent.sum() + (trace["mem"] if case["states"] else sent).pow(2).mean()).backward()
    for theirs in case["gradients"]:
        name, want = recorded_gradient(case, theirs)
        got = x.grad if name == "x" else neuron.get_parameter(name).grad
        assert got is not None and got.shape == want.shape, name
        assert (got - want).abs().max() <= 1e-5 * want.abs().max(), name
    learned = {recorded_gradient(case, name)[0] for name in case["gradients"]} - {"x"}
    assert learned == {name for name, value in neuron.named_parameters() if value.grad is not None}
