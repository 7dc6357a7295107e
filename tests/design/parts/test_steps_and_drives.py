"""Neurons that reckon in milliseconds go by the design's step; a knob that begins elsewhere on a canvas says so."""

import inspect
from typing import Any

import pytest
import torch

from workbench.design import Design, fitting
from workbench.design.build import build
from workbench.design.clip import copied, pasted
from workbench.design.edit import apply
from workbench.design.fixes import inserted
from workbench.design.parts import part
from workbench.engine.neurons import neurons
from workbench.run.simulation import Simulation


def behind_an_input(**params: Any) -> Design:
    """An Izhikevich neuron as it is dropped and wired on a new canvas with a current."""
    design = Design.new().with_(stimulus={"kind": "current"}).add("Input", shape=[1])
    return design.add("Izhikevich", id="izh", **params).wire("in.out", "izh.in")


def pace(design: Design) -> list:
    return [problem for problem in design.check() if problem.rule == "pace"]


def test_dropped_behind_an_input_it_fires() -> None:
    assert len(Simulation(behind_an_input()).step(300).spikes["izh"][0]) >= 5
    silent = Simulation(behind_an_input(gain=1.0)).step(300)
    assert not len(silent.spikes["izh"][0]), "a current of 0.3 mV/ms is far below what it needs"


def test_what_it_begins_with_is_written_however_it_is_added() -> None:
    begun = {"gain": 30.0, "dt": None}
    there = behind_an_input()
    (wire,) = there.wires
    in_wire, wrong = fitting.into(there, "Izhikevich", wire)
    assert not wrong
    for edits in (
        [{"op": "add", "kind": "Izhikevich", "id": "new"}],
        [{"op": "add", "kind": "Izhikevich", "id": "izh1"}, *fitting.added(there, "Izhikevich", "in.out")],
        [{"op": "add", "kind": "Izhikevich", "id": "izh1"}, *in_wire],
        inserted(there, wire, [("Izhikevich", {})]).edits,
        pasted(there, copied(there, ["izh"]))[0],
    ):
        assert [node.params for node in apply(there, edits).nodes if node.kind == "Izhikevich"] == [begun, begun]
    assert behind_an_input(gain=2.0, dt=0.5).node("izh").params == {"gain": 2.0, "dt": 0.5}
    assert Design.new().add("SLSTM", id="it").node("it").params == {"threshold": 0.1}
    assert Design.new().add("Leaky", id="it").node("it").params == {}


def test_it_fires_behind_weights_that_nobody_has_trained() -> None:
    design = Design.new().add("Input", id="in").add("Rate").add("Linear", id="fc", out_features=20)
    design = (
        design.add("Izhikevich", id="izh").wire("in.out", "rate.in").wire("rate.out", "fc.in").wire("fc.out", "izh.in")
    )
    assert not design.check()[1:] and len(Simulation(design).step(100).spikes["izh"][0]) > 20


def test_its_step_is_that_of_the_design() -> None:
    design = behind_an_input()
    assert part("Izhikevich").timed == ("dt",)
    for dt_ms in (1.0, 0.25):
        timed = design.with_(dt_ms=dt_ms)
        assert timed.values("izh")["dt"] == dt_ms and not timed.check()
        assert build(timed).nodes["izh"].dt.item() == dt_ms  # type: ignore[union-attr]
    ms = [design.with_(dt_ms=dt_ms) for dt_ms in (0.25, 0.5)]
    counts = [len(Simulation(one).step(round(1000 / one.dt_ms)).spikes["izh"][0]) for one in ms]
    assert counts[0] == pytest.approx(counts[1], abs=1), "the same second of model time"
    assert design.with_(dt_ms=0.5).live_changes(design) is None


def test_a_step_of_its_own_is_noted_and_one_it_cannot_make_refused() -> None:
    own = behind_an_input(dt=0.5)
    (note,) = pace(own)
    said = "izh.dt is 0.5 ms, a step of the design 1 ms: two paces; leave dt empty."
    assert (note.level, note.message) == ("note", said)
    followed = apply(own, note.fix[0].edits)
    assert followed.values("izh")["dt"] == 1.0 and not pace(followed)
    assert not pace(own.with_(dt_ms=0.5))
    assert Design.load(own.dumps()) == own
    (error,) = pace(behind_an_input().with_(dt_ms=2.0))
    said = "izh takes steps of 0.01 to 1 ms, the design's is 2; set dt_ms to 1."
    assert (error.level, error.message) == ("error", said)
    assert not apply(behind_an_input().with_(dt_ms=2.0), error.fix[0].edits).check()


@pytest.mark.parametrize("name", neurons())
def test_a_knob_begins_alike_in_python_and_on_a_canvas_unless_it_says_so(name: str) -> None:
    model: Any = neurons()[name]
    kind = part(name)
    given = {one.name: one.default for one in inspect.signature(model).parameters.values()}
    for knob in model.knobs:
        drawn = kind.begins.get(knob.name, knob.default)
        if isinstance(given.get(knob.name), int | float):
            assert given[knob.name] == knob.default
        if knob.name in model.drawn:
            assert drawn == model.drawn[knob.name] != knob.default
            assert f"begins at {drawn:g}" in " ".join((model.__doc__ or "").split())
            assert Design.new().add(name, id="it").values("it")[knob.name] == drawn
        elif knob.name not in kind.timed:
            assert drawn == knob.default
        means = kind.param(knob.name).default
        assert means == model.unsaid.get(knob.name, knob.default), "where a file says nothing"


def test_gates_fire_as_they_come_from_the_palette() -> None:
    design = Design.new().with_(stimulus={"kind": "current", "amplitude": 1.0}).add("Input", shape=[6])
    design = design.add("SLSTM", id="it").wire("in.out", "it.in").with_(output="it.out")
    out, _ = build(design)(torch.ones(30, 2, 6))
    assert out.sum() > 0
