"""The processes of runs: whether one is at work, and telling it to stop."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

_MACHINE = Path("/proc/sys/kernel/random/boot_id")  # another one after each start
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


def identity(pid: int) -> str | None:
    """What tells a process from every other that has, or had, its id; None where nobody says.

    After a restart of the machine, or of a container, ids are given anew at once. The start is
    counted since the machine's, so that nobody who sets a clock makes another process of it.
    """
    fields = _stat(pid)
    if fields is None:
        return None
    try:
        machine = _MACHINE.read_text(encoding="ascii").replace("-", "").strip()
    except OSError:
        machine = ""
    return f"{machine[:12]}.{fields[_START_FIELD]}"


def is_at_work(pid: int, known: str | None) -> bool:
    """Whether the process that was of that id and identity still runs.

    Args:
        pid: of the process.
        known: its `identity`; where that is None, or cannot be told now, the id has to do.
    """
    if not is_alive(pid):
        return False
    now = identity(pid)
    return known is None or now is None or known == now


def stop(pid: int, known: str | None) -> bool:
    """Tells a process to end (SIGTERM), held by a handle of its own between looking and telling.

    Args:
        pid: of the process.
        known: its `identity`; an id is given anew when its process is gone.

    Returns:
        False where that process is gone, or is somebody else's.
    """
    try:
        handle = os.pidfd_open(pid)
    except OSError:
        return False
    try:
        if known is None or identity(pid) != known or not is_alive(pid):
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
