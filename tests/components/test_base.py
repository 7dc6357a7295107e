"""What every component shares: events as plain dicts, exceptions where Panel's go, the theme inline."""

import panel
import pytest
from playwright.sync_api import expect

from components import bundle, theme
from components.base import Component
from components.parts_palette import PartsPalette
from components.transport_bar import TransportBar


@pytest.fixture
def palette():
    return PartsPalette()


def test_every_listener_gets_the_message_in_order(palette):
    heard = []
    palette.on_event(lambda event: heard.append(("first", event)))
    palette.on_event(lambda event: heard.append(("second", event)))
    palette._handle_msg({"type": "insert", "kind": "Leaky"})
    assert heard == [("first", {"type": "insert", "kind": "Leaky"}), ("second", {"type": "insert", "kind": "Leaky"})]


@pytest.mark.parametrize("message", [None, "insert", ["insert"], {}, {"type": 3}, {"type": "_ack", "seq": 1}])
def test_what_is_no_event_reaches_no_listener(palette, message):
    heard = []
    palette.on_event(heard.append)
    palette._handle_msg(message)
    assert heard == []


def test_a_components_own_protocol_reaches_the_component():
    class Talking(PartsPalette):
        def _handle_protocol(self, message):
            self.told = message

    talking = Talking()
    talking._handle_msg({"type": "_ack", "seq": 7})
    assert talking.told == {"type": "_ack", "seq": 7}


def test_an_exception_goes_to_panels_handler_and_stops_nobody(palette, monkeypatch):
    caught, heard = [], []
    monkeypatch.setattr(panel.config, "exception_handler", caught.append)

    def fail(event):
        raise ValueError("beta is 7; allowed is 0 to 1.")

    palette.on_event(fail)
    palette.on_event(heard.append)
    palette._handle_msg({"type": "insert", "kind": "Leaky"})
    assert [str(error) for error in caught] == ["beta is 7; allowed is 0 to 1."]
    assert len(heard) == 1


@pytest.mark.parametrize("name", bundle.names())
def test_a_component_brings_its_look_along(name):
    component = bundle.component(name)
    assert component._stylesheets[0] == theme.CSS
    assert not any(sheet.endswith(".css") for sheet in component._stylesheets), "text, not files: a notebook loads none"
    assert component._bundle_css == []
    assert "dark" in component.param


def test_a_class_without_a_source_keeps_its_parents_files():
    class Smaller(PartsPalette):
        pass

    assert Smaller._bundle == PartsPalette._bundle and Smaller._esm_shared is PartsPalette._esm_shared
    assert Component._esm_path() is None


def test_what_changes_before_the_page_is_ready_is_told(page, serve):
    """The page's word that it is ready is held back for ever, and all that it says after it."""
    held = []

    def between(page_side):
        server_side = page_side.connect_to_server()

        def pass_on(frame):
            if held or "document_ready" in frame:
                held.append(frame)
            else:
                server_side.send(frame)

        page_side.on_message(pass_on)

    page.route_web_socket("**/ws", between)
    bar = TransportBar(variant="training", blocked="Nothing to learn from.", status="epoch 1 of 2")
    page.goto(serve(bar))
    expect(page.locator(".status")).to_have_text("Nothing to learn from.")
    page.wait_for_timeout(300)
    assert held
    bar.blocked = ""
    expect(page.locator(".status")).to_have_text("epoch 1 of 2")
