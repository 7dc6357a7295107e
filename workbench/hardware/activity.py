"""How busy a network is, measured by running it: spikes of each layer, and what they cost at each connection.

A *synaptic operation* is one spike reaching one target: Σ over arriving spikes of the targets each reaches; adding a
bias is not one, nor is taking the largest or the mean of a window. Values other than 0 and 1 are no spikes: each that
is not 0 costs a *multiply–accumulate* at every target it reaches, the scale of a normalisation among them.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import torch

from workbench.design.memory import piece
from workbench.design.parts import part
from workbench.design.plan import Plan, plan
from workbench.engine.data import load
from workbench.engine.record import Record
from workbench.engine.synapses import Synapses
from workbench.hardware.meters import Meter, SynapsesMeter
from workbench.hardware.rows import Row
from workbench.run.cores import on_one_core
from workbench.run.evaluate import Answers, Shown, presented
from workbench.run.playable import drawing, playable, spiking
from workbench.run.seeds import generator
from workbench.run.showing import sample_draws
from workbench.run.stimulus import current

if TYPE_CHECKING:
    from workbench.design import Design
    from workbench.engine.graph_network import Network
    from workbench.run.results import Evaluation
    from workbench.run.weights import Weights

AT_ONCE = 1000  # steps of a current in one pass, at most


def activity(
    design: Design, weights: Weights | None, samples: int | None
) -> Generator[float, None, tuple[tuple[Row, ...], Evaluation | None]]:
    """Measured rows, and the answers found on the way; yields 0.0 after each part of the work.

    The rows are means over samples of the held-out split, or over one second of model time without a data set. The
    answers are None where no output that runs is marked.
    """
    network, planned = playable(design, weights), plan(design)
    answers = None
    meters: dict[str, list[Meter | SynapsesMeter]] = {
        node: [Meter(module, planned.arriving[node])]
        if _weighs(design, node, planned.arriving[node])
        else [SynapsesMeter(inner) for inner in module.modules() if isinstance(inner, Synapses)]
        for node, module in network.nodes.items()
    }
    if design.stimulus["kind"] == "data":
        size = len(load(design.training["data"]).held_out)
        count = size if samples is None else max(1, min(samples, size))
        per, of = "inference", f"{count} of {size} held-out samples of {design.training['data']}"
        answers = Answers(design, network) if design.output and design.output == planned.output else None
        records = _answered(presented(design, network, "held_out", np.arange(count)), answers)
    else:
        count, per = 1, "s"
        of = f"the first second of model time, stimulus {design.stimulus['kind']}"
        records = _second(design, network, planned)
    fired = dict.fromkeys(spiking(network), 0)
    for record in records:
        for node, name in spiking(network).items():
            fired[node] += int((record[node][name] != 0).sum())
        yield 0.0
    spiky = _reached(meters, only_spikes=True)
    others = _reached(meters, only_spikes=False)
    rows = (
        *_table("spikes", _mean(fired, count), f"spikes/{per}", of),
        *_table("synaptic operations", _mean(spiky, count), f"operations/{per}", of),
        *_table("multiply-accumulates", _mean(others, count), f"operations/{per}", of),
    )
    return rows, answers.evaluation() if answers else None


def _weighs(design: Design, node: str, arriving: tuple[int, ...]) -> bool:
    """Whether what arrives at a node is multiplied: by weights, or by the scale of a normalisation."""
    kind = part(design.node(node).kind)
    gathered = bool(kind.statistics(design.values(node), arriving))
    return kind.group == "connections" or (gathered and kind.group != "neurons")


def _answered(batches: Iterator[Shown], answers: Answers | None) -> Iterator[Record]:
    """The record of each batch, once its answers are counted."""
    for shown in batches:
        if answers is not None:
            answers.add(shown)
        yield shown.record


def _reached(meters: Mapping[str, list[Meter | SynapsesMeter]], only_spikes: bool) -> dict[str, int]:
    """Targets reached at each node, by what was spikes only or by all else."""
    found: dict[str, int] = {}
    for node, several in meters.items():
        for meter in (
            m for outer in several for m in (outer.products if isinstance(outer, SynapsesMeter) else [outer])
        ):
            if meter.only_spikes == only_spikes:
                found[node] = found.get(node, 0) + meter.reached
    return found


def _second(design: Design, network: Network, planned: Plan) -> Iterator[Record]:
    """Records of one second of model time from rest, with the draws of a Simulation."""
    steps, state = max(1, round(1000 / design.dt_ms)), None
    draws = {node: [draw] for node, draw in sample_draws(design.seed, drawing(network), ("stream",)).items()}
    arrivals = {node: generator(design.seed, node, "arrivals") for node in planned.inputs}
    at_once = piece(design, AT_ONCE)
    for start in range(0, steps, at_once):
        length = min(at_once, steps - start)
        inputs = {
            node: current(design.stimulus, planned.shapes[node], start, length, design.dt_ms, arrivals[node])
            for node in planned.inputs
        }
        with on_one_core(), torch.no_grad():
            _, state, record = network(inputs, state, generator=draws, record={})
        yield record


def _table(name: str, layers: Mapping[str, float], unit: str, of: str) -> Iterator[Row]:
    yield Row(name, "", sum(layers.values()), unit, "measured", of)
    for layer, value in layers.items():
        yield Row(name, layer, value, unit, "measured", of)


def _mean(layers: Mapping[str, int], count: int) -> dict[str, float]:
    return {layer: value / count for layer, value in layers.items()}
