"""What a loss judges of a network's run: its answer, or the membranes of the layer whose spikes are the answer."""

from __future__ import annotations

from torch import Tensor, nn

from workbench.engine.graph_network import Network
from workbench.engine.losses import LOSSES, ON_MEMBRANES
from workbench.engine.neurons.base import Neuron
from workbench.engine.record import Record

MEMBRANES = ("mem", "v")  # how neurons call theirs


class Judge:
    """The loss `name` of `network`; `record` is what a run must keep for it. ValueError where there is no membrane."""

    def __init__(self, name: str, network: Network) -> None:
        self.record = judged_states(name, network)
        if name in ON_MEMBRANES and not self.record:
            raise ValueError(f"{name} judges membranes, {network.output} has none; choose a loss of spikes")
        self._loss = LOSSES[name]

    def loss(self, out: Tensor, record: Record, labels: Tensor) -> Tensor:
        """The loss of what a run gave (T, B, *F) and recorded, for classes (B,)."""
        for node, (state,) in self.record.items():
            out = record[node][state]
        return self._loss(out.flatten(2), labels)


def judged_states(name: str, network: Network) -> dict[str, list[str]]:
    """{node: [state]} that the loss `name` needs besides the answer, empty where it needs nothing or finds nothing."""
    node = network.output
    while name in ON_MEMBRANES and node in network.nodes:
        module = network.nodes[node]
        if isinstance(module, Neuron):
            membranes = [state.name for state in module.states if state.name in MEMBRANES]
            return {node: membranes[:1]} if membranes else {}
        # Behind a readout, and behind what only lays values out anew, stands the layer that answers.
        if not isinstance(module, nn.Identity | nn.Flatten):
            break
        node = network.arriving[node][0].source_node
    return {}
