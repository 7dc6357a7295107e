"""Latency: bright values fire early."""

from workbench.design.params import Param
from workbench.design.parts.base import Part


class Latency(Part):
    """One spike for each value in a presentation; the larger the value, the earlier."""

    kind = "Latency"
    group = "encoders"
    title = "Latency"
    meaning = "Turns each value into one spike: the larger, the earlier."
    stem = "latency"
    counted = False
    states = ("spk",)
    spikes = True
    params = (
        Param("threshold", "number", 0.01, "Values at or below it fire last.", symbol="\\theta", lo=1e-6, hi=1.0),
        Param("tau", "number", 1.0, "Time constant of the charging.", symbol="\\tau", unit="steps", lo=0.01, hi=100.0),
        Param("linear", "flag", False, "Time falls linearly with the value, not with its logarithm."),
        Param("normalize", "flag", True, "Stretches the times over the whole presentation."),
        Param("clip", "flag", False, "Values below the threshold do not fire at all."),
    )

    def make(self, params, arriving, generator):
        """The engine's encoder."""
        from workbench.engine.encoders import Latency as Encoder

        return Encoder(**params)
