"""Every figure of the digits network found a second way: numpy alone, from the JSON, the raw weights and its draws."""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from workbench.engine.data import load

Arrays = Mapping[str, Mapping[str, np.ndarray]]
BITS = 32


def recounted(document: Mapping[str, Any], weights: Arrays, samples: int) -> dict[str, Mapping[str, float]]:
    """{figure: {layer: value}} of in → rate → fc1 → hidden → fc2 → out, over the first held-out samples."""
    sizes = {node: sum(array.size for array in named.values()) for node, named in weights.items()}
    neurons = {"hidden": weights["fc1"]["bias"].size, "out": weights["fc2"]["bias"].size}
    spikes, operations = counted(document, weights, samples)
    return {
        "neurons": neurons,
        "parameters": sizes,
        "weight memory": {node: BITS * size for node, size in sizes.items()},
        "state memory": {node: BITS * size for node, size in neurons.items()},
        "delay memory": {},
        "spikes": spikes,
        "synaptic operations": operations,
        "multiply-accumulates": {},
    }


def counted(document: Mapping[str, Any], weights: Arrays, samples: int) -> tuple[dict[str, float], dict[str, float]]:
    """Spikes and synaptic operations an inference, each by layer."""
    nodes = {node["id"]: node["params"] for node in document["nodes"]}
    steps, seed = document["training"]["steps"], document["seed"]
    weights = {node: {name: array.astype("f8") for name, array in named.items()} for node, named in weights.items()}
    spikes = {"rate": 0, "hidden": 0, "out": 0}
    for index in range(samples):
        name = "\0".join([str(seed), "rate", "held_out", str(index)])
        state = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> 1
        drawn = torch.rand(steps, 64, generator=torch.Generator().manual_seed(state)).numpy()
        pixels = load("digits").held_out.x[index].numpy()
        mem = {"hidden": np.zeros(32, "f4"), "out": np.zeros(10, "f4")}
        for t in range(steps):
            sent = (drawn[t] < pixels).astype("f8")
            spikes["rate"] += sent.sum()
            for fc, lif in (("fc1", "hidden"), ("fc2", "out")):
                arriving = (weights[fc]["weight"] @ sent + weights[fc]["bias"]).astype("f4")
                beta = np.float32(nodes[lif]["beta"])
                reset = (mem[lif] > 1).astype("f4")
                mem[lif] = beta * mem[lif] + arriving - reset
                sent = (mem[lif] > 1).astype("f8")
                spikes[lif] += sent.sum()
    mean = {layer: count / samples for layer, count in spikes.items()}
    return mean, {"fc1": mean["rate"] * 32, "fc2": mean["hidden"] * 10}
