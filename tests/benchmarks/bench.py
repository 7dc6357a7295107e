"""`make bench`: measure, and print a table. Nothing here can fail a build; a promise that is not kept says OVER.

    python tests/benchmarks/bench.py [engine] [start] …      only the files named measure_<that>.py

Every `measure_*.py` beside this file has a function `rows()` that yields its rows one by one as they are measured.
"""

import importlib
import os
import platform
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(wanted: list[str]) -> int:
    found = [path.stem.removeprefix("measure_") for path in sorted(HERE.glob("measure_*.py"))]
    for name in wanted:
        if name not in found:
            print(f"There is no measure_{name}.py; there are: {', '.join(found)}.", file=sys.stderr)
            return 2
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    for name in wanted or found:
        for row in importlib.import_module(f"measure_{name}").rows():
            print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
