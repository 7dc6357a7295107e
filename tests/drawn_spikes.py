"""Spikes read back from the pixels of a drawn scope, for every test that compares them with a record."""

from playwright.sync_api import Locator

# [[neuron, step], …] of all places on the drawn canvas that have exactly the ink of their band, first … last step.
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


def drawn_spikes(scope: Locator, first: int, last: int) -> list[list[int]]:
    """[[neuron, step], …] of all spikes that the scope shows from `first` up to `last`, in order."""
    return scope.evaluate(INK, [first, last])
