"""A record is read like a mapping and cannot be written."""

import pytest
import torch

from workbench.engine.record import Record


def test_a_record_is_a_mapping_that_never_changes() -> None:
    inside = {"spk": torch.zeros(2, 1, 3)}
    record = Record({"hidden": inside})
    inside["mem"] = torch.ones(1)
    assert list(record) == ["hidden"] and len(record) == 1 and list(record["hidden"]) == ["spk"]
    assert repr(record) == "Record(hidden: spk)"
    with pytest.raises(TypeError):
        record["hidden"]["mem"] = torch.ones(1)  # type: ignore[index]
    with pytest.raises(TypeError):
        record["other"] = {}  # type: ignore[index]
