"""A small disk of a test's own, which can be filled to the last byte and emptied again."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from polaris import ledger
from polaris.deciding import decision_engine, decision_store

_BALLAST = ".ballast"


class Disk:
    """A disk that is mounted somewhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def free(self) -> int:
        """Bytes that can still be written."""
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def leave(self, free: int) -> None:
        """Fills the disk but for so many bytes, a page more or less, whoever writes meanwhile."""
        self.empty()
        handle = os.open(self.folder / _BALLAST, os.O_CREAT | os.O_WRONLY)
        try:
            while (room := self.free - free) > 0:
                with suppress(OSError):  # somebody else took of the room just now
                    os.posix_fallocate(handle, os.fstat(handle).st_size, room)
        finally:
            os.close(handle)

    def empty(self) -> None:
        """Takes out what `leave` filled it with."""
        (self.folder / _BALLAST).unlink(missing_ok=True)


def forget() -> None:
    """Closes the stores that this process has open, as when a command of its own begins.

    Where one is open the index of its log stands beside it, and needs no room any more.
    """
    ledger._engine.cache_clear()
    decision_engine.connected.cache_clear()
    decision_store._seen.clear()
    gc.collect()


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[Disk]:
    """Mounts an empty disk in memory at a folder, which is made; what it hides comes back.

    Whoever may not mount skips the test.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m", "polaris-test", str(folder)]
    made = mount and subprocess.run([mount, *options], check=False, capture_output=True)
    if not made or made.returncode != 0:
        pytest.skip("a small disk can be mounted by root alone")
    try:
        yield Disk(folder)
    finally:
        # A database that this process still has open keeps the disk, not its place.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
