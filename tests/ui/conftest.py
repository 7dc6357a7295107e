"""The real workbench on a data folder of its own, a guarded page of it, and a person's two hands on that page."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.ui.hand import Hand
from tests.ui.served import App


@pytest.fixture(scope="session")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    app = App(tmp_path_factory.mktemp("data"))
    app.start()
    yield app
    if app.running:
        app.kill9()


@pytest.fixture
def app(_server: App) -> App:
    """The running workbench; whoever killed it leaves it to the next test to start it again."""
    if not _server.running:
        _server.restart()
    return _server


@pytest.fixture
def page(open_page) -> Iterator[Page]:
    """A guarded page of 1440 × 900 of a visitor who was never here."""
    with open_page() as page:
        yield page


@pytest.fixture
def hand(page: Page, app: App) -> Hand:
    """The hand of a newcomer, on the first page."""
    return Hand(page, app).visit()


@pytest.fixture
def digits(hand: Hand) -> Hand:
    """The hand on the digits starter."""
    hand.open_starter("Digits 64-32-10")
    hand.until(lambda: len(hand.wires) == 5)
    return hand


@pytest.fixture
def hand_on(app: App) -> Callable[[Page], Hand]:
    """The hand on a page of one's own: `hand_on(page).visit()`."""
    return lambda page: Hand(page, app)
