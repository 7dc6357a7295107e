"""Sums that do not depend on how many rows are added up together.

A matrix product of 1 row and one of 100 rows take different routes through the processor and differ in the last bit of
single precision; sooner or later that bit lies on a threshold, and a network stepped one by one would spike
differently from the same network stepped in chunks or evaluated in a batch. Adding up in double precision pushes the
difference to the 16th digit, and rounding back to single removes it: products of two singles are exact in double.
Training keeps to single precision, as it is not replayed sample by sample.
"""

from torch import nn

from workbench.engine.layers import runs_over_time
from workbench.engine.synapses import Synapses


def sum_in_double(module: nn.Module) -> None:
    """Let a module that has weights and does not run over time compute in double between single neighbours.

    Of one that runs over time the weights alone, which then add up in double by themselves (engine/synapses.py).
    """
    for inner in module.modules():
        if isinstance(inner, Synapses):
            inner.double()
    if runs_over_time(module) or not any(True for _ in module.parameters()):
        return
    module.double()
    module.register_forward_pre_hook(lambda _, given: (given[0].double(), *given[1:]))
    module.register_forward_hook(lambda _, given, out: out.float())
