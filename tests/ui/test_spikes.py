"""What is drawn is what happened: spikes read back from pixels equal a Simulation of the same design, run here."""

import pytest
import torch

from tests.drawn_spikes import drawn_spikes
from workbench.design import Design
from workbench.run import Simulation
from workbench.run.weights import Weights

pytestmark = pytest.mark.ui
torch.set_num_threads(1)

STEPS = 60


@pytest.fixture
def page(open_page):
    """A tall page: each of 64 neurons has a row of its own, so that ink tells which one it was."""
    with open_page(viewport={"width": 1440, "height": 1800}) as page:
        yield page


def test_the_spikes_drawn_are_those_of_the_record(hand, page):
    hand.open_starter("Digits 64-32-10")
    page.locator(".transport select").first.select_option("200")
    hand.press("Pause simulation")
    hand.press("Reset time")
    hand.until(lambda: hand.step == 0)
    hand.pick("hidden")
    hand.knob("beta").locator("input.figure").fill("0.8")
    page.keyboard.press("Enter")
    hand.saved()
    hand.press("Run simulation")
    hand.until(lambda: hand.step >= STEPS)
    hand.press("Pause simulation")
    page.get_by_role("button", name="Run simulation").wait_for()
    page.wait_for_timeout(300)  # the last frame that was under way
    folder = hand.folder
    design = Design.load(folder / "design.json")
    weights = Weights.load(folder / f"{design.weights}.npz")
    sim = Simulation(design, weights)
    frame = sim.step(hand.step)
    expected, first = set(), 0
    for layer in sim.layers:
        times, neurons = frame.spikes[layer["id"]]
        expected |= {(int(neuron) + first, int(time)) for time, neuron in zip(times, neurons, strict=True)}
        first += layer["n"]
    drawn = {(neuron, step) for neuron, step in drawn_spikes(hand.scope, 0, hand.step)}
    assert drawn == expected
    assert len({neuron for neuron, _ in drawn if neuron >= 64}) > 5, "the hidden layer must not be silent"
