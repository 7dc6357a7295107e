"""Compile the JavaScript of the components: ``python -m components.bundle [--all] [name …]`` (needs Node.js and npm).

Every component folder gives one ``dist/<name>.bundle.js`` through ``panel compile``, built from the packages that
``package-lock.json`` names and nothing else. The first line of a bundle carries the hash of all it was made of, so
``is_fresh`` (and tests/components/test_bundles.py) sees a bundle that was forgotten. Only stale bundles are built anew.

To change a package: edit package.json, run with ``--lock``, commit both files.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from panel.io.compile import compile_components

from components.base import Component, ReactComponent

HOME = Path(__file__).parent
PACKAGES = HOME / "package.json"
LOCK = HOME / "package-lock.json"
_IMPORTED = re.compile(r"""["']\./(\w+)(?:\.jsx?)?["']""")
AnyComponent = type[Component] | type[ReactComponent]


def names() -> list[str]:
    """Every component's folder name: a folder with ``<name>.js`` or ``<name>.jsx`` in it."""
    return sorted(path.parent.name for path in HOME.glob("*/*.js*") if path.stem == path.parent.name)


def component(name: str) -> AnyComponent:
    """The component class of the folder ``name``."""
    module = importlib.import_module(f"components.{name}.{name}")
    return next(
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, (Component, ReactComponent)) and "_bundle" in vars(value)
    )


def sources(made_for: AnyComponent) -> list[Path]:
    """Every file that decides what the bundle says: the source, the modules it leads to, the lock file."""
    modules = {name: Path(path) for name, path in made_for._esm_shared.items()}
    found, new = set(), {made_for._esm}
    while new:
        found |= new
        named = {name for path in new for name in _IMPORTED.findall(path.read_text(encoding="utf-8"))}
        new = {modules[name] for name in named & modules.keys()} - found
    return [*sorted(found, key=lambda path: path.name), LOCK]


def first_line(files: Iterable[Path]) -> str:
    """The comment that a bundle made of ``files`` begins with: SHA-256 over their names, lengths and contents."""
    digest = hashlib.sha256()
    for path in files:
        content = path.read_text(encoding="utf-8").encode()
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return f"// built by `python -m components.bundle` from sources sha256:{digest.hexdigest()}\n"


def is_fresh(bundle: Path, files: Iterable[Path]) -> bool:
    """Whether ``bundle`` is there and was made of ``files`` as they are now."""
    return bundle.is_file() and bundle.read_text(encoding="utf-8").startswith(first_line(files))


def install(folder: Path) -> None:
    """Put the locked packages into ``folder`` and their programs on the path; no package may run a script."""
    shutil.copy(PACKAGES, folder)
    shutil.copy(LOCK, folder)
    npm = shutil.which("npm") or sys.exit("Building bundles needs Node.js with npm on the PATH.")
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
    os.environ["PATH"] = str(folder / "node_modules" / ".bin") + os.pathsep + os.environ["PATH"]


def build(made_for: AnyComponent, folder: Path) -> Path:
    """Compile one component in ``folder``, where ``install`` has been, and write its bundle with the first line."""
    bundle, made = made_for._bundle, folder / "out" / made_for._bundle.name
    if compile_components([made_for], folder, made, skip_npm=True, verbose=False) is None or not made.is_file():
        sys.exit(f"{made_for.__name__} could not be compiled; the reason stands above.")
    bundle.parent.mkdir(exist_ok=True)
    bundle.write_text(first_line(sources(made_for)) + made.read_text(encoding="utf-8"), encoding="utf-8")
    if made.with_suffix(".css").is_file():
        shutil.copyfile(made.with_suffix(".css"), bundle.with_suffix(".css"))
    return bundle


def lock() -> None:
    """Write package-lock.json anew from package.json, without the address of the registry that happened to serve it."""
    npm = shutil.which("npm") or sys.exit("Locking packages needs Node.js with npm on the PATH.")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(PACKAGES, folder)
        subprocess.run([npm, "install", "--package-lock-only", "--no-audit", "--no-fund"], cwd=folder, check=True)
        text = (Path(folder) / LOCK.name).read_text(encoding="utf-8")
    LOCK.write_text(re.sub(r'\n *"resolved": "[^"]*",', "", text), encoding="utf-8")


def main() -> None:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m components.bundle", description="Compile the components' JavaScript."
    )
    parser.add_argument("names", nargs="*", help="components to build; left out: those whose bundle is stale")
    parser.add_argument("--all", action="store_true", help="build every component")
    parser.add_argument("--lock", action="store_true", help="first write package-lock.json anew from package.json")
    options = parser.parse_args()
    if options.lock:
        lock()
    if unknown := sorted(set(options.names) - set(names())):
        parser.error(f"no component is called {unknown[0]}; there are {', '.join(names())}")
    chosen = options.names or names()
    always = options.all or options.names
    wanted = [made for made in map(component, chosen) if always or not is_fresh(made._bundle, sources(made))]
    if not wanted:
        print("Every bundle is fresh.")
        return
    with tempfile.TemporaryDirectory() as folder:
        install(Path(folder))
        for made_for in wanted:
            print(f"{made_for.__name__}: {build(made_for, Path(folder)).stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
