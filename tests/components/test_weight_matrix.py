"""WeightMatrix: sign and size can be read without colour, large matrices say what a cell stands for."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from playwright.sync_api import expect

from components.weight_matrix import WeightMatrix
from components.weight_matrix.weight_matrix import strongest

COLORS = """(canvas, [rows, columns]) => {
  const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Array.from({ length: rows * columns }, (_, i) => {
    const x = Math.floor(((i % columns) + 0.4) * width / columns);
    const y = Math.floor((Math.floor(i / columns) + 0.4) * height / rows);
    return Array.from(data.slice(4 * (y * width + x), 4 * (y * width + x) + 3));
  });
}"""


def test_the_strongest_of_a_block_keeps_its_sign():
    weights = np.array([[1.0, -2, 0], [0.5, 1, -0.1], [3, 0, 0]], np.float32)
    np.testing.assert_array_equal(strongest(weights, 2, 2), np.array([[-2, -0.1], [3, 0]], np.float32))
    np.testing.assert_array_equal(strongest(weights, 1, 1), weights)


def test_only_a_matrix_is_shown():
    with pytest.raises(ValueError, match=r"WeightMatrix.present: matrix must be \(to, from\), got \(3,\)"):
        WeightMatrix().present([1, 2, 3])


def test_the_loop_does_not_read_a_large_matrix():
    weights = np.ones((3000, 4000), np.float32)

    async def busy() -> float:
        matrix = WeightMatrix(post=asyncio.get_running_loop().call_soon_threadsafe)
        before = time.thread_time()
        matrix.present(weights)
        await asyncio.sleep(0.05)
        await asyncio.get_running_loop().shutdown_default_executor()
        return time.thread_time() - before

    with ThreadPoolExecutor(1) as own:  # Playwright keeps a loop of its own in the thread of the tests
        assert own.submit(asyncio.run, busy()).result() < 0.02  # CPU of that thread; reading takes ten times as long


@pytest.mark.ui
@pytest.mark.parametrize("dark", [False, True])
def test_sign_and_size_have_their_colours(page, serve, dark):
    weights = np.array([[-1, -0.5, 0], [0.5, 1, 0.25]], np.float32)
    matrix = WeightMatrix(width=306, to="hidden", source="in", dark=dark)
    matrix.present(weights)
    page.goto(serve(lambda: matrix))
    root = page.locator(".weights")
    expect(root.locator(".caption-line")).to_have_text("to hidden (2) · from in (3)")
    colors = np.array(root.locator("canvas").evaluate(COLORS, [2, 3]), float)
    zero, negative, positive = colors[2], colors[0], colors[4]
    assert negative[2] > negative[0] + 60 and positive[0] > positive[2] + 60  # blue and orange
    np.testing.assert_allclose(colors[1], (zero + negative) / 2, atol=1)
    np.testing.assert_allclose(colors[3], (zero + positive) / 2, atol=1)
    expect(root.locator(".low")).to_have_text("▼ −1.0")
    expect(root.locator(".high")).to_have_text("+1.0 ▲")


@pytest.mark.ui
def test_hover_and_keys_read_a_weight(page, serve):
    weights = np.linspace(-1, 1, 32 * 64, dtype=np.float32).reshape(32, 64)
    matrix = WeightMatrix(width=306, to="hidden", source="in")
    page.goto(serve(lambda: matrix))
    root = page.locator(".weights")
    expect(root.locator(".empty")).to_have_text("Select a part with weights to see them here.")
    matrix.present(weights)
    frame = root.locator(".frame")
    expect(frame).to_be_visible()
    box = frame.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 12.5 / 64, box["y"] + box["height"] * 3.5 / 32)
    expect(root.get_by_role("status")).to_have_text(f"hidden 3 ← in 12: −{-weights[3, 12]:.3f} ▼ inhibits")
    page.mouse.move(5, box["y"] + box["height"] + 300)
    frame.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(root.get_by_role("status")).to_have_text(f"hidden 1 ← in 1: −{-weights[1, 1]:.3f} ▼ inhibits")


@pytest.mark.ui
def test_a_large_matrix_says_what_a_cell_is(page, serve):
    matrix = WeightMatrix(width=306)
    matrix.present(np.ones((1000, 784)))
    page.goto(serve(lambda: matrix))
    root = page.locator(".weights")
    expect(root.locator(".caption-line")).to_have_text(
        "to to (1,000) · from from (784) · a cell is the strongest of 4 × 4 weights"
    )
    root.locator(".frame").hover(position={"x": 1, "y": 1})
    expect(root.get_by_role("status")).to_have_text("to 0–3 ← from 0–3: +1.000 ▲ excites")


@pytest.mark.ui
def test_the_newest_matrix_is_shown_whatever_its_size(page, serve):
    matrix = WeightMatrix(width=306)
    page.goto(serve(lambda: matrix))
    root = page.locator(".weights")
    expect(root.locator(".empty")).to_be_visible()
    caption, large = root.locator(".caption-line"), np.ones((2000, 3000), np.float32)
    matrix.present(large)
    expect(caption).to_contain_text("a cell is the strongest of 8 × 12 weights")
    matrix.present(2 * large)
    matrix.present(3 * large)
    expect(root.locator(".high")).to_have_text("+3.0 ▲")
    matrix.present(large)
    matrix.present(np.ones((2, 3)))
    page.wait_for_timeout(500)
    expect(caption).to_have_text("to to (2) · from from (3)")
    matrix.present(large)
    matrix.present(None)
    page.wait_for_timeout(500)
    expect(root.locator(".empty")).to_be_visible()
