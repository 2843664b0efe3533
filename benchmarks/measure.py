"""Runs a command and says what its whole process tree cost."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1024**2
_SAMPLE_SECONDS = 0.02


@dataclass(frozen=True)
class Cost:
    """What one command cost.

    Attributes:
        cpu_seconds: User and system time of the process and all descendants it waited for.
        wall_seconds: From start to end.
        peak_mb: Highest sum of the resident memory of the tree, sampled every 20 ms. Pages that
            two processes share count twice, so it is an upper bound.
    """

    cpu_seconds: float
    wall_seconds: float
    peak_mb: float


class CommandError(Exception):
    """A measured command did not end as it should; what it said is in the message."""


def run(command: Sequence[str], env: Mapping[str, str], cwd: Path) -> tuple[Cost, str]:
    """Runs a command to its end and returns its cost and its standard output.

    Raises:
        CommandError: it ended with another exit code than 0.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        begun = time.monotonic()
        process = subprocess.Popen(command, env=dict(env), cwd=cwd, stdout=out, stderr=err)
        peak = _Peak(process.pid)
        peak.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        peak.stop()
        out.seek(0)
        err.seek(0)
        said = out.read()
        if process.returncode != 0:
            words = " ".join(map(str, command))
            raise CommandError(f"{words} ended with {process.returncode}:\n{said}\n{err.read()}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, peak.megabytes), said


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each figure on its own."""
    return Cost(
        median(cost.cpu_seconds for cost in costs),
        median(cost.wall_seconds for cost in costs),
        median(cost.peak_mb for cost in costs),
    )


class _Peak(threading.Thread):
    """Samples the resident memory of a process and its descendants until stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.megabytes = 0.0
        self._pid = pid
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(_SAMPLE_SECONDS):
            self.megabytes = max(self.megabytes, sum(map(_resident_mb, _tree(self._pid))))

    def stop(self) -> None:
        self._done.set()
        self.join()


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        try:
            tasks = list(Path(f"/proc/{parent}/task").iterdir())
            lines = [(task / "children").read_text() for task in tasks]
        except OSError:
            continue  # it has just ended
        found += [int(child) for line in lines for child in line.split()]
    return found


def _resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MB
    except (OSError, IndexError):
        return 0.0
