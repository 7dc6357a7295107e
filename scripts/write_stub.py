"""Write `workbench/__init__.pyi`, by which editors and type checkers see the names that `workbench` reads lazily."""

from pathlib import Path

import workbench

STUB = Path(workbench.__file__).with_suffix(".pyi")


def stub() -> str:
    """What the file should say."""
    table: dict[str, str] = vars(workbench)["_places"]()
    places = sorted((place.removesuffix(f".{name}"), name) for name, place in table.items())
    lines = [f"from {place} import {name} as {name}" for place, name in places]
    head = "# Written by scripts/write_stub.py; a test fails when it is stale."
    return "\n".join([head, "", *lines, "", "__version__: str", ""])


if __name__ == "__main__":
    STUB.write_text(stub(), encoding="utf-8")
    print(f"{STUB.name} is written")
