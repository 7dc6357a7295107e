"""Record what snnTorch 1.0.0 makes of fixed inputs in its neurons that hold weights, or run all steps at once.

Run with a Python that has torch and snntorch==1.0.0, from this folder; it writes weighted-neurons-snntorch-1.0.0.json.
Where snnTorch forgets its state, squares a factor or loses its sums (see the tests), nothing is recorded. A case holds
what was built, the input, every weight, spikes and states over time, and the gradients of sum(spk) + mean(mem²).
"""

import json
import warnings
from pathlib import Path
from typing import Any

import snntorch  # pyright: ignore[reportMissingImports]
import torch
from snntorch import surrogate  # pyright: ignore[reportMissingImports]
from torch import Tensor

warnings.filterwarnings("ignore")
ROW, IMAGE = (12, 2, 3), (6, 2, 2, 4, 4)

RECURRENT: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
    (kind, {**decays, **wired, "threshold": 0.8, "learn_beta": True, "learn_threshold": True, **reset}, shape)
    for kind, decays, resets in (
        (
            "RLeaky",
            {"beta": 0.85},
            [
                {"reset_mechanism": mechanism, "reset_delay": delay}
                for mechanism in ("subtract", "zero")
                for delay in (True, False)
            ]
            + [{"reset_mechanism": "none"}],
        ),
        (
            "RSynaptic",
            {"alpha": 0.7, "beta": 0.8, "learn_alpha": True},
            [{"reset_mechanism": "subtract"}, {"reset_mechanism": "zero"}, {"reset_mechanism": "none"}],
        ),
    )
    for reset in resets
    for wired, shape in (
        ({"linear_features": 3}, ROW),
        *([({"conv2d_channels": 2, "kernel_size": 3}, IMAGE)] if reset["reset_mechanism"] == "subtract" else []),
    )
]

LSTM: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
    *(
        ("SLSTM", {"input_size": 3, "hidden_size": 3, "threshold": 0.1, "learn_threshold": True, **more}, ROW)
        for more in (
            {},
            {"bias": False},
            {"reset_mechanism": "subtract"},
            {"reset_mechanism": "zero"},
        )
    ),
    *(
        (
            "SConv2dLSTM",
            {"in_channels": 2, "out_channels": 2, "kernel_size": 3, "threshold": 0.1, "learn_threshold": True, **more},
            IMAGE,
        )
        for more in (
            {},
            {"max_pool": 2},
            {"avg_pool": 2, "reset_mechanism": "subtract"},
            {"reset_mechanism": "zero", "bias": False},
        )
    ),
]

SUMS: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
    ("StateLeaky", {"beta": 0.9, "channels": 3, "threshold": 1.5, "learn_beta": True, "learn_threshold": True}, ROW),
    ("StateLeaky", {"beta": [0.5, 0.9, 0.0], "channels": 3, "learn_beta": True}, ROW),
    ("LinearLeaky", {"beta": 0.9, "in_features": 3, "out_features": 4, "threshold": 0.5, "learn_beta": True}, ROW),
    ("LinearLeaky", {"beta": 0.3, "in_features": 3, "out_features": 2, "threshold": 0.1, "bias": False}, ROW),
    ("LeakyParallel", {"input_size": 3, "hidden_size": 4, "threshold": 0.5, "learn_threshold": True}, ROW),
    ("LeakyParallel", {"input_size": 3, "hidden_size": 4, "beta": 0.8, "threshold": 0.5, "learn_beta": True}, ROW),
    ("LeakyParallel", {"input_size": 3, "hidden_size": 4, "beta": 0.8, "bias": False, "threshold": 0.3}, ROW),
    (
        "LeakyParallel",
        {
            "input_size": 3,
            "hidden_size": 4,
            "threshold": 0.3,
            "learn_beta": True,
            "weight_hh_enable": True,
            "graded_spikes_factor": 0.5,
            "learn_graded_spikes_factor": True,
        },
        ROW,
    ),
    ("AssociativeLeaky", {"in_dim": 3, "d_value": 2, "d_key": 3, "num_spiking_neurons": 6}, (5, 2, 3)),
    (
        "AssociativeLeaky",
        {"in_dim": 3, "d_value": 3, "d_key": 2, "num_spiking_neurons": 6, "use_q_projection": False},
        (5, 2, 3),
    ),
]


def run(neuron: torch.nn.Module, kind: str, x: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """What it sends over time and its states over time, as far as it shows them."""
    if kind in ("StateLeaky", "LinearLeaky"):
        spk, mem = neuron(x)
        return spk, {"mem": mem}
    if kind == "LeakyParallel":
        return neuron(x), {"mem": neuron.rnn(x)[0]}  # pyright: ignore[reportCallIssue]
    if kind == "AssociativeLeaky":
        return neuron(x), {}
    names = {"RLeaky": ("spk", "mem"), "RSynaptic": ("spk", "syn", "mem")}.get(kind, ("spk", "syn", "mem"))
    fed = names if kind.startswith("R") else names[1:]
    rows: list[dict[str, Tensor]] = []
    for step in x:
        before = {name: rows[-1][name] for name in fed} if rows else {}
        rows.append(dict(zip(names, neuron(step, **before), strict=True)))
    over_time = {name: torch.stack([row[name] for row in rows]) for name in names}
    return over_time["spk"], {name: over_time[name] for name in names if name != "spk"}


def margin(neuron: Any, kind: str, states: dict[str, Tensor]) -> float:
    """How near a membrane came to threshold: too near, and rounding decides."""
    if "mem" not in states:
        return 1.0
    mem = states["mem"]
    flat = mem.flatten(0, 1)
    if getattr(neuron, "max_pool", 0):
        mem = torch.nn.functional.max_pool2d(flat, neuron.max_pool)
    elif getattr(neuron, "avg_pool", 0):
        mem = torch.cat((torch.nn.functional.avg_pool2d(flat, neuron.avg_pool).flatten(), flat.flatten()))
    return float((mem - neuron.threshold).abs().min())


def case(kind: str, args: dict[str, Any], shape: tuple[int, ...], seed: int) -> dict[str, Any] | None:
    """One recorded run; None where it comes too near to a threshold or never fires."""
    torch.manual_seed(seed)
    given = {name: torch.tensor(value) if isinstance(value, list) else value for name, value in args.items()}
    own = {} if kind == "AssociativeLeaky" else {"spike_grad": surrogate.fast_sigmoid(5)}
    neuron = getattr(snntorch, kind)(**given, **own)
    x = (torch.randn(shape) * (2.0 if kind == "AssociativeLeaky" else 0.7) + 0.3).mul(1000).round().div(1000)
    x.requires_grad_()
    sent, states = run(neuron, kind, x)
    rate = float((sent != 0).float().mean())
    if margin(neuron, kind, states) < 1e-4 or not 0.08 < rate < 0.8:
        return None
    loss = sent.sum() + (states["mem"].pow(2).mean() if "mem" in states else sent.pow(2).mean())
    loss.backward()
    weights = {name: value for name, value in neuron.state_dict().items() if "." in name or name == "tau"}
    gradients = {name: value.grad for name, value in neuron.named_parameters() if value.grad is not None}
    assert x.grad is not None
    return {
        "kind": kind,
        "args": args,
        "surrogate": "atan(2.0)" if kind == "AssociativeLeaky" else "fast_sigmoid(5)",
        "x": plain(x),
        "weights": {name: plain(value) for name, value in weights.items()},
        "sent": plain(sent),
        "states": {name: plain(value) for name, value in states.items()},
        "gradients": {"x": plain(x.grad)} | {name: plain(value) for name, value in gradients.items()},
    }


def plain(value: Tensor) -> Any:
    """Numbers with nine digits, which give every single back."""
    if value.ndim:
        return [plain(inner) for inner in value]
    return float(f"{value.item():.9g}")


if __name__ == "__main__":
    cases = []
    for kind, args, shape in (*RECURRENT, *LSTM, *SUMS):
        tried = (case(kind, args, shape, seed) for seed in range(200))
        cases.append(next(found for found in tried if found is not None))
    source = f"snntorch 1.0.0, torch {torch.__version__}, {Path(__file__).name}"
    rows = ",\n".join(json.dumps(one) for one in cases)
    file = Path(__file__).parent / "weighted-neurons-snntorch-1.0.0.json"
    file.write_text(f'{{"source": {json.dumps(source)}, "loss": "sum(sent) + mean(mem²)", "cases": [\n{rows}\n]}}\n')
    print(len(cases), "cases,", file.stat().st_size // 1024, "KiB")
