"""What a process has used so far, read from Linux's /proc; elsewhere a sentence says that it cannot be measured."""

import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Processor time of all threads of a process, in the kernel too."""
    after_name = _read(PROC / str(pid) / "stat").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / TICKS


def megabytes(pid: int) -> float:
    """Memory that a process has asked for itself. Files and libraries are not in it: what they count for one process
    depends on how many others have them open, so a neighbour that ends would look like growth."""
    line = next(line for line in _read(PROC / str(pid) / "smaps_rollup").splitlines() if line.startswith("Anonymous:"))
    return int(line.split()[1]) / 1000


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    return [pid, *(one for child in _children(pid) for one in family(child))]


def own_children() -> list[int]:
    """The processes that this one has started."""
    return list(_children(os.getpid()))


def command(pid: int) -> str:
    """The command line of a process; empty where it has gone."""
    try:
        return _read(PROC / str(pid) / "cmdline").replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _children(pid: int) -> Iterator[int]:
    try:
        tasks = list((PROC / str(pid) / "task").iterdir())
    except FileNotFoundError:
        return
    for task in tasks:
        yield from map(int, _read(task / "children").split())


def _read(path: Path) -> str:
    if not PROC.is_dir():
        raise SystemExit("Processor time and memory are read from /proc, which this system has not; measure on Linux.")
    return path.read_text(encoding="utf-8", errors="replace")
