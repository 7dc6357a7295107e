"""A link holds the whole design: copied here, opened there as a copy of one's own; a damaged one is refused."""

import pytest
from playwright.sync_api import expect

from tests.ui.hand import Hand

pytestmark = pytest.mark.ui


def shared(hand):
    """The link that the dialog shows."""
    hand.page.get_by_role("button", name="Share the design as a link").click()
    dialog = hand.page.get_by_role("dialog", name="Share")
    expect(dialog.get_by_role("button", name="Copy the link")).to_be_focused()
    return dialog, dialog.get_by_label("The link").input_value()


def opened(link, hand, page):
    """The hand of somebody else who opens the link."""
    page.goto(link)
    theirs = Hand(page, hand.app)
    theirs.stands()
    theirs.until(lambda: theirs.nodes == hand.nodes)
    return theirs


def test_a_link_opens_the_same_design_for_somebody_else(digits, page, open_page):
    dialog, link = shared(digits)
    assert link.startswith(digits.app.url) and len(link) < 2000
    expect(dialog.get_by_role("checkbox")).to_be_disabled()
    expect(dialog).to_contain_text("nothing has been learned yet")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    mine = digits.saved()
    with open_page() as other:
        theirs = opened(link, digits, other)
        theirs.until(lambda: theirs.wires == digits.wires)
        assert not other.evaluate("location.hash") and theirs.id != digits.id
        seen = theirs.saved()
    assert {**seen, "id": "", "weights": ""} == {**mine, "id": "", "weights": ""}


def test_what_was_learned_travels_bit_for_bit(digits, page, open_page):
    digits.press("+1 batch")
    digits.until(lambda: digits.history()[-1] == "Train one batch, epoch 1")
    mine = digits.saved()
    dialog, link = shared(digits)
    expect(dialog.get_by_role("checkbox")).to_be_checked()
    dialog.get_by_role("checkbox").uncheck()
    assert len(dialog.get_by_label("The link").input_value()) < 2000 < len(link)
    with open_page() as other:
        assert opened(link, digits, other).saved()["weights"] == mine["weights"], "a name of content"


def test_what_is_learned_so_far_travels_while_training_runs(digits, page):
    digits.press("Run training")
    expect(page.locator(".transport.training .status")).to_contain_text("epoch")
    dialog, link = shared(digits)
    expect(dialog.get_by_role("checkbox")).to_be_checked()
    assert len(link) > 2000


def test_a_link_opened_beside_the_last_design_is_what_is_shown(digits, page):
    _, link = shared(digits)
    page.keyboard.press("Escape")
    digits.saved()
    kept = {path.name for path in digits.folder.parent.iterdir()}
    second = opened(link, digits, page.context.new_page())
    assert not second.notice.is_visible()
    second.saved()
    assert {path.name for path in digits.folder.parent.iterdir()} - kept == {second.id}
    second.page.close()


def test_a_good_link_takes_the_refusal_of_a_bad_one_away(digits, page):
    _, link = shared(digits)
    page.keyboard.press("Escape")
    first, text = digits.id, link.partition("#")[2]
    page.evaluate("text => { location.hash = text }", text[:-9])
    expect(page.locator(".notice")).to_contain_text("damaged")
    page.evaluate("text => { location.hash = text }", text)
    digits.until(lambda: digits.id not in (first, ""))
    expect(page.locator(".notice")).to_be_hidden()


def test_a_damaged_link_is_refused_and_what_was_there_stays(digits, page):
    _, link = shared(digits)
    page.keyboard.press("Escape")
    nodes, id = digits.nodes, digits.id
    page.evaluate("link => { location.hash = link }", link.partition("#")[2][:-9])
    notice = page.locator(".notice")
    expect(notice).to_contain_text("This link is damaged; ask for it again, and copy all of it.")
    assert (digits.nodes, digits.id) == (nodes, id) and not page.evaluate("location.hash")


def test_the_link_is_copied(digits, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    dialog, link = shared(digits)
    dialog.get_by_role("button", name="Copy the link").click()
    expect(dialog.locator("[role=status]")).to_have_text("It is on the clipboard.")
    assert page.evaluate("navigator.clipboard.readText()") == link
