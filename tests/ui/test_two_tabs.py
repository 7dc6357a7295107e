"""Two tabs of one visitor on one design: the second is told, becomes a copy, and neither overwrites the other."""

import pytest

pytestmark = pytest.mark.ui


def beta(hand):
    return next(node for node in hand.on_disk()["nodes"] if node["id"] == "lif1")["params"]["beta"]


def turn(hand, value):
    hand.pick("lif1")
    hand.type("beta", str(value))
    hand.until(lambda: hand.saved() and beta(hand) == value)


def test_the_second_tab_becomes_a_copy(hand, hand_on, page):
    turn(hand, 0.8)
    second = hand_on(page.context.new_page()).visit(hand.id)
    second.until(lambda: second.id != hand.id)
    second.saved()
    assert "open in another tab: this is a copy" in second.notice.inner_text()
    assert second.on_disk()["name"] == f"{hand.on_disk()['name']} (copy)"
    assert beta(second) == 0.8
    turn(second, 0.3)
    turn(hand, 0.6)
    assert beta(second) == 0.3 and beta(hand) == 0.6
    second.page.reload()
    second.stands()
    assert second.id != hand.id and beta(second) == 0.3
    assert not second.notice.is_visible(), "a copy reloaded is no copy of a copy"


def test_the_seat_is_free_when_the_first_tab_is_closed(hand, hand_on, page):
    turn(hand, 0.8)
    design = hand.id
    other = page.context.new_page()
    page.close()
    third = hand_on(other).visit(design)
    other.wait_for_timeout(500)
    assert third.id == design and not third.notice.is_visible()


def test_another_visitor_sees_nothing_of_it(hand, hand_on, open_page):
    turn(hand, 0.8)
    with open_page() as page:
        stranger = hand_on(page).visit(hand.id)
        assert "lif1" in stranger.nodes
        turn(stranger, 0.2)
        assert stranger.id == hand.id and stranger.folder != hand.folder
    hand.page.reload()
    hand.stands()
    hand.pick("lif1")
    assert hand.knob("beta").locator("input.figure").input_value() == "0.8" and beta(hand) == 0.8
