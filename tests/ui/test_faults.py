"""A fault of ours becomes one sentence with details to copy; it is logged, and the page goes on."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.ui


@pytest.fixture
def damage(page):
    """Damage one message on its way to the server: `damage("add")` makes the next gesture of that type nonsense."""
    wanted: list[str] = []

    def carry(line):
        server = line.connect_to_server()

        def forward(message):
            if wanted and isinstance(message, str) and (said := f'["type","{wanted[0]}"]') in message:
                message = message.replace(said, f'["type","{wanted.pop()[::-1]}"]')
            server.send(message)

        line.on_message(forward)

    page.route_web_socket(re.compile("/ws"), carry)
    return wanted.append


def test_a_fault_is_one_sentence_with_details_and_the_page_goes_on(damage, hand, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    before = hand.nodes
    damage("add")
    corner = page.locator(".canvas").bounding_box()
    hand.part("Sum").scroll_into_view_if_needed()
    x, y, width, height = hand.part("Sum").bounding_box().values()
    hand.drag((x + width / 2, y + height / 2), (corner["x"] + 300, corner["y"] + 330))
    expect(hand.notice).to_contain_text("Something went wrong")
    assert "\n" not in hand.notice.inner_text() and "Traceback" not in hand.notice.inner_text()
    hand.press("Copy details")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert "Traceback" in page.evaluate("() => navigator.clipboard.readText()")
    assert any("Error" in line for line in hand.app.said), "it is logged"
    began = hand.step
    hand.until(lambda: hand.step > began)
    hand.press("Dismiss")
    expect(hand.notice).to_be_hidden()
    hand.drop("Sum", 300, 330)
    assert len(hand.nodes) == len(before) + 1
