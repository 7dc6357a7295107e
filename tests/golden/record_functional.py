"""Record what snnTorch 1.0.0 makes of fixed inputs: surrogates, encoders, target codes, losses and accuracies.

Run with a Python that has torch and snntorch==1.0.0, from this folder; it writes functional-snntorch-1.0.0.json. Where
snnTorch fails or is wrong (see the tests), nothing is recorded: those values are derived in the tests themselves.
"""

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from snntorch import surrogate  # pyright: ignore[reportMissingImports]

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


def lines(recorded: dict[str, Any]) -> str:
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
    recorded = {"source": "snntorch 1.0.0", "torch": torch.__version__, "points": POINTS, "surrogates": surrogates()}
    place = Path(__file__).with_name("functional-snntorch-1.0.0.json")
    place.write_text(lines(recorded), encoding="utf-8")
