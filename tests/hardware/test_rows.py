"""The table of costs as a value and as plain data."""

import json

import pytest

from workbench.hardware.rows import Estimate, Row

TABLE = Estimate(
    "none",
    (
        Row("neurons", "", 42, "neurons", "exact", "the design"),
        Row("spikes", "hidden", 12.5, "spikes/inference", "measured", "360 of 360 held-out samples of digits"),
    ),
)


def test_figures_are_found_by_name_and_layer():
    assert TABLE.value("neurons") == 42 and TABLE.value("spikes", "hidden") == 12.5
    with pytest.raises(KeyError, match="there are: neurons, spikes"):
        TABLE.value("joules")


def test_it_is_plain_data_too():
    plain = json.loads(json.dumps(TABLE.to_json()))
    assert plain["target"] == "none" and len(plain["rows"]) == 2
    assert set(plain["rows"][1]) == {"name", "layer", "value", "unit", "kind", "of"}


def test_a_row_cannot_change():
    with pytest.raises(AttributeError):
        TABLE.rows[0].value = 43  # type: ignore[misc]
