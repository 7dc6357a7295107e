"""Write the reference of the engine as pages that are read from the disk: `python -m scripts.build_reference`.

Everything that is public has a page, made from its declaration and docstring by scripts/reference; nothing is listed by
hand. The pages need no server and ask nobody for anything.
"""

import argparse
import shutil
import sys
from pathlib import Path

from scripts.reference.site import write

PLACE = Path(__file__).resolve().parents[1] / "build" / "reference"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.build_reference", description="Write the API reference.")
    parser.add_argument("--out", type=Path, default=PLACE, help="the folder to write; what is in it goes")
    out: Path = parser.parse_args(arguments).out
    if out.exists():
        if any(out.iterdir()) and not (out / "names.js").exists():
            print(f"--out: {out} holds something else than a reference; give an empty folder.", file=sys.stderr)
            return 2
        shutil.rmtree(out)
    out.mkdir(parents=True)
    pages = write(out)
    print(f"{pages} pages; open {out / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
