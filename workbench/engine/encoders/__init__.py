"""Encoders: real values become spikes. Semantics of snnTorch 1.0.0's `spikegen`, with owned randomness.

bernoulli.py     Rate, rate, rate_conv            first_spike.py   Latency, latency, latency_code
change.py        Delta, delta                     ramps.py         spikes as levels, with ramps between them
encoder.py       what they share

Classes are modules over x (T, B, *F), for networks; functions take data and the number of steps. Values keep the dtype
of what comes in; a sample never depends on its batch; nothing is drawn without a generator.
"""

from workbench.engine.encoders.bernoulli import Rate, rate, rate_conv
from workbench.engine.encoders.change import Delta, delta
from workbench.engine.encoders.encoder import Encoder, Generators
from workbench.engine.encoders.first_spike import (
    Latency,
    latency,
    latency_code,
    latency_code_linear,
    latency_code_log,
)
from workbench.engine.encoders.ramps import levels

__all__ = [
    "Delta",
    "Encoder",
    "Generators",
    "Latency",
    "Rate",
    "delta",
    "latency",
    "latency_code",
    "latency_code_linear",
    "latency_code_log",
    "levels",
    "rate",
    "rate_conv",
]
