"""Record what snnTorch 1.0.0 makes of fixed inputs: surrogates, encoders, target codes, losses and accuracies.

Run with a Python that has torch and snntorch==1.0.0, from this folder; it writes functional-snntorch-1.0.0.json. Where
snnTorch fails or is wrong (see the tests), nothing is recorded: those values are derived in the tests themselves.
"""

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import snntorch.functional as sf  # pyright: ignore[reportMissingImports]
import torch
from snntorch import spikegen, surrogate  # pyright: ignore[reportMissingImports]

warnings.filterwarnings("ignore")
POINTS = [-8.0, -2.5, -1.0, -0.5, -0.02, 0.0, 0.02, 0.5, 1.0, 1.5, 2.5, 8.0]


def surrogates() -> dict[str, Any]:
    """dS/dx at POINTS, named by the call that makes the surrogate."""
    made: dict[str, tuple[str, dict[str, float], Callable]] = {}
    for name, numbers in (
        ("atan", {}),
        ("atan", {"alpha": 0.7}),
        ("fast_sigmoid", {}),
        ("fast_sigmoid", {"slope": 4.0}),
        ("sigmoid", {}),
        ("sigmoid", {"slope": 3.0}),
        ("straight_through_estimator", {}),
        ("triangular", {}),
        ("triangular", {"threshold": 0.4}),
        ("heaviside", {}),
        ("spike_rate_escape", {}),
        ("spike_rate_escape", {"beta": 2.0, "slope": 3.0}),
        ("SFS", {}),
        ("SFS", {"slope": 2.0, "B": -0.6}),
    ):
        label = f"{name}({', '.join(f'{k}={v}' for k, v in numbers.items())})"
        made[label] = name, numbers, getattr(surrogate, name)(**numbers)
    found = {}
    for label, (name, numbers, step) in made.items():
        x = torch.tensor(POINTS, requires_grad=True)
        spk = step(x)
        spk.sum().backward()
        assert x.grad is not None
        slopes = [None if value != value else value for value in x.grad.tolist()]  # sigmoid gives NaN far below
        found[label] = {"name": name, "numbers": numbers, "spikes": spk.tolist(), "slopes": slopes}
    return found


def outputs() -> dict[str, Any]:
    """What the losses are given: spikes of 4 outputs, of 6 outputs for 3 classes, membranes, classes and weights."""
    draw = torch.Generator().manual_seed(5)
    spk = (torch.rand(7, 3, 4, generator=draw) < 0.35).float()
    spk[:, 1, 2] = 0  # one that stays silent
    return {
        "spk": spk.tolist(),
        "population": (torch.rand(7, 3, 6, generator=draw) < 0.35).float().tolist(),
        "mem": torch.randn(7, 3, 4, generator=draw).mul(100).round().div(100).tolist(),
        "targets": [3, 2, 0],
        "population_targets": [2, 0, 1],
        "weight": [0.5, 1.0, 2.0, 4.0],
        "times": [[0.0, 3.0, 5.0, 6.0], [1.0, 1.0, 2.0, 0.0], [6.0, 5.0, 4.0, 3.0]],
    }


LOSSES: list[tuple[str, str, str, dict[str, Any]]] = [
    ("ce_rate_loss", "spk", "targets", {}),
    ("ce_rate_loss", "spk", "targets", {"reduction": "sum"}),
    ("ce_rate_loss", "spk", "targets", {"reduction": "none"}),
    ("ce_rate_loss", "spk", "targets", {"weight": True}),
    ("ce_rate_loss", "spk", "targets", {"weight": True, "reduction": "none"}),
    ("ce_count_loss", "spk", "targets", {}),
    ("ce_count_loss", "spk", "targets", {"reduction": "sum"}),
    ("ce_count_loss", "spk", "targets", {"reduction": "none"}),
    ("ce_count_loss", "spk", "targets", {"weight": True}),
    ("ce_count_loss", "population", "population_targets", {"population_code": True, "num_classes": 3}),
    ("ce_max_membrane_loss", "mem", "targets", {}),
    ("ce_max_membrane_loss", "mem", "targets", {"reduction": "sum"}),
    ("ce_max_membrane_loss", "mem", "targets", {"reduction": "none"}),
    ("ce_max_membrane_loss", "mem", "targets", {"weight": True}),
    ("mse_count_loss", "spk", "targets", {}),
    ("mse_count_loss", "spk", "targets", {"correct_rate": 0.8, "incorrect_rate": 0.2}),
    ("mse_count_loss", "spk", "targets", {"correct_rate": 0.8, "incorrect_rate": 0.2, "reduction": "sum"}),
    ("mse_count_loss", "spk", "targets", {"correct_rate": 0.8, "incorrect_rate": 0.2, "reduction": "none"}),
    (
        "mse_count_loss",
        "population",
        "population_targets",
        {"correct_rate": 0.8, "incorrect_rate": 0.2, "population_code": True, "num_classes": 3},
    ),
    ("mse_membrane_loss", "mem", "targets", {}),
    ("mse_membrane_loss", "mem", "targets", {"on_target": 1.5, "off_target": 0.25}),
    ("mse_membrane_loss", "mem", "targets", {"on_target": 0.25, "off_target": 1.5, "reduction": "sum"}),
    ("mse_membrane_loss", "mem", "targets", {"reduction": "none"}),
    ("mse_temporal_loss", "spk", "targets", {"on_target": 1, "off_target": 5}),
    ("mse_temporal_loss", "spk", "targets", {"on_target": 1, "off_target": 5, "reduction": "sum"}),
    ("mse_temporal_loss", "spk", "targets", {"on_target": 1, "off_target": 5, "reduction": "none"}),
    ("mse_temporal_loss", "spk", "targets", {"on_target": 1, "off_target": 5, "tolerance": 2}),
    ("mse_temporal_loss", "spk", "times", {"target_is_time": True}),
    ("mse_temporal_loss", "spk", "times", {"target_is_time": True, "tolerance": 3}),
    ("ce_temporal_loss", "spk", "targets", {}),
    ("ce_temporal_loss", "spk", "targets", {"inverse": "reciprocal"}),
    ("ce_temporal_loss", "spk", "targets", {"reduction": "sum"}),
    ("ce_temporal_loss", "spk", "targets", {"reduction": "none"}),
    ("ce_temporal_loss", "spk", "targets", {"weight": True}),
    ("ce_temporal_loss", "spk", "targets", {"weight": True, "reduction": "none"}),
]


def losses() -> dict[str, Any]:
    """Value of each loss, and the gradient of its sum at what it judges."""
    given, found = outputs(), {}
    for name, out_key, targets_key, settings in LOSSES:
        called = {k: torch.tensor(given["weight"]) if k == "weight" else v for k, v in settings.items()}
        out, targets = torch.tensor(given[out_key], requires_grad=True), torch.tensor(given[targets_key])
        value = getattr(sf, name)(**called)(out, targets)
        value.sum().backward()
        assert out.grad is not None
        case = {"name": name, "out": out_key, "targets": targets_key, "settings": settings}
        case |= {"value": value.detach().squeeze().tolist(), "gradient": out.grad.tolist()}
        found[f"{name}({', '.join(f'{k}={v}' for k, v in settings.items())})"] = case
    return found


def accuracies() -> dict[str, Any]:
    """Accuracies of the same outputs, and the L1 penalty."""
    given = {key: torch.tensor(value) for key, value in outputs().items()}
    return {
        "accuracy_rate": float(sf.acc.accuracy_rate(given["spk"], given["targets"])),
        "accuracy_rate of populations": float(
            sf.acc.accuracy_rate(given["population"], given["population_targets"], population_code=True, num_classes=3)
        ),
        "accuracy_temporal": float(sf.acc.accuracy_temporal(given["spk"], given["targets"])),
        "l1_rate_sparsity": float(sf.reg.l1_rate_sparsity(Lambda=0.01)(given["spk"])),
    }


VALUES = [0.0, 0.005, 0.02, 0.05, 0.3, 0.5, 0.77, 1.0]  # one sample: snnTorch normalises over the whole batch
CHANGES = [1.0, 2.0, 2.9, 3.0, 3.9, 2.5, 2.5, 0.0]

CODES: list[tuple[str, list[float], dict[str, Any]]] = [
    ("latency", VALUES, {"num_steps": 9, "normalize": True, "linear": True}),
    ("latency", VALUES, {"num_steps": 9, "normalize": True}),
    ("latency", VALUES, {"num_steps": 9, "normalize": True, "clip": True}),
    ("latency", VALUES, {"num_steps": 40, "tau": 3.0}),
    ("latency", VALUES, {"num_steps": 9, "tau": 3.0, "bypass": True}),
    ("latency", VALUES, {"tau": 3.0, "bypass": True}),
    ("latency", VALUES, {"num_steps": 9, "tau": 7.0, "linear": True}),
    ("latency", VALUES, {"num_steps": 9, "normalize": True, "first_spike_time": 3}),
    ("latency", VALUES, {"num_steps": 9, "normalize": True, "linear": True, "first_spike_time": 3, "clip": True}),
    ("latency", VALUES, {"num_steps": 9, "normalize": True, "linear": True, "threshold": 0.2}),
    ("latency", VALUES, {"num_steps": 9, "normalize": True, "linear": True, "on_target": 1.25, "off_target": 0.25}),
    ("latency", VALUES, {"num_steps": 9, "normalize": True, "linear": True, "interpolate": True}),
    (
        "latency",
        VALUES,
        {"num_steps": 9, "normalize": True, "interpolate": True, "on_target": 1.25, "off_target": 0.25},
    ),
    ("latency_code_log", VALUES, {"num_steps": 9, "tau": 2.5}),
    ("latency_code_log", VALUES, {"num_steps": 9, "normalize": True, "first_spike_time": 2}),
    ("latency_code_linear", VALUES, {"num_steps": 9, "tau": 2.5, "first_spike_time": 1}),
    ("delta", CHANGES, {"threshold": 1}),
    ("delta", CHANGES, {"threshold": 1, "padding": True}),
    ("delta", CHANGES, {"threshold": 1, "off_spike": True}),
    ("delta", CHANGES, {"threshold": 0.4, "padding": True, "off_spike": True}),
    ("to_one_hot", [2, 0, 3], {"num_classes": 4}),
    ("targets_rate", [2, 0, 3], {"num_classes": 4}),
    ("targets_rate", [2, 0, 3], {"num_classes": 4, "on_target": 1.2, "off_target": 0.5}),
    ("targets_rate", [2, 0, 3], {"num_classes": 4, "on_target": 0.1, "off_target": 0.5}),
    ("targets_rate", [2, 0, 3], {"num_classes": 4, "num_steps": 5, "first_spike_time": 2}),
    (
        "targets_rate",
        [2, 0, 3],
        {"num_classes": 4, "num_steps": 5, "first_spike_time": 2, "on_target": 1.2, "off_target": 0.5},
    ),
    ("targets_latency", [2, 0, 3], {"num_classes": 4, "num_steps": 5, "normalize": True}),
    ("targets_latency", [2, 0, 3], {"num_classes": 4, "num_steps": 5, "normalize": True, "interpolate": True}),
    ("targets_latency", [2, 0, 3], {"num_classes": 4, "num_steps": 6, "normalize": True, "clip": True}),
    ("rate_interpolate", [0, 4], {"num_steps": 5}),
    ("rate_interpolate", [0, 4], {"num_steps": 5, "on_target": 1.25, "off_target": 0.25}),
    ("rate_interpolate", [2, 3, 7], {"num_steps": 10, "on_target": 2.0}),
    ("latency_interpolate", [0.0, 4.0, 2.0], {"num_steps": 5}),
    ("latency_interpolate", [1.0, 4.0, 2.0], {"num_steps": 6, "on_target": 1.25, "off_target": 0.25}),
]


def codes() -> dict[str, Any]:
    """Encoders and target codes."""
    found = {}
    for name, data, settings in CODES:
        value = getattr(spikegen, name)(torch.tensor(data), **settings)
        label = f"{name}({', '.join(f'{k}={v}' for k, v in settings.items())})"
        found[label] = {"name": name, "data": data, "settings": settings, "value": value.tolist()}
    for settings in ({"rate": 1}, {"rate": 0.3}, {"rate": 0.3, "first_spike_time": 3}, {"rate": 0.7}, {"rate": 0}):
        spikes, times = spikegen.target_rate_code(num_steps=12, **settings)
        label = f"target_rate_code({', '.join(f'{k}={v}' for k, v in settings.items())})"
        value = {"spikes": spikes.tolist(), "times": times.tolist()}
        found[label] = {"name": "target_rate_code", "data": 12, "settings": settings, "value": value}
    return found


def short(value: Any) -> Any:
    """Numbers with the nine digits that tell every float32 apart."""
    if isinstance(value, dict):
        return {key: short(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [short(entry) for entry in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


def written(recorded: dict[str, Any]) -> str:
    """JSON with one case a line."""
    rows = []
    for key, value in recorded.items():
        if isinstance(value, dict):
            inner = ",\n".join(f"  {json.dumps(name)}: {json.dumps(case)}" for name, case in value.items())
            rows.append(f" {json.dumps(key)}: {{\n{inner}\n }}")
        else:
            rows.append(f" {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(rows) + "\n}\n"


if __name__ == "__main__":
    recorded = {"source": "snntorch 1.0.0", "torch": torch.__version__, "points": POINTS}
    recorded |= {"surrogates": surrogates(), "outputs": outputs(), "losses": losses(), "accuracies": accuracies()}
    recorded |= {"codes": codes()}
    place = Path(__file__).with_name("functional-snntorch-1.0.0.json")
    place.write_text(written(short(recorded)), encoding="utf-8")
