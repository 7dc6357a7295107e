"""Designs that the tests of this room run."""

import pytest
import torch

from workbench.design.starters import templates

torch.set_num_threads(1)

STARTERS = tuple(templates())


@pytest.fixture(params=STARTERS)
def starter(request):
    """Each starter design in turn."""
    return templates()[request.param]


@pytest.fixture
def digits():
    """The digits starter, 64–32–10 by rate."""
    return templates()["digits"]


@pytest.fixture
def two_way():
    """Two encoders of which one draws, a delayed wire and a loop, over the digits: everything a state has to hold."""
    design = templates()["digits"].add("Latency", id="latency").add("Linear", id="fc3", out_features=32)
    design = design.add("Sum", id="sum1").add("Linear", id="back", out_features=32).unwire("fc1.out", "hidden.in")
    design = design.wire("in.out", "latency.in").wire("latency.out", "fc3.in").wire("fc3.out", "sum1.in", delay=3)
    design = design.wire("fc1.out", "sum1.in").wire("sum1.out", "hidden.in").wire("hidden.out", "back.in")
    return design.wire("back.out", "sum1.in", delay=2).with_(
        probes=[{"node": "hidden", "state": "mem", "neurons": [3, 1]}, {"node": "out", "state": "spk", "neurons": [2]}]
    )
