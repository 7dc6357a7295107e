"""How long a person waits: for an import, and from the command to a page that answers."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

from row import Row


def rows() -> Iterator[Row]:
    yield Row("import workbench", 1000 * min(seconds_of("import workbench") for _ in range(5)), "ms", 150, "best of 5")
    yield Row("import workbench.engine", seconds_of("import workbench.engine"), "s", how="torch included")
    first, second = seconds_to_page()
    yield Row("workbench serve → its first page answers", first, "s", 8, "the HTML; drawing comes after")
    yield Row("a second page answers", second, "s", 2)


def seconds_of(statement: str) -> float:
    """Seconds that one statement takes in a fresh Python, its own start not counted."""
    script = f"import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"
    return float(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)


def seconds_to_page() -> tuple[float, float]:
    """Seconds from the command to the first page, and for the next one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-P", "-m", "workbench", "serve", "--port", str(port), "--no-browser"]
    with tempfile.TemporaryDirectory() as data:
        start = time.perf_counter()
        server = subprocess.Popen(command, env={**os.environ, "WORKBENCH_DATA": data}, stdout=subprocess.DEVNULL)
        try:
            first = moment_of_page(port, server) - start
            again = time.perf_counter()
            return first, moment_of_page(port, server) - again
        finally:
            server.terminate()
            server.wait(10)


def moment_of_page(port: int, server: subprocess.Popen) -> float:
    """When the page came."""
    while server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as page:
                page.read()
            return time.perf_counter()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    raise SystemExit("The server stopped before it answered; what it said stands above.")
