"""TransportBar by mouse and keyboard: every event, the answer before Python's, widths that do not move."""

import pytest
from playwright.sync_api import expect

from components.transport_bar import TransportBar

pytestmark = pytest.mark.ui


def test_the_simulations_events(page, show, until):
    events = show(TransportBar())
    page.get_by_role("button", name="Run simulation").click()
    page.get_by_role("button", name="One step").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Reset time").click()
    page.get_by_label("Speed").select_option("100 ms/s")
    until(lambda: len(events) == 4)
    assert events == [{"type": "run"}, {"type": "step"}, {"type": "reset"}, {"type": "speed", "value": 100}]


def test_the_trainings_events(page, show, until):
    events = show(TransportBar(variant="training"))
    page.get_by_role("button", name="Run training").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="+1 batch").click()
    page.get_by_role("button", name="new weights").click()
    until(lambda: len(events) == 3)
    assert [event["type"] for event in events] == ["run", "batch", "new_weights"]


def test_a_pause_of_the_training_says_stopping_at_once(page, show, until):
    bar = TransportBar(variant="training", running=True, status="epoch 1 of 2")
    events = show(bar)
    page.get_by_role("button", name="Pause training").click()
    shown = page.evaluate(
        """() => new Promise((done) => setTimeout(() => {
            const find = (at) => at.querySelector('.status')
                || [...at.querySelectorAll('*')].map((one) => one.shadowRoot && find(one.shadowRoot)).find(Boolean);
            done(find(document).textContent);
        }, 0))"""
    )
    assert shown == "stopping…"
    until(lambda: events == [{"type": "pause"}])
    page.get_by_role("button", name="Stopping training").click()
    bar.param.update(running=False, status="epoch 1 of 2 · batch 3 of 4")
    expect(page.locator(".status")).to_have_text("epoch 1 of 2 · batch 3 of 4")
    assert len(events) == 1  # the click in between asked for nothing


def test_a_click_that_python_does_not_follow_is_taken_back(page, show):
    show(TransportBar())
    page.get_by_role("button", name="Run simulation").click()
    expect(page.get_by_role("button", name="Pause simulation")).to_be_visible(timeout=300)
    expect(page.get_by_role("button", name="Run simulation")).to_be_visible(timeout=3000)


def test_numbers_that_change_move_nothing(page, show):
    bar = TransportBar()
    show(bar)
    widths, speed = [], page.get_by_label("Speed")
    for t_ms in (0, 7, 123, 98_765):
        bar.tick(t_ms)
        expect(page.locator(".time")).to_have_text(f"t ={t_ms:,}ms")
        widths.append(speed.bounding_box())
    assert all(box == widths[0] for box in widths)


def test_the_status_moves_nothing_either(page, show):
    bar = TransportBar(variant="training", status="epoch 1 of 40 · batch 1 of 12", progress=0)
    show(bar)
    before = page.locator(".transport").bounding_box()
    bar.param.update(status="epoch 33 of 400 · batch 10 of 1200", progress=0.5, running=True, time_left="2 min left")
    expect(page.locator(".left")).to_have_text("2 min left")
    assert page.locator(".transport").bounding_box() == before
    assert page.get_by_role("progressbar").get_attribute("aria-valuenow") == "50"


def test_time_is_still_shown_by_a_page_that_came_late(page, show):
    bar = TransportBar()
    bar.tick(42)
    show(bar)
    expect(page.locator(".digits")).to_have_text("42")


def test_what_is_blocked_says_why(page, show):
    bar = TransportBar(blocked="fc1 is not wired.", running=True)
    show(bar)
    expect(page.get_by_role("button", name="Pause simulation")).to_be_enabled()  # stopping is always possible
    expect(page.get_by_role("button", name="One step")).to_be_disabled()
    bar.running = False
    run = page.get_by_role("button", name="Run simulation")
    expect(run).to_be_disabled()
    expect(run).to_have_attribute("title", "fc1 is not wired.")


def test_a_blocked_training_says_why_where_it_stands(page, show):
    bar = TransportBar(variant="training", blocked="Nothing to learn from.", status="epoch 1 of 2")
    show(bar)
    expect(page.locator(".status")).to_have_text("Nothing to learn from.")
    bar.blocked = ""
    expect(page.locator(".status")).to_have_text("epoch 1 of 2")


def test_targets_are_large_enough_and_the_two_differ(page, open_page, serve):
    with open_page() as other:
        looks = []
        for tab, variant in ((page, "simulation"), (other, "training")):
            tab.goto(serve(TransportBar(variant=variant)))
            tab.locator(".transport").wait_for()
            for box in tab.locator("button, select").evaluate_all(
                "all => all.map((one) => one.getBoundingClientRect().toJSON())"
            ):
                assert box["width"] >= 24 and box["height"] >= 24
            looks.append(tab.locator(".run").evaluate("one => getComputedStyle(one).backgroundColor"))
        assert looks[0] == "rgb(28, 36, 48)" and looks[1] == "rgba(0, 0, 0, 0)"
