"""Prose: what is folded, what is mathematics, and links that lead to Python alone."""

import pytest
from playwright.sync_api import expect

from components.prose import Prose
from components.prose.prose import rendered

TEXT = """How often?

::: Show the **answer**
Never: $a_b$ stays *below* $c_d$.

- and so on
:::

Then [save it](#files) or [go](https://example.org).
"""


def test_what_stands_between_colons_is_folded_away():
    drawn = rendered(TEXT)
    before, told = drawn.split("<details>")
    told, after = told.split("</details>")
    assert before.strip() == "<p>How often?</p>" and after.strip().startswith("<p>Then")
    assert told.startswith("<summary>Show the **answer**</summary><p>Never: ")
    assert 'data-latex="a_b"' in told and "<em>below</em>" in told and "<li>and so on</li>" in told


@pytest.mark.parametrize("text", ["::: never closed\nall the rest", "a ::: b\n:::", ":::\nno words\n:::"])
def test_other_colons_are_text(text):
    assert "<details>" not in rendered(text) and ":::" in rendered(text)


def test_html_in_a_fold_is_text():
    drawn = rendered("::: <b>x</b>\n<script>1</script>\n:::\n")
    assert "<b>" not in drawn and "<script>" not in drawn


@pytest.mark.parametrize("said", ["\ue0000\ue001", "&#xe000;0&#xe001;", "<http://a/%EE%80%800%EE%80%81>"])
def test_no_letter_of_the_text_stands_for_a_formula(said):
    """Neither as it is written nor as Markdown reads it; with formulas, without any, and in a fold."""
    assert 'class="maths' not in rendered(said)
    for text in (f"$a_b$ {said} and $c$", f"::: More\n$a_b$ {said} and $c$\n:::\n"):
        drawn = rendered(text)
        assert drawn.count("<span") == 2 and 'data-latex="a_b"' in drawn and 'data-latex="c"' in drawn


def test_a_formula_holds_its_place_within_words_and_marks():
    assert rendered("*a* $x$*b*") == '<p><em>a</em> <span class="maths inline" data-latex="x"></span><em>b</em></p>\n'


@pytest.mark.ui
def test_an_answer_is_shown_on_demand_and_a_link_tells_python(page, show, until):
    events = show(Prose(text=TEXT))
    expect(page.get_by_text("Never")).to_be_hidden()
    page.locator("summary").click()
    expect(page.get_by_text("Never")).to_be_visible()
    expect(page.locator("math")).to_have_count(2)
    address = page.url
    page.get_by_role("link", name="go").click()  # leads off the page, so nowhere
    page.get_by_role("link", name="save it").click()
    until(lambda: events == [{"type": "follow", "name": "files"}])
    assert page.url == address
