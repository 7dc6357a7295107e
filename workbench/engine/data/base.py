"""What a data set is: two parts, train and held-out, with the facts a page or a check needs."""

from dataclasses import dataclass

from torch import Tensor

__all__ = ["Dataset", "Split"]


@dataclass(frozen=True)
class Split:
    """Samples x (N, *sample_shape), float32 in [0, 1], with their classes y (N,), int64."""

    x: Tensor
    y: Tensor

    def __len__(self) -> int:
        return len(self.y)


@dataclass(frozen=True)
class Dataset:
    """A named data set; `held_out` is never trained on.

    `image_shape` is how a sample is drawn, values that are no image as one row of cells; `class_names` are the words
    for classes 0, 1, …
    """

    name: str
    title: str
    sample_shape: tuple[int, ...]
    image_shape: tuple[int, int]
    class_names: tuple[str, ...]
    train: Split
    held_out: Split
    licence: str
    source: str

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.class_names)
