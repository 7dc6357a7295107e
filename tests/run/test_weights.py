"""Weights: content names, files that never execute anything, and what an edit keeps."""

import io
import os
import stat
import zipfile

import numpy as np
import pytest

from workbench.design.starters import templates
from workbench.run.weights import Weights, WeightsError


@pytest.fixture
def weights():
    draw = np.random.default_rng(0)
    return Weights({"fc1": {"weight": draw.normal(size=(3, 2)).astype("f4"), "bias": np.zeros(3, "f4")}})


def test_equal_content_has_equal_names(weights):
    again = Weights({"fc1": {"bias": weights["fc1"]["bias"], "weight": weights["fc1"]["weight"]}})
    assert weights.hash == again.hash and weights == again and hash(weights) == hash(again)
    assert len(weights.hash) == 16 and int(weights.hash, 16) >= 0


@pytest.mark.parametrize("change", ["value", "name", "node", "shape", "type"])
def test_any_change_changes_the_name(weights, change):
    weight, bias = weights["fc1"]["weight"].copy(), weights["fc1"]["bias"]
    if change == "value":
        weight[0, 0] += 1e-6
    weight = {"shape": weight.reshape(2, 3), "type": weight.astype("f8")}.get(change, weight)
    name = "kernel" if change == "name" else "weight"
    other = Weights({"fc2" if change == "node" else "fc1": {name: weight, "bias": bias}})
    assert other.hash != weights.hash


def test_nothing_can_change_them(weights):
    with pytest.raises(ValueError):
        weights["fc1"]["weight"][0, 0] = 1
    with pytest.raises(TypeError):
        weights["fc1"]["weight"] = np.zeros(1)
    source = np.zeros(2, "f4")
    mine = Weights({"a": {"w": source}})
    source[0] = 5
    assert mine["a"]["w"][0] == 0


def test_a_file_brings_back_every_bit(weights, tmp_path):
    path = weights.save(tmp_path / "net.npz")
    assert Weights.load(path) == weights
    assert [p.name for p in tmp_path.iterdir()] == ["net.npz"], "no temporary file may stay behind"
    with np.load(path, allow_pickle=False) as plain:
        assert set(plain.files) == {"fc1.weight", "fc1.bias"}


def test_a_failed_save_leaves_the_old_file(weights, tmp_path, monkeypatch):
    path = weights.save(tmp_path / "net.npz")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError):
        Weights({"fc1": {"weight": np.ones((3, 2), "f4")}}).save(path)
    assert Weights.load(path) == weights and [p.name for p in tmp_path.iterdir()] == ["net.npz"]


@pytest.mark.parametrize("kind", ["weights", "design"])
def test_the_name_of_a_saved_file_is_flushed_after_its_content(weights, tmp_path, monkeypatch, kind):
    flushed, flush = [], os.fsync

    def watch(handle):
        flushed.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        flush(handle)

    monkeypatch.setattr("os.fsync", watch)
    (weights if kind == "weights" else templates()["digits"]).save(tmp_path / "net")
    assert flushed == ["file", "folder"]


def _archive(entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _npy(array, allow_pickle=False):
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=allow_pickle)
    return buffer.getvalue()


def _huge_header():
    content = bytearray(_npy(np.zeros(10, "f4")))
    at = content.index(b"(10,)")
    content[at : at + 16] = b"(1000000000,), }"
    return bytes(content)


BROKEN = {
    "text": b"not a zip at all",
    "empty": b"",
    "truncated": _archive({"a.w.npy": _npy(np.zeros(4, "f4"))})[:40],
    "pickle": _archive({"a.w.npy": _npy(np.array([{"code": 1}], object), allow_pickle=True)}),
    "whole numbers": _archive({"a.w.npy": _npy(np.zeros(3, "i8"))}),
    "not a number": _archive({"a.w.npy": _npy(np.array([np.nan, 1], "f4"))}),
    "infinity": _archive({"a.w.npy": _npy(np.array([np.inf, 1, np.inf], "f4"))}),
    "bad name": _archive({"../../etc.npy": _npy(np.zeros(3, "f4"))}),
    "huge header": _archive({"a.w.npy": _huge_header()}),
    "too many": _archive({f"a.w{i}.npy": b"" for i in range(10_001)}),
    "not an array": _archive({"a.w.npy": b"hello"}),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_files_are_refused_in_one_sentence(case, tmp_path):
    path = tmp_path / "broken.npz"
    path.write_bytes(BROKEN[case])
    with pytest.raises(WeightsError) as refusal:
        Weights.load(path)
    assert len(str(refusal.value)) <= 200 and "\n" not in str(refusal.value) and "broken.npz" in str(refusal.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(WeightsError, match=r"gone\.npz: there is no such file"):
        Weights.load(tmp_path / "gone.npz")
