"""Write `workbench/__init__.pyi`, by which editors and type checkers see the names that `workbench` reads lazily."""

from pathlib import Path

import workbench

STUB = Path(workbench.__file__).with_suffix(".pyi")


def stub() -> str:
    """What the file should say."""
    lines = ["# Written by scripts/write_stub.py; a test fails when it is stale.", ""]
    for name, place in sorted(workbench._places().items(), key=lambda entry: (entry[1], entry[0])):
        if place.endswith(f".{name}"):
            place = place.removesuffix(f".{name}")
        lines.append(f"from {place} import {name} as {name}")
    return "\n".join([*lines, "", "__version__: str", ""])


if __name__ == "__main__":
    STUB.write_text(stub(), encoding="utf-8")
    print(f"{STUB.name}: {stub().count(' as ')} names")
