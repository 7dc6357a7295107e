"""IDX, the file format of MNIST and Fashion-MNIST, plain or gzip-compressed: arrays of bytes, read with distrust.

    0, 0, type (8: unsigned bytes), number of axes | the size of each axis, 4 bytes, big end first | the values

What a file says of itself is checked before anything of that size is made; every broken file is refused in a sentence.
Format: LeCun, Cortes & Burges 1998, "The MNIST database", section on file formats.
"""

import gzip
import math
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch

from workbench.engine.data.base import Dataset, Split
from workbench.engine.errors import DataError

__all__ = ["from_folder", "read"]

LARGEST = 2**28  # values of one file: five times those of MNIST's 60,000 training images
DIGITS = tuple("0123456789")
FASHION = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
_BYTES, _MOST_AXES, _SHOWN = 8, 4, 60


def read(path: str | Path) -> np.ndarray:
    """The array of an IDX file, unsigned bytes of whatever shape it states. Raises DataError."""
    path = Path(path)
    where = path.name[:_SHOWN]
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            if packed:
                with gzip.open(file) as unpacked:
                    return _array(where, unpacked)  # type: ignore[arg-type]
            return _array(where, file)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise DataError(f"{where}: its compression is damaged or cut off; copy the file again") from None
    except FileNotFoundError:
        raise DataError(f"{where}: there is no such file; give the path of an IDX file") from None
    except IsADirectoryError:
        raise DataError(f"{where}: is a folder; give the path of an IDX file in it") from None
    except OSError as error:
        raise DataError(f"{where}: cannot be read ({error.strerror}); check the file and its permissions") from None


def _array(where: str, file: BinaryIO) -> np.ndarray:
    head = file.read(4)
    if len(head) < 4 or head[:2] != b"\0\0":
        raise DataError(f"{where}: is no IDX file, which begins with two zero bytes; give an IDX file, plain or .gz")
    if head[2] != _BYTES:
        raise DataError(f"{where}: holds values of type {head[2]}, only unsigned bytes (type {_BYTES}) are read")
    if not 1 <= head[3] <= _MOST_AXES:
        raise DataError(f"{where}: states {head[3]} axes, 1 to {_MOST_AXES} are allowed; give the file of a data set")
    sizes = file.read(4 * head[3])
    if len(sizes) < 4 * head[3]:
        raise DataError(f"{where}: ends within its header; copy the file again")
    shape = tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
    count = math.prod(shape)
    if not count:
        raise DataError(f"{where}: states the shape {'×'.join(map(str, shape))}, which holds nothing; use another file")
    if count > LARGEST:
        raise DataError(f"{where}: states {count:,} values, {LARGEST:,} are allowed; cut it into smaller files")
    found = file.read(count + 1)
    if len(found) != count:
        many = "more" if len(found) > count else f"{len(found):,}"
        raise DataError(f"{where}: states {count:,} values and holds {many}; copy the file again")
    return np.frombuffer(found, np.uint8).reshape(shape)


def from_folder(folder: str | Path, name: str = "mnist", class_names: tuple[str, ...] = DIGITS) -> Dataset:
    """The data set of a folder with MNIST's four files, plain or .gz, under their usual names.

    train-images-idx3-ubyte, train-labels-idx1-ubyte to train on; t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte held
    out (a dot may stand for the dash before idx). Pixels are divided by 255. Fashion-MNIST has the same files: give its
    `class_names`, FASHION. Raises DataError.
    """
    train, held_out = (_split(Path(folder), part, len(class_names)) for part in ("train", "t10k"))
    height, width = train.x.shape[1:]
    if held_out.x.shape[1:] != (height, width):
        raise DataError(f"{name}: images to train on and held out differ in size; use the files of one data set")
    return Dataset(
        name=name,
        title=f"{name}, {height}×{width}, from files",
        sample_shape=(height * width,),
        image_shape=(height, width),
        class_names=class_names,
        train=Split(train.x.flatten(1), train.y),
        held_out=Split(held_out.x.flatten(1), held_out.y),
        licence="as stated where the files come from",
        source=f"IDX files of the folder {Path(folder).name}",
    )


def _split(folder: Path, part: str, classes: int) -> Split:
    """Images (N, height, width) and classes (N,) of one part."""
    images, labels = read(_file(folder, f"{part}-images", 3)), read(_file(folder, f"{part}-labels", 1))
    for what, array, axes in (("images", images, 3), ("labels", labels, 1)):
        if array.ndim != axes:
            raise DataError(f"{part}-{what}: has {array.ndim} axes, {axes} are needed; were two files exchanged?")
    if len(images) != len(labels):
        raise DataError(f"{part}: there are {len(images):,} images and {len(labels):,} labels; use files of one set")
    if labels.max() >= classes:
        raise DataError(f"{part}-labels: names class {labels.max()}, there are {classes}; use files of one set")
    return Split(torch.from_numpy(images / np.float32(255)), torch.from_numpy(labels.astype(np.int64)))


def _file(folder: Path, stem: str, axes: int) -> Path:
    """The file as it is usually called, or with .gz, or with a dot for a dash."""
    names = [f"{stem}{mark}idx{axes}-ubyte{end}" for mark in "-." for end in ("", ".gz")]
    found = next((folder / name for name in names if (folder / name).is_file()), None)
    if found is None:
        raise DataError(f"{str(folder)[-_SHOWN:]}: has no file {names[0]} or {names[1]}; give the folder of the files")
    return found
