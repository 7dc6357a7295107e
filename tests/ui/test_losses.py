"""The loss chosen under Train: what it asks for appears, and training, votes and accuracy follow it."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.ui


def test_a_loss_of_first_spikes_is_chosen_and_trained_with(hand, page):
    hand.open_starter("Digits 64-32-10")
    hand.until(lambda: hand.figure("accuracy"))
    hand.tab("Train")
    form = page.locator(".settings")
    expect(form.locator("#field-population")).to_have_value("1")
    form.locator("#field-loss").select_option(label="squared error of first spikes")
    expect(form.locator("#field-off_step")).to_have_value("-1")
    expect(form.locator("#field-population")).to_have_count(0)
    form.locator("#field-on_step").fill("5")
    form.locator("#field-on_step").press("Enter")
    form.locator("#field-upper_rate_bound").fill("2")
    form.locator("#field-upper_rate_bound").press("Enter")
    expect(form.locator("#field-upper_rate_hz")).to_have_value("200")
    hand.until(lambda: hand.saved()["training"].get("upper_rate_bound") == 2)
    said = {"loss": "mse_temporal", "on_step": 5, "upper_rate_bound": 2}
    assert said.items() <= hand.saved()["training"].items()
    hand.press("+1 batch")
    hand.until(lambda: hand.history()[-1] == "Train one batch, epoch 1")
    page.locator(".react-flow__node[data-id=out] .head").click()
    hand.tab("Inspect")
    expect(page.locator("[data-knob=answer]")).to_have_attribute(
        "title", "Training is about the spikes of this layer: the class of the neuron that fires first is what it says."
    )


def test_several_neurons_a_class_are_drawn_with_one_press(hand, page):
    hand.open_starter("Digits 64-32-10")
    hand.tab("Train")
    page.locator(".settings #field-population").fill("3")
    page.locator(".settings #field-population").press("Enter")
    page.locator(".react-flow__node[data-id=out]").press("Enter")
    expect(hand.bubble.locator("p")).to_contain_text("digits has 10 classes, with 3 neurons each 30")
    hand.bubble.get_by_role("button", name="Set fc2.out_features to 30").click()
    hand.until(lambda: hand.figure("accuracy"))
    hand.until(lambda: hand.saved()["training"]["population"] == 3)
