"""Rate: bright values fire often."""

from workbench.design.params import Param
from workbench.design.parts.base import Part


class Rate(Part):
    """One spike in each step with probability gain · x + offset, cut to 0…1."""

    kind = "Rate"
    group = "encoders"
    title = "Rate"
    meaning = "Turns values into random spikes: the larger, the more often."
    stem = "rate"
    counted = False
    states = ("spk",)
    spikes = True
    params = (
        Param("gain", "number", 1.0, "Scales the value into a probability.", symbol="g", lo=0.0, hi=10.0),
        Param("offset", "number", 0.0, "Probability of a spike where the value is 0.", symbol="p_0", lo=-1.0, hi=1.0),
    )

    def make(self, params, arriving, generator):
        """The engine's encoder; its draws come from the run, not from here."""
        from workbench.engine.encoders import Rate as Encoder

        return Encoder(**params)
