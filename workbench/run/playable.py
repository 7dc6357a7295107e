"""The network that is watched and evaluated: the design's own, with the same spikes in any pieces and batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from workbench.design.build import build
from workbench.engine.encoders import Encoder
from workbench.engine.graph_network import Network
from workbench.engine.layers import learned, sent_as
from workbench.run.exact import sum_in_double
from workbench.run.weights import Weights, WeightsError
from workbench.run.window import Window

if TYPE_CHECKING:
    from workbench.design import Design


def playable(design: Design, weights: Weights | None = None) -> Network:
    """The design's network as it answers: without gradients and dropout, by the statistics it has gathered.

    Its sums are exact (exact.py), its encoders fit for pieces (window.py).
    """
    network = build(design, weights).eval()
    network.requires_grad_(False)
    for node, module in dict(network.nodes).items():
        if isinstance(module, Encoder) and module.whole_run:
            network.parts._modules[node] = Window(module, design.training["steps"])
        sum_in_double(module)
    return network


def put(weights: Weights, network: Network) -> None:
    """Copy weights into a network. All or nothing: what does not fit is refused by name."""
    arrays = dict(weights.flat())
    places = {
        f"{node}.{name}": value for node, module in network.nodes.items() for name, value in learned(module).items()
    }
    for key in sorted({*places, *arrays}):
        if key not in arrays or key not in places:
            lacks = "the weights lack" if key not in arrays else "the network has no"
            raise WeightsError(f"{lacks} {key}; use weights of this very network")
        if arrays[key].shape != tuple(places[key].shape):
            got, want = arrays[key].shape, tuple(places[key].shape)
            raise WeightsError(f"{key} has shape {got}, the network needs {want}; use weights of this very network")
    with torch.no_grad():
        for key, place in places.items():
            place.copy_(torch.tensor(arrays[key]))


def spiking(network: Network) -> dict[str, str]:
    """{node: name of its spikes in a record} of every node that sends spikes, in running order."""
    modules = {node: network.nodes.get(node) for node in network.order}
    return {
        node: sent_as(module)
        for node, module in modules.items()
        if isinstance(module, Window) or sent_as(module) == "spk"
    }


def drawing(network: Network) -> list[str]:
    """The encoders that draw at random."""
    return [node for node, module in network.nodes.items() if isinstance(module, Encoder) and module.needs_generator]
