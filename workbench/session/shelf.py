"""Where a visitor's designs live between visits: one folder a visitor, one folder a design, written atomically.

    <data>/visitors/<visitor>/<design id>/design.json    the Design, its `weights` naming the file beside it
    <data>/visitors/<visitor>/<design id>/<hash>.npz     the Weights, by content hash

Weights are written before the design that names them, and the old ones are removed after it, so a process killed at any
instant leaves a design that opens.
"""

import os
import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from platformdirs import user_data_path

from workbench.design import Design
from workbench.run.weights import Weights

ID = re.compile(r"[0-9a-zA-Z][0-9a-zA-Z_-]{0,63}\Z")


def data_folder() -> Path:
    """The folder of everything the workbench keeps; the environment variable WORKBENCH_DATA moves it."""
    chosen = os.environ.get("WORKBENCH_DATA")
    return Path(chosen) if chosen else user_data_path("snn-workbench", appauthor=False)


@dataclass(frozen=True)
class Kept:
    """One line of a visitor's list of designs."""

    id: str
    name: str
    saved: datetime


class Shelf:
    """The designs of one visitor."""

    def __init__(self, visitor: str, root: Path | None = None) -> None:
        self.visitor = _checked(visitor, "visitor")
        self.folder = (root or data_folder()) / "visitors" / visitor

    def put(self, design: Design, weights: Weights | None) -> None:
        """Write both and return when they are on the disk. OSError where the disk refuses."""
        place = self.folder / _checked(design.id, "design id")
        place.mkdir(parents=True, exist_ok=True)
        if weights is not None and not (place / f"{weights.hash}.npz").exists():
            weights.save(place / f"{weights.hash}.npz")
        design.with_(weights=weights.hash if weights is not None else None).save(place / "design.json")
        for old in place.glob("*.npz"):
            if weights is None or old.stem != weights.hash:
                old.unlink(missing_ok=True)

    def get(self, id: str) -> tuple[Design, Weights | None] | None:
        """The design of that id with its weights, or None when this visitor has none."""
        if not self.has(id):
            return None
        design = Design.load(self.folder / id / "design.json")
        named = self.folder / id / f"{design.weights}.npz"
        return design, Weights.load(named) if design.weights and named.exists() else None

    def has(self, id: str) -> bool:
        """Whether a design of that id is kept; nothing of it is read."""
        return bool(ID.match(id)) and (self.folder / id / "design.json").exists()

    def list(self) -> list[Kept]:
        """Everything kept, newest first; a design that cannot be read any more is left out, not deleted."""
        kept = []
        for file in self.folder.glob("*/design.json"):
            try:
                design = Design.load(file)
                kept.append(Kept(design.id, design.name, datetime.fromtimestamp(file.stat().st_mtime)))
            except (ValueError, OSError):
                continue
        return sorted(kept, key=lambda k: k.saved, reverse=True)

    def drop(self, id: str) -> None:
        """Forget one design for good."""
        shutil.rmtree(self.folder / _checked(id, "design id"), ignore_errors=True)


def _checked(name: str, what: str) -> str:
    """Names become folders, so nothing but letters, digits, - and _ gets through."""
    if not ID.match(name):
        raise ValueError(f"{what}: {name[:40]!r} is not a name of letters, digits, - and _ with at most 64 characters")
    return name
