"""Kernels on disk: one readable file each, named by its content, with what numba compiled of it beside it.

The folder is the user's cache; the environment variable WORKBENCH_CACHE moves it. A file is written once, whole, and
never changed, because numba ties what it compiled to the file's date; a file whose content is not what it should be is
written anew before anything of it is run.
"""

import hashlib
import importlib.util
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path

_LOADING: dict[str, threading.Lock] = {}
_LOCK = threading.Lock()


def cache_folder() -> Path:
    """Where the workbench keeps what it can make again; its kernels are in `kernels`."""
    chosen = os.environ.get("WORKBENCH_CACHE")
    return Path(chosen) if chosen else user_cache_path("snn-workbench", appauthor=False)


def load(source: str) -> Callable[..., None]:
    """The function `run` of a kernel, compiled or read from the cache. Raises OSError where it cannot be written."""
    import numba  # only here: importing it takes a third of a second

    digest = hashlib.sha256(f"{numba.__version__}\n{source}".encode()).hexdigest()
    name = f"workbench_kernel_{digest[:24]}"
    with _LOCK:
        mine = _LOADING.setdefault(name, threading.Lock())
    with mine:
        if name not in sys.modules:
            _import(name, _written(cache_folder() / "kernels" / f"{name}.py", source))
        return sys.modules[name].run


def _written(path: Path, source: str) -> Path:
    """The file at `path`, with `source` in it, however many processes write it at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not os.access(path.parent, os.W_OK):
        raise PermissionError(f"{path.parent} cannot be written to")
    if path.exists() and path.read_text(encoding="utf-8") == source:
        return path
    part = path.with_name(f"{path.stem}.{os.getpid()}.{threading.get_ident()}.part")
    part.write_text(source, encoding="utf-8")
    part.replace(path)
    return path


def _import(name: str, path: Path) -> None:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Registered before it runs: numba finds a function that it reads from its cache by the name of its module.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
