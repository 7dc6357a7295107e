"""Kernels on disk: one readable file each, named by its content, with the machine code that was made of it beside it.

The folder is the user's cache; the environment variable WORKBENCH_CACHE moves it. A file is written at once, whole, and
never changed. One whose content is not what it should be is written anew before anything of it is run: a source is
compared with what it should say, and machine code begins with its own digest.
"""

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path

_loaded: dict[str, Callable[..., None]] = {}
_loading: dict[str, threading.Lock] = {}
_LOCK = threading.Lock()


def cache_folder() -> Path:
    """Where the workbench keeps what it can make again; its kernels are in `kernels`."""
    chosen = os.environ.get("WORKBENCH_CACHE")
    return Path(chosen) if chosen else user_cache_path("snn-workbench", appauthor=False)


def load(source: str) -> Callable[..., None]:
    """The function `run` of a kernel, compiled or read from the cache. Raises OSError where it cannot be written."""
    from workbench.engine.equations.machine_code import function, processor  # only here: LLVM is large

    name = hashlib.sha256(f"{processor()}\n{source}".encode()).hexdigest()[:24]
    with _LOCK:
        mine = _loading.setdefault(name, threading.Lock())
    with mine:
        if name not in _loaded:
            _loaded[name] = function(_code(cache_folder() / "kernels", name, source), "run")
        return _loaded[name]


def _code(folder: Path, name: str, source: str) -> bytes:
    """The machine code of `source`, from the folder or put there, however many processes do so at once."""
    from workbench.engine.equations.machine_code import compiled

    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"{folder} cannot be written to")
    text, code = folder / f"{name}.ll", folder / f"{name}.o"
    if not text.exists() or text.read_bytes() != source.encode():
        _write(text, source.encode())
    if code.exists():
        digest, made = (whole := code.read_bytes())[:32], whole[32:]
        if hashlib.sha256(made).digest() == digest:
            return made
    made = compiled(source)
    _write(code, hashlib.sha256(made).digest() + made)
    return made


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    part.write_bytes(content)
    part.replace(path)
