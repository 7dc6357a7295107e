"""LearningCurve: the newest figures, scales that hold what is drawn, little said at a time, all there on return."""

import re
import time

import pytest
from playwright.sync_api import expect

from components.learning_curve import LearningCurve

pytestmark = pytest.mark.ui


@pytest.fixture
def curve():
    return LearningCurve(width=306, end=4, held_out_of=360)


def xs(path):
    return [float(x) for x in re.findall(r"[ML]([\d.]+) ", path)]


def test_points_are_drawn_with_their_figures(page, serve, curve):
    page.goto(serve(lambda: curve))
    root = page.locator(".curves")
    expect(root).to_contain_text("Train a batch or an epoch")
    curve.append([{"x": k / 10, "loss": 2.3 - k / 10, "accuracy": k / 20} for k in range(20)])
    curve.append([{"x": 2, "held_out": 0.9583}])
    expect(root.locator("figcaption b").first).to_have_text("0.400")
    expect(root.locator(".train .figure")).to_have_text("95.0 %")
    expect(root.locator(".held")).to_have_text("held out (360) 95.8 %")
    expect(root.locator(".axis")).to_have_text("0epochs2.5")
    assert root.locator(".scale").all_text_contents() == ["2.5", "0", "100 %", "0 %"]
    line = xs(root.locator("figure").first.locator("path.bold").get_attribute("d"))
    assert line == sorted(line) and line[0] >= 44 and 230 < line[-1] < 250  # 1.9 epochs of 2.5
    assert xs(root.locator("path.dots").get_attribute("d")) == [pytest.approx(251, abs=5)]
    expect(root.get_by_role("img").nth(1)).to_have_attribute(
        "aria-label", "Accuracy over epochs: training 95.0 %, held out 95.8 %"
    )


def test_a_page_that_reappears_shows_the_same(page, serve, curve):
    curve.load([{"x": k, "loss": 1 / (k + 1)} for k in range(4)])
    page.goto(serve(lambda: curve))
    for _ in range(2):
        expect(page.locator("figcaption b").first).to_have_text("0.250")
        page.reload()
    curve.reset()
    expect(page.locator(".curves")).to_contain_text("Train a batch or an epoch")


def test_what_was_not_measured_is_not_drawn(page, serve, curve):
    curve.load([{"x": 0, "loss": float("nan")}, {"x": 1, "accuracy": 0.5}])
    page.goto(serve(lambda: curve))
    expect(page.locator("figcaption b").first).to_have_text("–")
    expect(page.locator(".train .figure")).to_have_text("50.0 %")


def test_a_long_training_is_drawn_ten_times_a_second_and_stays_short(page, serve, curve):
    page.goto(serve(lambda: curve))
    root = page.locator(".curves")
    expect(root).to_be_visible()
    root.evaluate(
        """(el) => {
          el.drawn = 0;
          new MutationObserver((list) => (el.drawn += list.some((one) => one.attributeName === "d") ? 1 : 0))
            .observe(el, { subtree: true, attributes: true });
        }"""
    )
    began = time.monotonic()
    for k in range(100):
        curve.append([{"x": (k * 100 + j) / 2500, "loss": 1 + (j % 2)} for j in range(100)])
        time.sleep(0.01)
    expect(root.locator("figcaption b").first).to_have_text("2.000")
    page.wait_for_timeout(250)
    assert root.evaluate("(el) => el.drawn") <= (time.monotonic() - began) * 10 + 2
    assert len(xs(root.locator("figure").first.locator("path.bold").get_attribute("d"))) <= 4 * 306
