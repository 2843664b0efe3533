"""The processes of runs: whether one is at work, and telling it to stop."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

# The system's clock of boot times is a second wide.
_SLACK = timedelta(seconds=2)
_START_FIELD = 19  # of what follows the command in /proc/<pid>/stat: ticks since boot


def is_alive(pid: int) -> bool:
    """Whether a process of that id runs on this machine (a zombie does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    fields = _stat(pid)
    return fields is None or fields[0] != "Z"


def began_after(pid: int, moment: datetime) -> bool:
    """Whether the process of that id is another one than the one at work at an (aware) moment.

    After a restart of the machine, or of a container, ids are given anew at once.
    """
    began = started_at(pid)
    return began is not None and began > moment + _SLACK


def started_at(pid: int) -> datetime | None:
    """When a process began, UTC; None where this machine does not say."""
    fields = _stat(pid)
    if fields is None:
        return None
    try:
        boot = next(
            int(line.split()[1])
            for line in Path("/proc/stat").read_text(encoding="ascii").splitlines()
            if line.startswith("btime")
        )
    except (OSError, StopIteration):
        return None
    seconds = int(fields[_START_FIELD]) / os.sysconf("SC_CLK_TCK")
    return datetime.fromtimestamp(boot, UTC) + timedelta(seconds=seconds)


def stop(pid: int, at_work_since: datetime) -> bool:
    """Tells the process that was at work then to end (SIGTERM).

    An id is given anew when its process is gone: one that began later is left alone. The process is
    held by a handle of its own between looking and telling.

    Args:
        pid: of the process.
        at_work_since: aware; the process began before.

    Returns:
        False where that process is gone, or is somebody else's.
    """
    try:
        handle = os.pidfd_open(pid)
    except OSError:
        return False
    try:
        began = started_at(pid)
        if began is None or began > at_work_since + _SLACK or not is_alive(pid):
            return False
        with suppress(ProcessLookupError, PermissionError):
            signal.pidfd_send_signal(handle, signal.SIGTERM)
            return True
        return False
    finally:
        os.close(handle)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Holds back a word to end (SIGTERM) until the block is over.

    For steps that are whole or not at all, and short. Other signals, and other threads than the
    main one, are as ever.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []

    def hold(number: int, _frame: FrameType | None) -> None:
        held.append(number)

    before = signal.signal(signal.SIGTERM, hold)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
    if held:
        signal.raise_signal(signal.SIGTERM)


def _stat(pid: int) -> list[str] | None:
    """The fields of a process after its command, None where they cannot be read."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()
