"""Record runs of snnTorch 1.0.0's elementwise neurons with what snntorch-1.0.0.json leaves out.

Run with a Python that has torch and snntorch==1.0.0, from this folder; it writes neurons-snntorch-1.0.0.json:
inhibition, quantised states, graded spikes, circuits given by beta, knobs per neuron and per channel, DeltaLeaky.
Inputs are drawn until no spike and no level hangs on a rounding. Where snnTorch fails (see the tests) nothing is
recorded.
"""

import json
import warnings
from pathlib import Path
from typing import Any

import snntorch as snn  # pyright: ignore[reportMissingImports]
import torch
from snntorch import surrogate  # pyright: ignore[reportMissingImports]
from snntorch.functional import quant  # pyright: ignore[reportMissingImports]
from torch import Tensor

warnings.filterwarnings("ignore")
T, B = 16, 2
STATES = {
    "Leaky": ["mem"],
    "Lapicque": ["mem"],
    "Synaptic": ["syn", "mem"],
    "Alpha": ["syn_exc", "syn_inh", "mem"],
    "RLeaky": ["spk", "mem"],
    "RSynaptic": ["spk", "syn", "mem"],
    "DeltaLeaky": ["mem"],
}
LEARN = {"learn_beta": True, "learn_threshold": True}
EVEN = {"num_bits": 3, "threshold": 1.5}
TOWARDS_THRESHOLD = {"num_bits": 4, "uniform": False, "lower_limit": 0.2}
TOWARDS_ZERO = {"num_bits": 4, "uniform": False, "thr_centered": False, "multiplier": 0.8, "upper_limit": 0.5}
CHANNELS = [[[0.5]], [[0.9]]]

CASES: list[tuple[str, dict[str, Any]]] = [
    *(
        ("Leaky", {"beta": 0.9, "inhibition": True, "reset_mechanism": reset, "reset_delay": delay, **LEARN})
        for reset in ("subtract", "zero")
        for delay in (True, False)
    ),
    ("Leaky", {"beta": 0.9, "inhibition": True, "graded_spikes_factor": 0.5, "reset_delay": False, **LEARN}),
    *(
        ("Leaky", {"beta": 0.9, "state_quant": levels, "reset_delay": delay, **LEARN})
        for levels in (EVEN, TOWARDS_THRESHOLD, TOWARDS_ZERO)
        for delay in (True, False)
    ),
    ("Leaky", {"beta": 0.9, "state_quant": EVEN, "inhibition": True, "reset_mechanism": "zero", **LEARN}),
    *(
        (
            "Leaky",
            {
                "beta": 0.8,
                "graded_spikes_factor": 0.5,
                "learn_graded_spikes_factor": True,
                "reset_delay": delay,
                **LEARN,
            },
        )
        for delay in (True, False)
    ),
    ("Leaky", {"beta": [0.9, 0.5, 1.2], "threshold": [0.5, 1.0, 1.5], **LEARN}),
    ("Leaky", {"beta": CHANNELS, "reset_mechanism": "zero", "features": [2, 2, 2], **LEARN}),
    ("Synaptic", {"alpha": 0.7, "beta": 0.8, "inhibition": True, "learn_alpha": True, **LEARN}),
    (
        "Synaptic",
        {"alpha": 0.7, "beta": 0.8, "state_quant": EVEN, "reset_mechanism": "zero", "reset_delay": False, **LEARN},
    ),
    ("Alpha", {"alpha": [0.9, 0.8, 0.7], "beta": [0.8, 0.5, 0.6], "threshold": 0.5, **LEARN}),
    (
        "Alpha",
        {"alpha": 0.9, "beta": 0.8, "threshold": 0.5, "inhibition": True, "reset_mechanism": "subtract", **LEARN},
    ),
    ("Alpha", {"alpha": 0.9, "beta": 0.8, "threshold": 0.5, "state_quant": EVEN, "reset_mechanism": "subtract"}),
    ("Lapicque", {"beta": 0.5, "threshold": 0.4, **LEARN}),
    ("Lapicque", {"beta": 0.7, "threshold": 0.3, "reset_mechanism": "zero", **LEARN}),
    ("Lapicque", {"beta": 0.5, "R": 2.0, "threshold": 0.4, "reset_mechanism": "zero", "learn_threshold": True}),
    ("Lapicque", {"beta": 0.5, "C": 2.0, "threshold": 0.3, "reset_mechanism": "none", "learn_threshold": True}),
    ("Lapicque", {"R": 3.0, "C": 1.5, "time_step": 0.5, "learn_threshold": True}),
    ("Lapicque", {"R": 2.0, "C": 1.0, "threshold": 0.5, "inhibition": True, "state_quant": EVEN}),
    ("RLeaky", {"beta": 0.9, "V": [0.4, -0.5, 1.0], "all_to_all": False, "inhibition": True, **LEARN}),
    ("RLeaky", {"beta": 0.9, "V": 0.5, "all_to_all": False, "state_quant": EVEN, "learn_recurrent": False, **LEARN}),
    (
        "RSynaptic",
        {"alpha": 0.6, "beta": 0.7, "V": -0.4, "all_to_all": False, "inhibition": True, "learn_alpha": True, **LEARN},
    ),
    ("RSynaptic", {"alpha": 0.6, "beta": 0.7, "V": 0.3, "all_to_all": False, "state_quant": EVEN, **LEARN}),
    ("DeltaLeaky", {"delta_threshold": 0.5, "beta": 0.9, "learn_beta": True}),
    ("DeltaLeaky", {"delta_threshold": 0.3, "beta": 1.1, "learn_beta": True}),
]


def tensors(args: dict[str, Any]) -> dict[str, Any]:
    """Arguments as snnTorch takes them."""
    given: dict[str, Any] = {k: torch.tensor(v) if isinstance(v, list) else v for k, v in args.items()}
    given.pop("features", None)
    if "state_quant" in given:
        given["state_quant"] = quant.state_quant(**given["state_quant"])
    if isinstance(given.get("beta"), float) and "learn_beta" in given:
        given["beta"] = torch.tensor(given["beta"])
    return given


def run(kind: str, args: dict[str, Any], x: Tensor) -> tuple[Any, Tensor, dict[str, Tensor]]:
    """The layer, its spikes and its states over time."""
    layer = getattr(snn, kind)(spike_grad=surrogate.fast_sigmoid(5), **tensors(args))
    state: list[Any] = [torch.zeros_like(x[0]) for _ in STATES[kind]]
    rows: dict[str, list[Tensor]] = {name: [] for name in ("spk", *STATES[kind])}
    for row in x:
        if kind == "DeltaLeaky":
            spk, pair = layer(row, (state[0], None))
            state = [pair[0]]
        else:
            spk, *state = layer(row, *state)
            if kind in ("RLeaky", "RSynaptic"):  # its spikes are the first of its states
                state = [spk, *state]
        for name, value in {**dict(zip(STATES[kind], state, strict=True)), "spk": spk}.items():
            rows[name].append(value)
    traces = {name: torch.stack(values) for name, values in rows.items()}
    return layer, traces.pop("spk"), traces


def case(kind: str, args: dict[str, Any], seed: int) -> dict[str, Any]:
    """One recorded run whose spikes and states do not hang on the last bits of its input."""
    generator = torch.Generator().manual_seed(seed)
    while True:
        drawn = 0.5 + 0.6 * torch.randn(T, B, *args.get("features", [3]), generator=generator)
        near = [run(kind, args, drawn + shift) for shift in (0.0, 1e-5, -1e-5)]
        same = all(torch.equal(near[0][1], other[1]) for other in near)
        small = all((near[0][2][n] - other[2][n]).abs().max() < 1e-2 for other in near for n in near[0][2])
        if same and small and 0.05 < (near[0][1] != 0).float().mean() < 0.9:
            break
    x = drawn.clone().requires_grad_()
    layer, spk, traces = run(kind, args, x)
    (spk.sum() + traces["mem"].pow(2).mean()).backward()
    grads = {"x": x.grad} | {name: value.grad for name, value in layer.named_parameters()}
    return {
        "cls": kind,
        "args": args,
        "x": listed(x),
        "spk": listed(spk),
        "states": {name: listed(value) for name, value in traces.items()},
        "grad": {name: listed(value) for name, value in grads.items() if value is not None},
    }


def listed(value: Tensor) -> Any:
    """Nested lists with as many digits as float32 has."""
    if value.ndim:
        return [listed(row) for row in value.detach()]
    return float(f"{value.item():.9g}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    found = [case(kind, args, seed) for seed, (kind, args) in enumerate(CASES)]
    about = {
        "source": f"snntorch 1.0.0 on torch {torch.__version__} (CPU, float32, one thread)",
        "surrogate": "fast_sigmoid(5)",
        "loss": "spk.sum() + mem.pow(2).mean()",
    }
    text = json.dumps({**about, "cases": found}, separators=(",", ":"))
    Path(__file__).with_name("neurons-snntorch-1.0.0.json").write_text(text + "\n", encoding="utf-8")
    print(len(found), "runs,", len(text), "characters")
