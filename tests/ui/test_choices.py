"""What can be chosen is written out whole, whichever of it is chosen."""

import pytest

pytestmark = pytest.mark.ui

CUT = """select => {
  const pen = document.createElement("canvas").getContext("2d");
  const style = getComputedStyle(select);
  pen.font = style.font;
  const arrow = 18; // what the browser keeps for it
  const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - arrow;
  const names = [...select.options].map((option) => option.text);
  return names.filter((name) => pen.measureText(name).width > room + 1);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_choice_is_cut_off_on_a_small_window(app, hand_on, open_page, scheme):
    with open_page(viewport={"width": 1024, "height": 700}, color_scheme=scheme) as page:
        hand = hand_on(page).visit()
        hand.open_starter("Digits 64-32-10")
        hand.until(lambda: len(hand.wires) == 5)
        hand.tab("Inspect")
        for node in ("in", "hidden", "out"):
            hand.pick(node)
            page.locator(".knobs h2").wait_for()
            for select in page.locator(".knobs select").all():
                assert select.evaluate(CUT) == [], (node, select.evaluate("one => one.id"), select.bounding_box())
        hand.tab("Train")
        page.locator(".settings select").first.wait_for()
        for select in page.locator(".settings select").all():
            assert select.evaluate(CUT) == [], (select.evaluate("one => one.id"), select.bounding_box())
