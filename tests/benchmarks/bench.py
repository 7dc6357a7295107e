"""`make bench`: measure, and print one table. Nothing here can fail a build; a promise that is not kept says OVER.

    python tests/benchmarks/bench.py [--quick] [--minutes N | --hour] [engine] [start] …

Names narrow it to the files measure_<name>.py. Every one of these has a function `rows(effort)` that yields its rows
one by one as they are measured. `--quick` takes few samples, to try the harness and not to quote; `--minutes` is the
length of the long run, which `--hour` makes 60.
"""

import argparse
import importlib
import os
import platform
import sys
from pathlib import Path

from row import HEAD, Effort

HERE = Path(__file__).resolve().parent


def main(arguments: list[str]) -> int:
    found = [path.stem.removeprefix("measure_") for path in sorted(HERE.glob("measure_*.py"))]
    parser = argparse.ArgumentParser(description="Measure what the workbench promises.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(found)}; default: all")
    parser.add_argument("--quick", action="store_true", help="few samples: tries the harness, not to be quoted")
    parser.add_argument("--minutes", type=float, help="length of the long run; default 3, with --quick 0.3")
    parser.add_argument("--hour", action="store_const", const=60.0, dest="minutes", help="a long run of an hour")
    asked = parser.parse_args(arguments)
    for name in asked.names:
        if name not in found:
            parser.error(f"there is no measure_{name}.py; there are: {', '.join(found)}")
    minutes = asked.minutes if asked.minutes is not None else 0.3 if asked.quick else 3.0
    load = f", load {os.getloadavg()[0]:.1f} before we began" if hasattr(os, "getloadavg") else ""
    quick = ", QUICK: few samples" if asked.quick else ""
    if hasattr(os, "getloadavg") and os.getloadavg()[0] > 0.5 * (os.cpu_count() or 1):
        quick += "; OTHERS ARE BUSY HERE: milliseconds are theirs too, trust the ratios within one measurement"
    print(f"{platform.machine()}, {os.cpu_count()} cores{load}, Python {platform.python_version()}{quick}\n")
    print(HEAD, flush=True)
    for name in asked.names or found:
        for row in importlib.import_module(f"measure_{name}").rows(Effort(asked.quick, minutes)):
            print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
