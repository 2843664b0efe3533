"""A command of `polaris-load` that dies at a step: `python -m tests.support.trouble_entry ARGS`.

A step is a call that changes the world: a statement of DuckDB or SQLite, a file written, moved,
removed or synced. TROUBLE_DIE_AT is the number of the step before which the process kills itself,
without any clean-up; 0 or nothing lets it live. With TROUBLE_DIE_ON=files only steps on the names
of files count: there are few of them, and most of what can go wrong is between two of them.
TROUBLE_STEPS_FILE receives how many steps there were, of all and of these. TROUBLE_REAL=1 builds
with dbt and Great Expectations; else a stand-in builds, in a second.
"""

from __future__ import annotations

import io
import itertools
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

_STATEMENTS = {"execute", "executemany", "commit", "begin", "rollback", "checkpoint", "sql"}
_FILES = {"replace", "rename", "unlink", "remove", "mkdir", "rmdir", "fsync", "truncate"}
_DATABASES = ("duckdb", "_duckdb", "sqlite3")


class Death:
    """Counts the steps of every thread and kills the process before one of them."""

    def __init__(self, at: int, *, on_files: bool) -> None:
        self.at = at
        self.on_files = on_files
        self._numbers = itertools.count(1)
        self._file_numbers = itertools.count(1)
        self.steps = 0
        self.file_steps = 0

    def __call__(self, _frame: FrameType, event: str, call: Any) -> None:
        """Takes one event of the interpreter's profiler."""
        if event != "c_call" or not _is_step(call):
            return
        self.steps = next(self._numbers)
        is_file = call.__name__ in _FILES
        if is_file:
            self.file_steps = next(self._file_numbers)
        number = self.file_steps if self.on_files else self.steps
        if number == self.at and (is_file or not self.on_files):
            os.kill(os.getpid(), signal.SIGKILL)


def _is_step(call: Any) -> bool:
    name = getattr(call, "__name__", "")
    owner = getattr(call, "__self__", None)
    if name in _STATEMENTS:
        return type(owner).__module__.partition(".")[0] in _DATABASES
    if name in _FILES:
        return getattr(owner, "__name__", "") == "posix"
    return name == "write" and isinstance(owner, io.IOBase) and owner not in {sys.stdout}


def main() -> int:
    """Runs the command of the arguments and returns its exit code."""
    import pytest

    from polaris.cli import main as command
    from tests.support.fake_build import FakeBuild

    if os.environ.get("TROUBLE_REAL") != "1":
        FakeBuild().install(pytest.MonkeyPatch())
    death = Death(
        int(os.environ.get("TROUBLE_DIE_AT") or 0),
        on_files=os.environ.get("TROUBLE_DIE_ON") == "files",
    )
    threading.setprofile(death)
    sys.setprofile(death)
    try:
        return command(sys.argv[1:])
    finally:
        sys.setprofile(None)
        if path := os.environ.get("TROUBLE_STEPS_FILE"):
            Path(path).write_text(f"{death.steps} {death.file_steps}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
