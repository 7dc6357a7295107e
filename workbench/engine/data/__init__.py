"""The data sets, one a file: a module `name.py` here offers `dataset() -> Dataset` and is found by itself.

base.py says what a data set is; idx.py reads the files of the full MNIST and Fashion-MNIST from a folder of the user's.
"""

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from workbench.engine.data.base import Dataset

__all__ = ["datasets", "load"]

_NO_SETS = ("base", "idx")


@lru_cache
def datasets() -> dict[str, Callable[[], Dataset]]:
    """{name: loader} of every data set of this folder, in alphabetical order. Nothing is loaded yet."""
    names = sorted(m.name for m in iter_modules(__path__) if m.name not in _NO_SETS)
    return {name: import_module(f"{__name__}.{name}").dataset for name in names}


@lru_cache
def load(name: str) -> Dataset:
    """The data set called `name`, kept after its first use. Raises ValueError for a name that is not one."""
    if name not in datasets():
        raise ValueError(f"data: {name[:40]} is not one of {', '.join(datasets())}")
    return datasets()[name]()
