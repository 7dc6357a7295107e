"""Delta in a drawn network: it fires on changes, however the run is cut, and a presentation begins from nothing."""

import numpy as np
import pytest

from workbench.design import Design
from workbench.design.check import check
from workbench.design.sentences import DesignError
from workbench.run.simulation import Simulation


def drawn(stimulus: dict, **settings) -> Design:
    design = Design.new().add("Input", id="in", shape=[1]).add("Delta", id="delta", **settings)
    design = design.add("Leaky", id="lif").wire("in.out", "delta.in").wire("delta.out", "lif.in")
    return design.with_(stimulus=stimulus)


PULSES = {"kind": "pulse", "amplitude": 0.5, "start": 3, "length": 4, "period": 10}


def fired(design: Design, *pieces: int) -> list[int]:
    simulation = Simulation(design)
    return np.concatenate([simulation.step(n).spikes["delta"][0] for n in pieces]).tolist()


def test_it_fires_where_a_pulse_begins_and_if_asked_where_it_ends() -> None:
    assert check(drawn(PULSES)) == []
    assert fired(drawn(PULSES), 25) == [3, 13, 23]
    assert fired(drawn(PULSES, off_spike=True), 25) == [3, 7, 13, 17, 23]
    assert fired(drawn(PULSES, threshold=0.6), 25) == []


def test_however_the_run_is_cut_it_fires_the_same() -> None:
    assert fired(drawn(PULSES, off_spike=True), 3, 1, 1, 3, 17) == fired(drawn(PULSES, off_spike=True), 25)


def test_every_presentation_begins_from_nothing() -> None:
    design = drawn({"kind": "data", "data": "digits"}).set("in", shape=[64]).with_(training={"steps": 10})
    times = np.array(fired(design, 30))
    assert set(times.tolist()) == {0, 10, 20}
    assert fired(design.set("delta", padding=True), 30) == []


def test_its_threshold_is_turned_while_it_runs() -> None:
    simulation = Simulation(drawn(PULSES))
    simulation.step(10)
    simulation.set("delta", "threshold", 0.7)
    assert simulation.step(10).spikes["delta"][0].tolist() == []
    with pytest.raises(DesignError, match=r"delta\.threshold"):
        simulation.set("delta", "threshold", 0.0)
