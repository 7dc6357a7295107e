"""The strips on the nodes hold together while the network under them changes."""

from typing import cast

import numpy as np
import pytest

from workbench.design.starters import templates
from workbench.run import Frame, Simulation
from workbench.views.activity import COLUMNS, STEPS_SHOWN, Activity


@pytest.fixture
def sims():
    return [Simulation(templates()[name]) for name in ("digits", "one_neuron")]


def test_a_strip_holds_the_last_steps_only(sims):
    activity, sim = Activity(), sims[1]
    activity.begin(sim)
    assert activity.cells() == {}
    frames = [sim.step(20) for _ in range(5)]
    for frame in frames:
        activity.add(frame)
    times = np.concatenate([frame.spikes["lif1"][0] for frame in frames])
    spikes = np.bincount(times[times >= 100 - STEPS_SHOWN] - (100 - STEPS_SHOWN), minlength=COLUMNS)
    assert spikes.any() and (activity.cells()["lif1"] == spikes).all()


def test_another_network_may_take_over_while_it_is_read(sims):
    activity, frame = Activity(), sims[0].step(3)

    class Overtaken:
        """The frame, in whose midst the simulate lane begins with another network."""

        spikes = frame.spikes

        @property
        def t1(self) -> int:
            activity.begin(sims[1])
            return frame.t1

    activity.begin(sims[0])
    activity._seen = (activity._seen[0], (cast(Frame, Overtaken()),))
    assert set(activity.cells()) == {"rate", "hidden", "out"}
    assert activity.cells() == {}
