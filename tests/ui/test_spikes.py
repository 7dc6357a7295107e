"""What is drawn is what happened: spikes read back from pixels equal a Simulation of the same design, run here."""

import pytest
import torch

from workbench.design import Design
from workbench.run import Simulation
from workbench.run.weights import Weights

pytestmark = pytest.mark.ui
torch.set_num_threads(1)

STEPS = 60
# [[neuron, step], …] of all places on the drawn canvas that have the ink of their band, first … last step.
INK = """(el, [first, last]) => {
  const { picture, raster, place } = el;
  const { data, width } = picture.context.getImageData(0, 0, picture.canvas.width, picture.canvas.height);
  const found = [];
  for (let step = first; step < last; step++)
    for (let id = 0; id < raster.bandOf.length; id++) {
      const [x, y] = place(id, step);
      const ink = raster.bands[raster.bandOf[id]].color;
      if (ink.every((value, i) => Math.abs(data[4 * (y * width + x) + i] - value) < 3)) found.push([id, step]);
    }
  return found;
}"""


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
    page.wait_for_timeout(300)
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
    drawn = {(neuron, step) for neuron, step in hand.scope.evaluate(INK, [0, hand.step])}
    assert drawn == expected
    assert len({neuron for neuron, _ in drawn if neuron >= 64}) > 5, "the hidden layer must not be silent"
