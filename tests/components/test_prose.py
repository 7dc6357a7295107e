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
