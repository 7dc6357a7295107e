"""Designs in files and texts: parsing that explains what is broken, writing that cannot leave half a file."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.design import limits
from workbench.design.document import Design
from workbench.design.reading import FORMAT, read_design
from workbench.design.sentences import DesignError, clip, shown
from workbench.design.settings import said_of_training
from workbench.design.values import plain


def load(source: str | bytes | Path | Mapping[str, Any]) -> Design:
    """The design in a file (a path), in JSON text (it begins with a bracket), or in a parsed document."""
    if isinstance(source, Mapping):
        return read_design(source)
    if isinstance(source, bytes):
        return read_design(parse(source, "The file"))
    if isinstance(source, str) and (source.lstrip()[:1] in ("{", "[", "") or "\n" in source):
        return read_design(parse(source.encode("utf-8", "surrogatepass"), "The text"))
    if not isinstance(source, str | os.PathLike):
        raise DesignError(f"A design is read from a file, from text or from named values, got {shown(source)}.")
    path = Path(source)
    try:
        return read_design(parse(_bytes(path), "the file"))
    except DesignError as refusal:
        raise DesignError(f"{clip(path.name or str(path), 40)}: {refusal}") from None


def _bytes(path: Path) -> bytes:
    """What is in the file, never more than a design may be long."""
    try:
        with path.open("rb") as file:
            return file.read(limits.FILE_BYTES + 1)
    except FileNotFoundError:
        raise DesignError("there is no such file; check the name and the folder.") from None
    except IsADirectoryError:
        raise DesignError("this is a folder; name the design file inside it.") from None
    except (OSError, ValueError):
        raise DesignError("it cannot be read; check its name and that you may open it.") from None


def parse(content: bytes, name: str) -> Any:
    """JSON as plain data, or a sentence that says what is broken in `name`, such as "The file", and in which line."""
    if len(content) > limits.FILE_BYTES:
        size = f"{limits.FILE_BYTES // 1_000_000} MB"
        raise DesignError(
            f"{name} is larger than {size}, the most a design may be; it is probably another kind of file."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DesignError(f"{name} is not text in UTF-8 (byte {error.start}); open a design file.") from None
    if not text.strip():
        raise DesignError(f"{name} is empty; open a design file, or begin with a new design.")
    try:
        return json.loads(text, object_pairs_hook=_group, parse_int=_whole)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
            raise DesignError(f"{name} breaks off after {place}; it is cut short, fetch or save it again.") from None
        found = shown(text[error.pos : error.pos + 12])
        raise DesignError(f"{name} is not JSON, {place} has {found}; correct it or open another file.") from None
    except RecursionError:
        raise DesignError(f"{name} has brackets nested too deeply for a design; open another file.") from None


def _group(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Named values; a name written twice would hide one of its values."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for i, (name, _) in enumerate(pairs) if name in dict(pairs[:i]))
        raise DesignError(f"The key {shown(twice)} is written twice in one {{ }}; keep one of the two.")
    return found


def _whole(digits: str) -> int | float:
    """A whole number; one of hundreds of digits is too large for anything here, which its reader will say."""
    return int(digits) if len(digits) < 300 else float("-inf" if digits.startswith("-") else "inf")


def to_json(design: Design) -> dict[str, Any]:
    """The document, version 1; delays and null are left out where they say nothing."""
    return {
        "format": FORMAT,
        "id": design.id,
        "name": design.name,
        "seed": design.seed,
        "dt_ms": design.dt_ms,
        "notes": design.notes,
        "nodes": [
            {"id": node.id, "kind": node.kind, "params": plain(node.params), "position": list(node.position)}
            for node in design.nodes
        ],
        "wires": [
            {"from": wire.source, "to": wire.target, **({"delay": wire.delay} if wire.delay else {})}
            for wire in design.wires
        ],
        "output": design.output,
        "probes": [{"node": p.node, "state": p.state, "neurons": list(p.neurons)} for p in design.probes],
        "groups": plain(design.groups),
        "stimulus": plain(design.stimulus),
        "training": said_of_training(design.training),
        "hardware": plain(design.hardware),
        "weights": design.weights,
    }


def dumps(design: Design) -> str:
    """JSON with one entry a line, so that two versions compare well."""
    lines = []
    for key, value in to_json(design).items():
        if isinstance(value, list) and value:
            entries = ",\n".join(f"  {json.dumps(entry, ensure_ascii=False)}" for entry in value)
            lines.append(f"{json.dumps(key)}: [\n{entries}]")
        else:
            lines.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}")
    return "{" + ",\n ".join(lines) + "}\n"


def save(design: Design, path: str | Path) -> None:
    """Write beside the file, then put it in its place in one move, so a reader never meets half a design."""
    path = Path(path)
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    except OSError:
        folder = clip(str(path.parent), 80)
        raise DesignError(
            f"{clip(path.name, 40)}: cannot be saved in {folder}; choose a folder you may write to."
        ) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(dumps(design))
            file.flush()
            os.fsync(file.fileno())
        put_in_place(Path(beside), path)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise DesignError(
            f"{clip(path.name, 40)}: cannot be written; check the space left and choose another name."
        ) from None


def put_in_place(beside: Path, path: Path) -> None:
    """Give a finished file beside `path` that name, and the folder's list of names to the disk.

    Where the power goes in between, the old file is there, whole. Systems that do not open folders, or cannot flush
    them, keep their lists in their own time.
    """
    beside.replace(path)
    with contextlib.suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
