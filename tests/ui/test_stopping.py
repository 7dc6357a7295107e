"""The server is asked to stop, by Ctrl+C or by a service manager: nothing is lost and nothing looks like a crash."""

import re
import signal

import pytest

from tests.ui.hand import Hand, middle
from tests.ui.served import App

pytestmark = pytest.mark.ui

LOST = re.compile("connect|ERR_|WebSocket|fetch", re.IGNORECASE)


@pytest.mark.parametrize(
    ("number", "impatient"), [(signal.SIGINT, False), (signal.SIGTERM, False), (signal.SIGINT, True)]
)
def test_the_edit_under_way_is_kept(page, tmp_path, number, impatient):
    app = App(tmp_path)
    app.start()
    try:
        hand = Hand(page, app).visit()
        hand.pick("lif1")
        hand.type("beta", "0.6")
        before = hand.saved()
        x, y = middle(hand.knob("beta").locator("input[type=range]"))
        page.mouse.move(x, y)
        page.mouse.down()  # a slider that is held is not saved yet
        page.mouse.move(x + 15, y, steps=3)
        figure, undo = hand.knob("beta").locator("input.figure"), page.locator(".titlebar .undo")
        hand.until(lambda: undo.get_attribute("title") == f"Undo: β of lif1 0.6 → {figure.input_value()}")
        held = float(figure.input_value())
        assert hand.on_disk() == before and held != 0.6
        assert app.stop(number, impatient=impatient) == 0
        after = next(node for node in hand.on_disk()["nodes"] if node["id"] == "lif1")["params"]["beta"]
        assert after == pytest.approx(held, abs=1e-6)
        hand.until(lambda: app.said[-1].startswith("Stopped."))
        assert not [line for line in app.said if "Traceback" in line or "Error" in line]
    finally:
        if app.running:
            app.kill9()
        page.context.faults[:] = [fault for fault in page.context.faults if not LOST.search(fault)]
