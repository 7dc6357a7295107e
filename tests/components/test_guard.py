"""The guard of `page` notices what it is there for: each test breaks one rule and expects the guard to fail."""

from pathlib import Path

import pytest

from tests.conftest import together

pytestmark = pytest.mark.ui
HOUSE = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("fetch('https://example.org/font.woff2').catch(() => 0)", "left the machine: https://example.org/font.woff2"),
        ("new Image().src = 'http://192.0.2.1/pixel.png'", "left the machine: http://192.0.2.1/pixel.png"),
        ("new WebSocket('ws://192.0.2.1/')", "left the machine: ws://192.0.2.1/"),
        ("console.error('a component said so')", "console: a component said so"),
        ("setTimeout(() => { throw new Error('nobody caught this') })", "page: .*nobody caught this"),
    ],
)
def test_a_fault_fails_the_test(open_page, script, fault):
    with pytest.raises(AssertionError, match=fault), open_page() as page:
        page.set_content("<p>here</p>")
        page.evaluate(f"() => {{ {script} }}")
        page.wait_for_timeout(100)


def test_what_is_done_in_a_browser_is_known_by_its_file():
    """So that it goes to the worker that has the browser: `together` sees nothing of a test but its name."""
    tests = [path for path in (HOUSE / "tests").rglob("test_*.py") if "pytest.mark.ui" in path.read_text("utf-8")]
    assert {together(f"{path.relative_to(HOUSE).as_posix()}::test_it") for path in tests} == {"browser", "wheel"}
    assert together("tests/run/test_training.py::test_it") == "tests/run/test_training.py::test_it"


def test_a_page_without_faults_passes(open_page):
    with open_page() as page:
        page.set_content("<img src='data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA='>")
        page.evaluate("() => console.warn('only a warning')")


def test_each_fault_is_the_tests_own(open_page):
    """A fault that a test expects can be looked at and taken off; another page's list is not touched."""
    with open_page() as page, open_page() as other:
        page.evaluate("() => console.error('expected')")
        page.wait_for_timeout(50)
        assert page.context.faults == ["console: expected"]
        assert other.context.faults == []
        page.context.faults.clear()
