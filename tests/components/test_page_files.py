"""Files through a PageFrame: chosen, dropped, refused with a sentence, offered for saving."""

import json

import pytest
from playwright.sync_api import expect

from components.page_frame import PageFrame
from components.page_frame.page_frame import LARGEST_FILE

pytestmark = pytest.mark.ui

DROP = """([name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name));
    for (const type of ['dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def test_a_chosen_file_arrives(page, show, until, tmp_path):
    path = tmp_path / "my net.json"
    path.write_text(json.dumps({"name": "β → θ"}, ensure_ascii=False), encoding="utf-8")
    shell = PageFrame()
    events = show(shell)
    with page.expect_file_chooser() as chooser:
        page.mouse.click(600, 400)
        shell.open_file()
    chooser.value.set_files(path)
    until(lambda: events.of("open_file"))
    assert events.of("open_file") == [{"type": "open_file", "name": "my net.json", "text": '{"name": "β → θ"}'}]


def test_a_file_larger_than_one_message_arrives_whole(page, show, until):
    events = show(PageFrame())
    page.evaluate(DROP.replace("[text]", "['\"' + text.repeat(700_000) + '\"']"), ["large.json", "äbcdefgh"])
    until(lambda: events.of("open_file"), seconds=10)
    (event,) = events.of("open_file")
    assert event["text"] == '"' + "äbcdefgh" * 700_000 + '"'


def test_a_dropped_file_arrives_and_the_veil_goes(page, show, until):
    events = show(PageFrame())
    page.evaluate(DROP, ["net.JSON", "{}"])
    until(lambda: events.of("open_file"))
    assert events.of("open_file")[0]["text"] == "{}"
    expect(page.locator(".veil")).to_be_hidden()


def test_the_veil_shows_that_a_file_may_fall(page, show):
    show(PageFrame())
    page.evaluate(DROP.replace("'dragover', 'drop'", "'dragover'"), ["net.json", "{}"])
    expect(page.locator(".veil")).to_be_visible()
    page.evaluate("() => document.body.dispatchEvent(new DragEvent('dragleave', { bubbles: true }))")
    expect(page.locator(".veil")).to_be_hidden()


@pytest.mark.parametrize(
    ("name", "script", "sentence"),
    [
        ("net.txt", "[text]", "“net.txt” is not a design: open a file that ends in .json."),
        ("net.json", "[new Uint8Array(20_000_001)]", "“net.json” has 20.0 MB; a design may have 20.0 MB."),
        ("net.json", "[new Uint8Array([255, 254])]", "“net.json” could not be read as text: is it a design?"),
    ],
)
def test_what_cannot_be_a_design_is_refused(page, show, until, name, script, sentence):
    events = show(PageFrame())
    page.evaluate(DROP.replace("[text]", script), [name, "{}"])
    until(lambda: events.of("file_refused"))
    assert events.of("file_refused") == [{"type": "file_refused", "message": sentence}]
    assert events.of("open_file") == []


def test_a_page_that_sends_more_than_it_may_is_not_believed():
    shell, events = PageFrame(), []
    shell.on_event(events.append)
    part = {"type": "_file", "name": "x.json", "text": "x" * (LARGEST_FILE // 2 + 1), "first": False, "last": False}
    for _ in range(3):
        shell._handle_msg(part)
    shell._handle_msg({**part, "text": "end", "last": True})
    assert all(len(event["text"]) <= LARGEST_FILE for event in events)


@pytest.mark.parametrize(("name", "data"), [("net.json", '{"name": "β"}'), ("weights.npz", bytes(range(256)))])
def test_a_file_is_offered(page, show, name, data):
    shell = PageFrame()
    show(shell)
    with page.expect_download() as download:
        shell.download(name, data)
    assert download.value.suggested_filename == name
    content = download.value.path().read_bytes()
    assert content == (data.encode() if isinstance(data, str) else data)
