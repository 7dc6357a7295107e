"""Every starter is sound, alive, and looks tidy on the canvas."""

from itertools import pairwise

import pytest
import torch

from workbench.design import Design
from workbench.design.build import build
from workbench.design.check import check
from workbench.design.plan import plan
from workbench.design.starters import templates
from workbench.engine.data import load

torch.set_num_threads(1)

WIDTH, HEIGHT, GAP = 132, 80, 40
DIGITS = ["digits", "digits_latency", "digits_convolution"]
SLUGS = ["one_neuron", "two_neurons", *DIGITS, "excitatory_inhibitory", "loop_with_delay"]


def spikes(design: Design, steps: int = 300) -> dict[str, list[int]]:
    """{node: steps in which its first sample fires} under the starter's own stimulus."""
    todo = plan(design)
    if design.stimulus["kind"] == "data":
        x = load("digits").held_out.x[0].reshape(todo.shapes["in"]).expand(steps, 1, *todo.shapes["in"])
    else:
        x = torch.full((steps, 1, 1), float(design.stimulus["amplitude"]))
        if design.stimulus["kind"] == "pulse":
            t = torch.arange(steps) - design.stimulus["start"]
            x *= ((t >= 0) & (t % design.stimulus["period"] < design.stimulus["length"])).view(-1, 1, 1)
    _, _, record = build(design)(x, generator=torch.Generator().manual_seed(0), record={})
    return {
        node: record[node]["spk"].flatten(1).any(1).nonzero().flatten().tolist()
        for node in todo.order
        if "spk" in record[node]
    }


def test_all_starters_are_there_in_the_order_of_teaching():
    assert list(templates()) == SLUGS


@pytest.mark.parametrize("slug", SLUGS)
def test_a_starter_checks_clean_and_fires(slug: str):
    design = templates()[slug]
    assert check(design) == []
    assert design.notes
    assert design.probes
    data = design.stimulus["kind"] == "data"
    fired = spikes(design, 25 if data else 300)
    assert all(fired[node] for node in fired if not (data and node == "out"))  # the answer has to be learned


@pytest.mark.parametrize("slug", SLUGS)
def test_a_starter_has_room_between_its_parts(slug: str):
    places = [node.position for node in templates()[slug].nodes]
    for i, (x, y) in enumerate(places):
        for other_x, other_y in places[:i]:
            assert abs(x - other_x) >= WIDTH + GAP or abs(y - other_y) >= HEIGHT + GAP


def test_one_neuron_ticks_every_ten_to_twenty_steps():
    times = spikes(templates()["one_neuron"])["lif1"]
    assert all(10 <= later - earlier <= 20 for earlier, later in pairwise(times))


def test_the_second_neuron_needs_several_spikes_of_the_first():
    fired = spikes(templates()["two_neurons"])
    assert 2 * len(fired["lif2"]) <= len(fired["lif1"])


def test_inhibition_holds_excitation_back():
    design = templates()["excitatory_inhibitory"]
    free = design.unwire("i_to_e.out", "sum1.in")
    assert len(spikes(design)["e"]) < 0.8 * len(spikes(free)["e"])


def test_one_pulse_goes_round_for_ever():
    times = spikes(templates()["loop_with_delay"])["lif1"]
    assert times == list(range(10, 300, 20))


def test_digits_have_the_sizes_they_are_named_for():
    for slug in ("digits", "digits_latency"):
        shapes = plan(templates()[slug]).shapes
        assert (shapes["in"], shapes["fc1"], shapes["fc2"]) == ((64,), (32,), (10,))


def test_the_convolution_looks_at_images():
    shapes = plan(templates()["digits_convolution"]).shapes
    assert [shapes[node] for node in ("in", "conv", "pool", "flat", "out")] == [
        (1, 8, 8),
        (16, 8, 8),
        (16, 4, 4),
        (256,),
        (10,),
    ]
