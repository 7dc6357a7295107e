"""A matrix of leaky memories that key and value write into, thresholded, and read out by a query."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self, Unpack

import torch
from torch import Tensor

from workbench.engine.errors import KnobError
from workbench.engine.knobs import Knob, Size, State
from workbench.engine.neurons.model import FIRING, Options, SpikeGrad, Value, learns
from workbench.engine.neurons.weighing import Projecting, Shape
from workbench.engine.synapses import Synapses


class AssociativeLeaky(Projecting):
    r"""Matrix of leaky memories: the input says what is written where, and how much is kept.

    Equation (one step in coded order; x = v·k of the memory's value v = W_v·input + b_v and key k = W_k·input + b_k,
    gate = W_a·input + b_a of its key):
        mem = sigmoid(gate)*mem + x
        spk = spike(mem - threshold)
    `use_q_projection=True` reads the spikes S (d_value, d_key) out by a query Q (d_key, d_value) = W_q·input + b_q and
    sends the matrix S·Q row by row; without it the spikes are sent.

    This recurrence is the scan itself: T multiplications, and no quotient, so that a sum of positive terms is good to
    T roundings. snnTorch 1.0.0 divides a cumulative sum by a cumulative product that underflows: where half is kept in
    a step, which is about what untrained weights give, 29 % is lost at step 26 and all of it by step 41.
    A scan in blocks of time is sound as well and has no use on a processor: it takes 3 to 10 times the processor time
    of the recurrence (measured by tests/benchmarks/measure_scan.py), whose neurons threads can share out already.

    Limits:   a gate far below 0 holds the last pair alone, far above 0 it sums all pairs, as linear attention does.
    Shapes:   x (T, B, in_dim) gives spikes (T, B, d_value·d_key), or values (T, B, d_value·d_value) by the query; state
              {"mem": (B, d_value·d_key)}, row after row, 0 at rest. `to_v.weight` (d_value, in_dim), `to_k.weight` and
              `to_alpha.weight` (d_key, in_dim), `to_q.weight` (d_value·d_key, in_dim), each with its bias, uniform in
              ±1/√in_dim, from `generator` (seed 0 where None).
    Units:    everything is dimensionless; sigmoid(gate) per step.
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None); all else is exact.
    Source:   linear attention with a gate, Katharopoulos et al. 2020, arXiv:2006.16236, eq. 18-20, and Yang et al.
              2024, arXiv:2312.06635, eq. 3; names and dynamics are those of snnTorch 1.0.0, recorded in tests/golden as
              far as its sums hold.

    >>> import torch
    >>> out, state = AssociativeLeaky(4, d_value=2, d_key=3, use_q_projection=False)(torch.ones(5, 1, 4))
    >>> out.shape, state["mem"].shape
    (torch.Size([5, 1, 6]), torch.Size([1, 6]))
    """

    sizes = (
        Size("in_dim", "m", 10, 1, 1_000_000, "how many values arrive"),
        Size("d_value", "d_v", 4, 1, 10_000, "length of the value that is written"),
        Size("d_key", "d_k", 4, 1, 10_000, "length of the key that it is written under"),
    )
    knobs = (Knob("threshold", r"\theta", "1", 1.0, 0.01, 10.0, "the memory above which the neuron fires"),)
    states = (State("mem", "U", "1", 0.0, "memory", held=True),)
    options = (learns("threshold", "the threshold"), *FIRING)
    symbols: ClassVar[Mapping[str, str]] = {"x": "(VK)", "gate": "A", "out": "S"}
    inputs = ("gate", "x")
    palette: ClassVar[Mapping[str, Any]] = {"use_q_projection": False}
    stem = "assoc"

    threshold: Tensor
    d_value: int
    d_key: int
    to_v: Synapses
    to_k: Synapses
    to_alpha: Synapses
    to_q: Synapses

    def __init__(
        self,
        in_dim: int,
        d_value: int,
        d_key: int,
        num_spiking_neurons: int | None = None,
        use_q_projection: bool = True,
        *,
        threshold: Value = 1.0,
        spike_grad: SpikeGrad = None,
        generator: torch.Generator | None = None,
        **options: Unpack[Options],
    ) -> None:
        self.use_q_projection = bool(use_q_projection)
        sizes = {"in_dim": in_dim, "d_value": d_value, "d_key": d_key}
        super().__init__(sizes, {"threshold": threshold}, spike_grad, options, generator, query=self.use_q_projection)
        if num_spiking_neurons not in (None, d_value * d_key):
            raise KnobError(
                f"AssociativeLeaky.num_spiking_neurons: must be d_value·d_key = {d_value * d_key} or None, "
                f"got {str(num_spiking_neurons)[:40]}"
            )
        if self.use_q_projection:
            self.emits = "out"

    @classmethod
    def from_num_spiking_neurons(
        cls, in_dim: int, num_spiking_neurons: int, use_q_projection: bool = True, **options: Any
    ) -> Self:
        """A square matrix of so many memories. Raises KnobError where that number is no square."""
        side = math.isqrt(max(num_spiking_neurons, 0))
        if side < 1 or side * side != num_spiking_neurons:
            got = str(num_spiking_neurons)[:40]
            raise KnobError(f"AssociativeLeaky.num_spiking_neurons: must be a square such as 16, got {got}")
        return cls(in_dim, side, side, num_spiking_neurons, use_q_projection, **options)

    @classmethod
    def weights(cls, chosen: Mapping[str, Any]) -> dict[str, Shape]:
        rows = {"to_v": chosen["d_value"], "to_k": chosen["d_key"], "to_alpha": chosen["d_key"]}
        if chosen.get("query"):
            rows["to_q"] = chosen["d_value"] * chosen["d_key"]
        return {
            f"{name}.{own}": shape
            for name, count in rows.items()
            for own, shape in (("weight", (count, chosen["in_dim"])), ("bias", (count,)))
        }

    @classmethod
    def bound(cls, chosen: Mapping[str, Any]) -> float:
        return 1 / math.sqrt(chosen["in_dim"])

    @classmethod
    def gives(cls, chosen: Mapping[str, Any], arriving: Shape) -> Shape:
        return (chosen["d_value"] * chosen["d_value" if chosen.get("query") else "d_key"],)

    @property
    def model_text(self) -> str:
        return f"mem = sigmoid(gate)*mem + x\n{self.emits} = spike(mem - threshold)"

    def streams(self, x: Tensor) -> Sequence[Tensor]:
        """The gate of every memory and what is written into it, (T, B, d_value·d_key) both."""
        value, key, gate = self.to_v(self.arriving(x)), self.to_k(x), self.to_alpha(x)
        written = value.unsqueeze(-1) * key.unsqueeze(-2)
        return gate.unsqueeze(-2).expand_as(written).flatten(2), written.flatten(2)

    def sent(self, fired: Tensor, x: Tensor) -> Tensor:
        """S·Q, where there is a query."""
        if not self.use_q_projection:
            return fired
        query = self.to_q(x).unflatten(-1, (self.d_key, self.d_value))
        return (fired.unflatten(-1, (self.d_value, self.d_key)) @ query).flatten(2)
