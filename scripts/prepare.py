"""Make the virtual environment that `make` works in, and put into it what a target needs.

    python3 scripts/prepare.py app      what the workbench needs
    python3 scripts/prepare.py test     the same, what the tests need, and a Chromium
    python3 scripts/prepare.py peers    the same as app, and the packages that ours is measured beside

Nothing is asked and nothing is done twice: a stamp in the environment remembers what was installed, and a second run
returns at once. Uses the standard library alone, since it runs before anything is installed.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("VENV", HOUSE / ".venv"))
EXTRAS = {"app": "", "test": "test", "peers": "peers"}


def main(target: str) -> int:
    if target not in EXTRAS:
        return stop(f"prepare.py: {target!r} is not known; say one of: {', '.join(EXTRAS)}.")
    python = VENV / "bin" / "python"
    if not works(python):
        say(f"Making a virtual environment in {VENV.name} ...")
        if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)], stdout=subprocess.DEVNULL) != 0:
            return stop("No virtual environment could be made; on Debian and Ubuntu, install python3-venv first.")
    if not (VENV / "installed.json").exists() or target not in installed_for(fingerprint(python)):
        say("Installing the tested versions (the first time takes some minutes) ...")
        if subprocess.call(pip_command(python, EXTRAS[target]), stdin=subprocess.DEVNULL) != 0:
            return stop("pip could not install everything; the lines above say what it missed. Then run make again.")
        remember(fingerprint(python), target)
    if target == "test":
        return subprocess.call([str(python), str(HOUSE / "scripts" / "find_chromium.py"), "--install"])
    return 0


def works(python: Path) -> bool:
    """Whether this environment's Python starts and has pip: a moved or half-made environment is made afresh."""
    return python.exists() and subprocess.run([python, "-c", "import pip"], capture_output=True).returncode == 0


def pip_command(python: Path, extra: str) -> list[str]:
    """An editable install under the tested versions, from wherever this machine's pip is set to look."""
    house = f"{HOUSE}[{extra}]" if extra else str(HOUSE)
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
    return [str(python), "-m", "pip", "install", *quiet, "-c", str(HOUSE / "constraints.txt"), "-e", house]


def fingerprint(python: Path) -> str:
    """Changes when what should be installed changes."""
    parts = [(HOUSE / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    return hashlib.sha256(b"\0".join([*parts, str(python.resolve()).encode(), str(HOUSE).encode()])).hexdigest()


def installed_for(current: str) -> list[str]:
    """Targets that are already installed under this fingerprint."""
    stamp = json.loads((VENV / "installed.json").read_text())
    return stamp["targets"] if stamp["fingerprint"] == current else []


def remember(current: str, target: str) -> None:
    known = installed_for(current) if (VENV / "installed.json").exists() else []
    stamp = {"fingerprint": current, "targets": sorted({*known, target, "app"})}
    (VENV / "installed.json").write_text(json.dumps(stamp) + "\n")


def say(sentence: str) -> None:
    print(sentence, flush=True)


def stop(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "app"))
