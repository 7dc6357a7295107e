"""The strips on the nodes hold together while the network under them changes."""

import threading

import numpy as np
import pytest

from workbench.design.starters import templates
from workbench.run import Simulation
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


def test_it_may_be_read_while_another_network_takes_over(sims):
    activity, frames = Activity(), [sim.step(3) for sim in sims]
    layers = {frozenset(layer["id"] for layer in sim.layers) for sim in sims}
    wrong: list[BaseException] = []
    done = threading.Event()

    def read():
        try:
            while not done.is_set():
                assert frozenset(activity.cells()) in layers | {frozenset()}
        except BaseException as error:
            wrong.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(2000):
        for sim, frame in zip(sims, frames, strict=True):
            activity.begin(sim)
            activity.add(frame)
    done.set()
    reader.join()
    assert not wrong
