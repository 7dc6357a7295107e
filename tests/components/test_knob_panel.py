"""KnobPanel by mouse and keyboard: live values, one final value, refusals, the mark of a drag, MathML."""

import pytest
from playwright.sync_api import expect

from components.knob_panel import KnobPanel
from workbench.design import DesignError
from workbench.design.params import Param

pytestmark = pytest.mark.ui

BETA = {"name": "beta", "symbol": "β", "unit": "1", "value": 0.9, "default": 0.9, "lo": 0, "hi": 1, "step": 0.01}
TAU = {"name": "tau", "symbol": "τ", "unit": "ms", "value": 20.0, "lo": 0.1, "meaning": "Time constant."}
RESET = {"name": "reset", "symbol": "", "unit": "1", "value": "subtract", "choices": ["subtract", "zero", "none"]}
SHAPE = {"name": "shape", "symbol": "", "unit": "1", "value": "64", "placeholder": "whatever arrives"}
BIAS = {"name": "bias", "symbol": "b", "unit": "1", "value": [0.91] * 32}
SIZE = {"name": "size", "symbol": "n", "unit": "1", "value": 32, "lo": 1, "hi": 256, "step": 1, "structural": True}
LEARN = {"name": "learn", "symbol": "", "unit": "1", "value": False}


def panel(*knobs, **params):
    return KnobPanel(title="Leaky", knobs=list(knobs), width=350, **params)


def drag(page, knob, start, end):
    """Drag the slider of `knob` between two shares of its length."""
    box = page.locator(f"[data-knob={knob}] input[type=range]").bounding_box()
    x, y = (lambda share: box["x"] + 7 + share * (box["width"] - 14)), box["y"] + box["height"] / 2
    page.mouse.move(x(start), y)
    page.mouse.down()
    page.mouse.move(x(end), y, steps=10)
    page.mouse.up()


def test_a_drag_is_live_and_ends_with_one_final_value(page, show, until):
    events = show(panel(BETA))
    box = page.locator("[data-knob=beta] input[type=range]").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 7 + 0.9 * (box["width"] - 14), y)
    page.mouse.down()
    for count, share in enumerate((0.8, 0.7, 0.6, 0.5), start=1):
        page.mouse.move(box["x"] + 7 + share * (box["width"] - 14), y)
        until(lambda count=count: len(events) >= count)  # a busy Python gets the newest, so each is waited for
    page.mouse.up()
    until(lambda: events[-1]["final"])
    assert [event["final"] for event in events[:-1]] == [False] * (len(events) - 1)
    assert len(events) > 2
    assert abs(events[-1]["value"] - 0.5) < 0.02
    assert {event["name"] for event in events} == {"beta"}
    expect(page.locator("[data-knob=beta] input.figure")).to_have_value(f"{events[-1]['value']:g}")


def test_a_drag_leaves_a_mark_where_it_began(page, show):
    show(panel(BETA))
    ghost = page.locator("[data-knob=beta] .ghost")
    expect(ghost).to_be_hidden()
    drag(page, "beta", 0.9, 0.5)
    expect(ghost).to_be_visible()
    box, track = ghost.bounding_box(), page.locator("[data-knob=beta] .slide").bounding_box()
    assert abs((box["x"] + 1 - track["x"] - 7) / (track["width"] - 14) - 0.9) < 0.01


def test_a_slider_by_keyboard(page, show, until):
    events = show(panel(BETA))
    page.locator("[data-knob=beta] input[type=range]").focus()
    page.keyboard.press("ArrowLeft")
    until(lambda: events.of("set")[-1:] == [{"type": "set", "name": "beta", "value": 0.89, "final": True}])
    page.keyboard.press("Home")
    until(lambda: events[-1]["value"] == 0)
    page.keyboard.press("Backspace")
    until(lambda: events[-1] == {"type": "set", "name": "beta", "value": 0.9, "final": True})


def test_a_double_click_brings_the_default_back(page, show, until):
    events = show(panel({**BETA, "value": 0.3}))
    page.locator("[data-knob=beta] input[type=range]").dblclick()
    until(lambda: events and events[-1] == {"type": "set", "name": "beta", "value": 0.9, "final": True})


def test_a_structural_slider_sends_only_its_release(page, show, until):
    events = show(panel(SIZE))
    drag(page, "size", 0.12, 0.5)
    until(lambda: events)
    page.wait_for_timeout(100)
    assert [event["final"] for event in events] == [True]
    assert isinstance(events[0]["value"], int)
    expect(page.locator("[data-knob=size] .meaning")).to_have_text("Changing it rebuilds the network.")


def test_a_typed_number(page, show, until):
    events = show(panel(BETA, TAU))
    page.locator("[data-knob=beta] input.figure").fill("0,5")
    page.keyboard.press("Enter")
    page.locator("[data-knob=tau] input.figure").fill("12.5")
    page.keyboard.press("Tab")
    until(lambda: [(event["value"], event["final"]) for event in events] == [(0.5, True), (12.5, True)])
    expect(page.locator("[data-knob=tau] .unit")).to_have_text("ms")
    expect(page.locator("[data-knob=tau] input[type=range]")).to_have_count(0)


@pytest.mark.parametrize(
    ("knob", "typed", "sentence"),
    [
        ("beta", "1.5", "lif1.beta: must be a number from 0 to 1, got 1.5; choose one within these bounds."),
        ("beta", "high", 'lif1.beta: must be a number from 0 to 1, got "high"; write one such as 0.9.'),
        ("beta", " ", "lif1.beta: must be a number from 0 to 1, got nothing; write one such as 0.9."),
        ("tau", "0", "tau: must be a number of at least 0.1, got 0; choose one within these bounds."),
        ("size", "3.5", "size: must be a whole number from 1 to 256, got 3.5; write digits only."),
    ],
)
def test_a_number_out_of_bounds_is_refused_with_a_sentence(page, show, knob, typed, sentence):
    events = show(panel({**BETA, "where": "lif1.beta"}, TAU, SIZE))
    field, said = page.locator(f"[data-knob={knob}] input.figure"), page.locator(f"[data-knob={knob}] [role=alert]")
    before = field.input_value()
    for leave in ("Enter", "Tab"):
        field.fill(typed)
        page.keyboard.press(leave)
        expect(said).to_have_text(sentence)
        expect(field).to_have_value(before)
    assert events == []


def test_a_number_is_refused_in_the_words_of_the_document(page, show):
    """Which of the two says it is nothing a reader should notice."""
    show(panel({**BETA, "where": "lif1.beta"}, {**SIZE, "where": "lif1.size"}))
    for knob, typed, read in (
        ("beta", 1.5, Param("beta", "number", 0.9, "", lo=0, hi=1)),
        ("size", 3.5, Param("size", "whole", 32, "", lo=1, hi=256)),
        ("size", 999, Param("size", "whole", 32, "", lo=1, hi=256)),
    ):
        page.locator(f"[data-knob={knob}] input.figure").fill(str(typed))
        page.keyboard.press("Enter")
        with pytest.raises(DesignError) as refusal:
            read.read(typed, f"lif1.{knob}")
        expect(page.locator(f"[data-knob={knob}] [role=alert]")).to_have_text(str(refusal.value))


def _other_field(page, knobs):
    page.get_by_label("tau", exact=True).click()


def _elsewhere(page, knobs):
    knobs.knobs = [{**BETA, "value": 0.5}, TAU]


@pytest.mark.parametrize(
    "done",
    [
        pytest.param(lambda page, knobs: page.keyboard.press("Escape"), id="Esc"),
        pytest.param(lambda page, knobs: page.keyboard.press("Tab"), id="leaving"),
        pytest.param(lambda page, knobs: page.mouse.click(900, 600), id="a press elsewhere"),
        pytest.param(_other_field, id="another field"),
        pytest.param(_elsewhere, id="another value from Python"),
    ],
)
def test_a_refusal_goes_with_the_next_thing_done(page, show, done):
    knobs = panel(BETA, TAU)
    show(knobs)
    page.get_by_label("beta", exact=True).fill("7")
    page.keyboard.press("Enter")
    said = page.locator("[data-knob=beta] [role=alert]")
    expect(said).to_contain_text("got 7")
    done(page, knobs)
    expect(said).to_have_text("")


def test_one_refusal_stands_at_a_time(page, show):
    knobs = panel(BETA, TAU)
    show(knobs)
    page.get_by_label("beta", exact=True).fill("7")
    page.keyboard.press("Enter")
    knobs.refuse("tau", "tau: is not for this neuron.")
    expect(page.locator("[data-knob=tau] [role=alert]")).to_have_text("tau: is not for this neuron.")
    expect(page.locator("[data-knob=beta] [role=alert]")).to_have_text("")


def test_a_label_may_stand_for_the_name(page, show):
    show(panel({**BETA, "name": "amplitude", "label": "current"}))
    expect(page.locator("[data-knob=amplitude] label")).to_contain_text("current")
    expect(page.get_by_label("current, slider")).to_be_visible()


def test_a_slider_may_be_declined_without_losing_its_bounds(page, show):
    show(panel({**SIZE, "slider": False}))
    expect(page.locator("[data-knob=size] input[type=range]")).to_have_count(0)
    page.get_by_label("size", exact=True).fill("300")
    page.keyboard.press("Enter")
    expect(page.locator("[data-knob=size] [role=alert]")).to_contain_text("from 1 to 256")


def test_choices_switches_and_texts(page, show, until):
    events = show(panel(RESET, LEARN, SHAPE))
    page.get_by_label("reset").select_option("zero")
    page.get_by_label("learn").check()
    page.get_by_label("shape").fill("8, 8")
    page.keyboard.press("Enter")
    until(lambda: [event["value"] for event in events] == ["zero", True, "8, 8"])
    assert all(event["final"] for event in events)


def test_a_list_is_said_as_such(page, show):
    show(panel(BIAS))
    expect(page.locator("[data-knob=bias] .figure")).to_have_text("per neuron (32 values, mean 0.91)")


def test_python_refuses_at_the_knob(page, show):
    knobs = panel(SHAPE)
    show(knobs)
    page.get_by_label("shape").fill("8 by 8")
    page.keyboard.press("Enter")
    knobs.refuse("shape", "shape must be one or three numbers.")
    expect(page.get_by_role("alert")).to_have_text("shape must be one or three numbers.")
    expect(page.get_by_label("shape")).to_have_value("64")


def test_what_python_says_does_not_disturb_who_types(page, show):
    knobs = panel(BETA, TAU)
    show(knobs)
    field = page.locator("[data-knob=beta] input.figure")
    field.fill("0.4")
    knobs.knobs = [{**BETA, "value": 0.8}, {**TAU, "value": 30.0}]
    expect(page.locator("[data-knob=tau] input.figure")).to_have_value("30")
    expect(field).to_have_value("0.4")
    page.keyboard.press("Escape")
    expect(field).to_have_value("0.8")


def test_the_equation_is_mathml_that_the_browser_draws(page, show):
    knobs = panel(
        equation=[r"U_t = \beta\,U_{t-1} + I_t - \theta\,S_{t-1}", r"S_t = \begin{cases}1 & U_t > \theta\\0\end{cases}"]
    )
    show(knobs)
    maths = page.locator("math")
    expect(maths).to_have_count(2)
    assert maths.first.evaluate("one => one.namespaceURI") == "http://www.w3.org/1998/Math/MathML"
    assert maths.first.bounding_box()["width"] > 80
    knobs.equation = [r"\frac{1}{"]  # no LaTeX at all: shown as it was written
    expect(page.locator(".equation")).to_contain_text(r"\frac{1}{")


def test_the_lines_of_an_equation_stand_under_each_other_at_the_sign(page, show):
    show(panel(equation=[r"\begin{aligned} R &= 1 \\ U[t] &= \beta + X[t] - R[t] \\ S[t] &= 0 \end{aligned}"]))
    expect(page.locator("mtr")).to_have_count(3)
    signs = page.locator("mtr mtd:nth-child(2) mo:first-child").evaluate_all(
        "all => all.filter((one) => one.textContent === '=').map((one) => one.getBoundingClientRect().x)"
    )
    assert len(signs) == 3 and max(signs) - min(signs) < 1
    left = page.locator("mtr mtd:first-child mrow:first-child").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().right)"
    )
    assert max(signs) - min(left) < 8, "nothing but a space before the sign"


def test_a_refusal_moves_nothing_and_leaves_the_keyboard_where_it_is(page, show):
    show(panel(BETA, TAU))
    field, below = page.get_by_label("beta", exact=True), page.get_by_label("tau", exact=True)
    field.fill("7")
    place = below.bounding_box()
    page.keyboard.press("Enter")
    expect(page.locator("[data-knob=beta] [role=alert]")).to_be_visible()
    assert below.bounding_box() == place
    expect(field).to_be_focused()
    below.dblclick()  # both clicks land where the first one was aimed
    expect(below).to_be_focused()
    assert page.evaluate("() => String(getSelection())") == "20"
