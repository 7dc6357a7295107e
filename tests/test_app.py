"""The way from a thread to the page: nothing that is posted is lost, whatever the page is sent meanwhile."""

import threading

import panel as pn
import pytest

from components.sample_tile import SampleTile
from workbench.app import way_to

pytestmark = pytest.mark.ui

POSTS = 4000


def test_no_call_is_lost_while_messages_leave(page, serve):
    tile, heard = SampleTile(), []

    def begin(post) -> None:
        threading.Thread(target=lambda: [post(lambda n=n: heard.append(n)) for n in range(POSTS)], daemon=True).start()

    def send() -> None:
        for _ in range(40):
            tile._send_msg({"type": "sample", "data": None, "counts": [], "answer": None, "drawn": None})

    def make():
        post = way_to(pn.state.curdoc)
        pn.state.onload(lambda: begin(post))
        pn.state.add_periodic_callback(send, 1)
        return tile

    page.goto(serve(make))
    for _ in range(400):
        if len(heard) == POSTS:
            break
        page.wait_for_timeout(50)
    assert heard == list(range(POSTS))
