"""The strip shows nothing of a network that is gone."""

import pytest

from workbench.views.moments import Rates
from workbench.views.strip import Strip


@pytest.fixture
def shown(visit, loop):
    """A session on the digits, and the strip's figures once all four are there."""
    session, figures = visit("digits"), {}

    def draw(news):
        figures.clear()
        figures.update({one["label"]: one["value"] for one in news})

    Strip(session, Rates(session)).listen(draw)
    session.playback.step(5)
    loop.until(lambda: len(figures) == 4)
    return session, figures


def test_all_goes_when_the_network_changes_and_comes_back_measured(shown, loop):
    session, figures = shown
    session.edit({"op": "set", "node": "fc1", "params": {"out_features": 16}})
    loop.until(lambda: not figures)
    loop.until(lambda: {"accuracy", "parameters", "memory"} <= set(figures))
    assert figures["parameters"] == f"{65 * 16 + 17 * 10:,}"


def test_nothing_is_shown_while_it_is_broken(shown, loop):
    session, figures = shown
    session.edit({"op": "set", "node": "fc1", "params": {"in_features": 65}})
    loop.until(lambda: not figures)
    loop.turn(0.6)  # measuring the old network may have been under way
    assert session.playback.broken and not figures
    session.undo()
    loop.until(lambda: "accuracy" in figures)


def test_a_slider_takes_the_accuracy_and_leaves_the_sizes(shown, loop):
    session, figures = shown
    session.edit({"op": "set", "node": "hidden", "params": {"beta": 0.1}})
    loop.until(lambda: "accuracy" not in figures)
    assert {"parameters", "memory"} <= set(figures)
    loop.until(lambda: "accuracy" in figures)


def test_a_move_leaves_all(shown, loop):
    session, figures = shown
    before = dict(figures)
    session.edit({"op": "move", "positions": {"fc1": [300, 300]}})
    loop.turn(0.1)
    assert figures == before


def test_it_is_empty_for_an_equal_design_that_is_opened(shown, loop):
    session, figures = shown
    session.open(session.document.design.fresh())
    session.learning.batch()
    loop.until(lambda: "accuracy" not in figures)
