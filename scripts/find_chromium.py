"""Find the Chromium that drives the browser tests; with `--install`, get one where that needs no password.

The order: the path in CHROMIUM, a Chromium or Chrome of this system, Debian's package when run as root on Debian,
Playwright's own build. Where none of these works, one sentence says what to type. `sudo` is never called.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def chromium() -> str | None:
    """Path of a Chromium on this machine, or None. A CHROMIUM that leads nowhere is refused with a sentence."""
    wanted = os.environ.get("CHROMIUM")
    if wanted:
        path = shutil.which(wanted)
        if path is None:
            raise ValueError(f"CHROMIUM is {wanted!r}, which is no program; give the path of a Chromium, or unset it.")
        return path
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    return str(MAC) if MAC.exists() else playwrights_own()


def playwrights_own() -> str | None:
    """Path of the build that `playwright install chromium` fetched, or None."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Try the two ways to get a Chromium that need no password; what they print is shown."""
    if os.name == "posix" and os.geteuid() == 0 and Path("/etc/debian_version").exists():
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        update = subprocess.call(["apt-get", "update", "-qq"], env=quiet, stdin=subprocess.DEVNULL)
        packages = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        if update == 0 and subprocess.call(packages, env=quiet, stdin=subprocess.DEVNULL) == 0 and chromium():
            return
    subprocess.call([sys.executable, "-m", "playwright", "install", "chromium"], stdin=subprocess.DEVNULL)


def main(arguments: list[str]) -> int:
    try:
        found = chromium()
        if found is None and "--install" in arguments:
            print("Getting a Chromium for the browser tests ...", flush=True)
            install()
            found = chromium()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if found is None:
        print(
            "No Chromium was found for the browser tests; install one, for example with "
            "`apt-get install chromium` as root, or give its path: `make test CHROMIUM=/path/to/chrome`.",
            file=sys.stderr,
        )
        return 2
    if "--install" not in arguments:
        print(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
