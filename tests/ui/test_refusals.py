"""Every wrong wire that the palette allows is refused at its port, with the numbers, and a button puts it right."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.ui


def refused(hand, source, target, *words):
    """Draw a wire; it must be refused at its port by a sentence with these words, and change nothing."""
    wires, history = hand.wires, hand.history()
    hand.wire(source, target)
    said(hand, *words)
    expect(hand.port(target)).to_contain_class("bad")
    assert hand.wires == wires and hand.history() == history


def said(hand, *words):
    """Wait for a bubble with these words; it is one short sentence, and it lies inside the canvas."""
    for word in words:
        expect(hand.bubble.locator("p")).to_contain_text(word)
    sentence = hand.bubble.locator("p").inner_text()
    assert len(sentence) <= 200 and "\n" not in sentence
    inside, around = hand.bubble.bounding_box(), hand.page.locator(".canvas").bounding_box()
    assert inside["x"] >= around["x"] and inside["x"] + inside["width"] <= around["x"] + around["width"]
    assert inside["y"] >= around["y"] and inside["y"] + inside["height"] <= around["y"] + around["height"]


def of(document, node):
    """The parameters of a node, as they were saved."""
    return next(one for one in document["nodes"] if one["id"] == node)["params"]


def press_fix(hand, label):
    """Press the button that puts it right; the bubble goes, and what ran before runs on."""
    hand.bubble.locator(".fix").filter(has_text=label).first.click()
    expect(hand.bubble).to_be_hidden()
    expect(hand.page.get_by_role("button", name="Pause simulation")).to_be_enabled()
    began = hand.step
    hand.until(lambda: hand.step > began)


def test_an_image_needs_a_flatten_before_a_linear(hand, page):
    hand.new_design()
    image = hand.drop("Input", 150, 100)
    hand.type("shape", "8, 8")
    linear = hand.drop("Linear", 450, 100)
    refused(hand, f"{image}.out", f"{linear}.in", "8×8")
    hand.bubble.locator(".fix").filter(has_text="Flatten").click()
    hand.until(lambda: len(hand.wires) == 2)
    saved = hand.saved()
    (flatten,) = [node["id"] for node in saved["nodes"] if node["kind"] == "Flatten"]
    assert hand.wires == sorted([f"{image}.out->{flatten}.in", f"{flatten}.out->{linear}.in"])
    assert hand.history()[-1].startswith("Insert Flatten")


def test_a_port_that_takes_one_wire_refuses_a_second(digits):
    refused(digits, "rate.out", "hidden.in", "hidden.in takes one wire", "2")
    digits.page.keyboard.press("Escape")
    expect(digits.bubble).to_be_hidden()


def test_a_sum_refuses_unequal_shapes(digits):
    added = digits.drop("Sum", 700, 350)
    digits.wire("hidden.out", f"{added}.in")
    digits.until(lambda: len(digits.wires) == 6)
    refused(digits, "out.out", f"{added}.in", "32", "10")


def test_a_loop_needs_a_delay(digits):
    added = digits.drop("Sum", 700, 350)
    digits.wire("hidden.out", f"{added}.in")
    digits.until(lambda: len(digits.wires) == 6)
    refused(digits, f"{added}.out", f"{added}.in", "loop without delay")
    digits.bubble.locator(".fix").filter(has_text="delay").first.click()
    digits.until(lambda: f"{added}.out->{added}.in" in digits.wires)
    (back,) = [wire for wire in digits.saved()["wires"] if wire["from"] == f"{added}.out"]
    assert back["delay"] == 1


def test_a_declared_size_must_be_what_arrives(digits, page):
    digits.pick("fc2")
    digits.type("in_features", "33")
    said(digits, "hidden gives 32", "fc2 expects 33")
    expect(page.get_by_role("button", name="Run simulation")).to_be_disabled()
    expect(page.locator(".canvas")).to_contain_class("stale")
    press_fix(digits, "32")
    expect(page.locator(".canvas")).not_to_contain_class("stale")


def test_the_answer_is_as_wide_as_there_are_classes(digits):
    digits.pick("fc2")
    digits.type("out_features", "9")
    said(digits, "9", "10 classes")
    press_fix(digits, "10")
    digits.until(lambda: of(digits.saved(), "fc2")["out_features"] == 10)


def test_an_input_is_as_large_as_a_sample(digits):
    digits.pick("in")
    digits.type("shape", "63")
    said(digits, "64", "63")
    press_fix(digits, "64")
    digits.until(lambda: of(digits.saved(), "in")["shape"] == [64])
