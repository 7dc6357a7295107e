"""Readout: marks the answer."""

from workbench.design.parts.base import Part


class Readout(Part):
    """What arrives is the network's answer: the neuron that fires most names the class. It changes nothing."""

    kind = "Readout"
    group = "readouts"
    title = "Readout"
    meaning = "Marks the answer: the neuron that fires most names the class."
    stem = "out"
    counted = False

    def make(self, params, arriving, generator):
        """Passes on what arrives."""
        from torch import nn

        return nn.Identity()
