"""IDX files: read back what was written, plain or packed, and refuse every broken one in a sentence."""

import gzip
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import torch

from workbench.engine.data import idx
from workbench.engine.errors import DataError


def packed(array: np.ndarray, kind: int = 8) -> bytes:
    """An array as the file it would be."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, kind, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


IMAGES = np.arange(3 * 4 * 5).reshape(3, 4, 5)
WHOLE = packed(IMAGES)


@pytest.mark.parametrize("wrap", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_what_was_written_is_read(tmp_path: Path, wrap) -> None:
    (tmp_path / "images").write_bytes(wrap(WHOLE))
    found = idx.read(tmp_path / "images")
    assert found.dtype == np.uint8 and np.array_equal(found, IMAGES)


def header(*sizes: int) -> bytes:
    return struct.pack(f">BBBB{len(sizes)}I", 0, 0, 8, len(sizes), *sizes)


BROKEN = {
    "empty": (b"", "is no IDX file"),
    "three bytes": (WHOLE[:3], "is no IDX file"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(40), "is no IDX file"),
    "floats": (packed(IMAGES, kind=13), "holds values of type 13"),
    "no axes": (header(), "states 0 axes"),
    "200 axes": (header(*[1] * 200), "states 200 axes"),
    "header cut off": (WHOLE[:9], "ends within its header"),
    "an axis of 0": (header(3, 0, 5), "states the shape 3×0×5"),
    "huge": (header(2**32 - 1, 2**32 - 1), "states 18,446,744,065,119,617,025 values"),
    "values missing": (WHOLE[:-1], "states 60 values and holds 59"),
    "values left over": (WHOLE + b"\0", "states 60 values and holds more"),
    "gzip cut off": (gzip.compress(WHOLE)[:-9], "damaged or cut off"),
    "gzip with a wrong byte": (gzip.compress(WHOLE)[:-8] + bytes(8), "damaged or cut off"),
    "gzip head alone": (b"\x1f\x8b" + bytes(20), "damaged or cut off"),
    "gzip of nothing": (gzip.compress(b""), "is no IDX file"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    content, words = BROKEN[name]
    (tmp_path / "t10k-images").write_bytes(content)
    with pytest.raises(DataError) as refused:
        idx.read(tmp_path / "t10k-images")
    sentence = str(refused.value)
    assert sentence.startswith("t10k-images: ") and words in sentence
    assert len(sentence) <= 200 and "\n" not in sentence


@pytest.mark.parametrize(("name", "words"), [("gone", "there is no such file"), (".", "is a folder")])
def test_no_file_at_all(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        idx.read(tmp_path / name)


def test_a_size_is_refused_before_anything_of_that_size_is_made(tmp_path: Path) -> None:
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(header(idx.LARGEST + 1) + bytes(1_000_000)))
    tracemalloc.start()
    with pytest.raises(DataError, match=r"268,435,457 values, 268,435,456 are allowed"):
        idx.read(tmp_path / "bomb.gz")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1_000_000


def write_set(folder: Path, mark: str = "-", wrap=bytes, end: str = "", classes: int = 10) -> None:
    for part, count in (("train", 6), ("t10k", 4)):
        images, labels = np.full((count, 2, 3), 51), np.arange(count) % classes
        (folder / f"{part}-images{mark}idx3-ubyte{end}").write_bytes(wrap(packed(images)))
        (folder / f"{part}-labels{mark}idx1-ubyte{end}").write_bytes(wrap(packed(labels)))


@pytest.mark.parametrize(("mark", "wrap", "end"), [("-", bytes, ""), (".", bytes, ""), ("-", gzip.compress, ".gz")])
def test_four_files_are_a_data_set(tmp_path: Path, mark: str, wrap, end: str) -> None:
    write_set(tmp_path, mark, wrap, end)
    found = idx.from_folder(tmp_path, "fashion", idx.FASHION)
    assert (found.name, found.sample_shape, found.image_shape, found.classes) == ("fashion", (6,), (2, 3), 10)
    assert found.train.x.shape == (6, 6) and found.train.x.dtype == torch.float32
    assert torch.all(found.held_out.x == 0.2) and found.held_out.y.tolist() == [0, 1, 2, 3]


def test_files_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no file train-images-idx3-ubyte"):
        idx.from_folder(tmp_path)
    write_set(tmp_path)
    with pytest.raises(DataError, match=r"names class 5, there are 3"):
        idx.from_folder(tmp_path, class_names=("a", "b", "c"))
    labels = tmp_path / "train-labels-idx1-ubyte"
    labels.write_bytes(packed(np.zeros(5)))
    with pytest.raises(DataError, match="there are 6 images and 5 labels"):
        idx.from_folder(tmp_path)
    labels.write_bytes(packed(IMAGES))
    with pytest.raises(DataError, match="train-labels: has 3 axes, 1 are needed"):
        idx.from_folder(tmp_path)
    labels.write_bytes(packed(np.zeros(6)))
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(packed(np.zeros((4, 2, 2))))
    with pytest.raises(DataError, match="differ in size"):
        idx.from_folder(tmp_path)
