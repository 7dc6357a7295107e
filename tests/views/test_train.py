"""The form of the Train tab: what it asks for, in words, and the edits it means."""

from workbench.design.edit import apply
from workbench.design.settings import applying
from workbench.design.starters import templates
from workbench.engine.losses import LABELS, LOSSES
from workbench.views.train import WORDS, changed, fields

DIGITS = templates()["digits"]


def labels(**training: object) -> dict[str, str]:
    return {field["name"]: field["label"] for field in fields(DIGITS.with_(training=training))}


def test_every_loss_is_offered_in_words() -> None:
    (loss,) = [field for field in fields(DIGITS) if field["name"] == "loss"]
    assert [(one["value"], one["label"]) for one in loss["choices"]] == [(name, LABELS[name]) for name in LOSSES]


def test_what_belongs_to_the_loss_is_asked_beneath_it() -> None:
    names = list(labels(loss="mse_count"))
    place = names.index("loss")
    assert names[place + 1 : place + 4] == ["population", "correct_rate", "incorrect_rate"]
    assert "on_membrane" in labels(loss="mse_membrane") and "on_membrane" not in labels(loss="ce_temporal")


def test_no_two_settings_in_sight_have_one_name_and_none_is_code() -> None:
    for loss in LOSSES:
        seen = labels(loss=loss, lower_rate_bound=1.0, upper_rate_bound=1.0, rate_target=1.0)
        assert len(set(seen.values())) == len(seen) and not any("_" in label for label in seen.values())


def test_a_choice_is_an_edit_of_the_plan() -> None:
    design = apply(DIGITS, [changed(DIGITS, "loss", "mse_temporal")])
    design = apply(design, [changed(design, "on_step", 4)])
    assert (design.training["loss"], design.training["on_step"]) == ("mse_temporal", 4)
    assert {param.name for param in applying(design.training)} == {field["name"] for field in fields(design)}
    assert set(WORDS) - set(LABELS) <= {*design.training}
