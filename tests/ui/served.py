"""The real workbench as a process of its own, started by its real command."""

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

COMMAND = Path(sys.executable).with_name("workbench")
START_S = 60.0


class App:
    """One server process. It may be killed and started again on the same port, with what it had saved."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.said: list[str] = []
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until it says where it runs."""
        self._process = subprocess.Popen(
            [COMMAND, "serve", "--no-browser", "--port", str(self.port)],
            env={**os.environ, "WORKBENCH_DATA": str(self.data), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, args=(self._process, lines), daemon=True).start()
        end = time.monotonic() + START_S
        while "runs at" not in (line := lines.get(timeout=max(0.1, end - time.monotonic()))):
            assert line, f"the workbench did not start: {self.said}"

    def kill9(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self, number: signal.Signals, *, impatient: bool = False) -> int:
        """Ask it to end, as Ctrl+C or a service manager does, `impatient`: over and over; gives its exit code."""
        assert self._process is not None
        self._process.send_signal(number)
        end = time.monotonic() + START_S
        while impatient and self._process.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
            self._process.send_signal(number)
        return self._process.wait(START_S)

    def restart(self) -> None:
        """Start it again, on the same port and the same data."""
        if self.running:
            self.kill9()
        self.start()

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def _listen(self, process: subprocess.Popen[str], lines: queue.SimpleQueue[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.said.append(line)
            lines.put(line)
        lines.put("")
