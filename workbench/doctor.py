"""What this machine has for the workbench: the facts to look at first when something does not work."""

import os
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("snn-workbench", "torch", "numpy", "llvmlite", "panel", "bokeh", "param", "holoviews")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def facts() -> dict[str, str | int | bool]:
    """Name → finding, in reading order. Looks only; creates and changes nothing."""
    found: dict[str, str | int | bool] = {"python": platform.python_version(), "system": platform.platform(terse=True)}
    found |= {package: _version(package) for package in PACKAGES}
    found |= _torch()
    found["cores"] = os.cpu_count() or 1
    found["chromium"] = os.environ.get("CHROMIUM") or _browser() or "not found (only the browser tests need one)"
    from workbench.engine.equations.kernel_files import cache_folder
    from workbench.session.shelf import data_folder

    found["data_folder"] = _folder(data_folder())
    found["cache_folder"] = _folder(cache_folder())
    found["components"] = _components()
    return found


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _torch() -> dict[str, str | int | bool]:
    try:
        import torch
    except (ImportError, OSError) as error:
        return {"torch_build": f"cannot be loaded: {' '.join(str(error).split())[:120]}"}
    build = f"CUDA {torch.version.cuda}" if torch.version.cuda else "CPU"
    return {"torch_build": build, "torch_threads": torch.get_num_threads(), "gpu": torch.cuda.is_available()}


def _browser() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def _folder(path: Path) -> str:
    nearest = next(place for place in (path, *path.parents) if place.exists())
    if not os.access(nearest, os.W_OK):
        return f"{path} (cannot be written)"
    return str(path) if path.exists() else f"{path} (made when needed)"


def _components() -> str:
    from workbench.server import shadowed_components

    try:
        shadowed_components()
    except ImportError as error:
        return f"shadowed: {error}"
    return "ours"
