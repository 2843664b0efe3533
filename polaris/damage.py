"""What a machine did to our files, in a sentence with the next step.

A full disk, a file that was cut off, a lock that is held: such failures come from deep inside a
library, as an error of its own kind. Here they become what a person can act on.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from polaris.errors import Locked, PolarisError
from polaris.settings import Settings

# What the system says of a folder that may not be, or cannot be, written to.
_CLOSED = {
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.ENOTDIR,
    errno.EFBIG,
    errno.EIO,
    errno.EISDIR,
    errno.EEXIST,
}
# The same in the words of DuckDB, SQLite and dlt.
_CLOSED_WORDS = (
    "No space left on device",
    "Read-only file system",
    "Permission denied",
    "File too large",
    "Input/output error",
    "Disk quota exceeded",
    "database or disk is full",
    "readonly database",
    "unable to open database file",
)
# Of those, what only a full disk is called.
_FULL_WORDS = ("No space left on device", "Disk quota exceeded", "database or disk is full")
# What SQLite says of a file that was cut off, and of a full disk.
_CUT_OR_FULL = "disk I/O error"
_BROKEN_SQLITE = ("file is not a database", "disk image is malformed")
# Three blocks: the headers of a database into which nothing was ever written.
_HEADERS_ONLY = 3 * 4096
_ROOM = 1_000_000


def explained(settings: Settings, error: BaseException) -> PolarisError | None:
    """The failure in words, None where it is none of the machine's."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, OSError) and cause.filename is not None:
            place = Path(os.fsdecode(cause.filename))
            is_closed = cause.errno in _CLOSED or not settings.home.exists()
            if is_closed and place.is_relative_to(settings.home):
                return _closed(settings, place, cause.strerror or str(cause))
    # An error that names a file of somebody else's is not about our folder.
    said = " ".join(str(cause) for cause in causes if getattr(cause, "filename", None) is None)
    for words in _CLOSED_WORDS:
        if words in said:
            return _closed(settings, _place(settings, said), words)
    if _is_sqlite(causes):
        return _of_ledger(settings, said)
    if _is_duckdb(causes):
        return _of_database(settings, causes, said)
    return None


def full_disk(settings: Settings, said: str) -> PolarisError | None:
    """The failure of another program in words, where it says that the disk is full."""
    found = next((words for words in _FULL_WORDS if words in said), None)
    return None if found is None else _closed(settings, _place(settings, said), found)


def release(settings: Settings, name: str, error: BaseException) -> PolarisError:
    """A release that is there and cannot be read."""
    from polaris import releases

    others = [item.name for item in releases.list_releases(settings) if item.name != name]
    back = f"`polaris-load rollback {others[0]}` shows the one before, " if others else ""
    return PolarisError(
        f"The release {name} cannot be read: {_short(error)}. {back}"
        "`polaris-load build` publishes a new one."
    )


def warehouse(settings: Settings, error: BaseException) -> PolarisError:
    """A warehouse that cannot be opened."""
    return PolarisError(
        f"{settings.warehouse} is damaged: {_short(error)}. What is published can still be read. "
        "Put the file back from a backup. Without one, move it away, import all files again with "
        f"--no-build (they lie in {settings.archive.name}/ under the SHA-256 that `polaris-load "
        "runs show` tells; Salesforce is read with --full), then `polaris-load build`."
    )


def remove_unborn(settings: Settings) -> bool:
    """Removes a warehouse that was killed while it was made: nothing was ever in it.

    Call it with the lock held, about a file that DuckDB cannot open. Where anything was ever landed
    or published the file stays, however short it is: it was cut off.
    """
    from polaris import ledger, releases

    if settings.warehouse.stat().st_size > _HEADERS_ONLY or releases.list_releases(settings):
        return False
    well = {"succeeded", "partially_failed"}
    if any(run.status in well and not run.dry_run for run in ledger.list_runs(settings)):
        return False
    settings.warehouse.unlink()
    return True


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what it came from, which libraries wrap into errors of theirs."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = getattr(found, "orig", None) or found.__cause__ or found.__context__


def _place(settings: Settings, said: str) -> Path:
    """The first file of the home that a message names in quotation marks, else the home."""
    found = re.search(rf'"({re.escape(str(settings.home))}/[^"]+)"', said)
    return Path(found[1]) if found else settings.home


def _closed(settings: Settings, place: Path, reason: str) -> PolarisError:
    where = f" ({place.relative_to(settings.home)})" if place != settings.home else ""
    closed = "give this user the right to write, free some space"
    full = "its disk is full: free some space and try again"
    do = full if reason in {*_FULL_WORDS, _CUT_OR_FULL} else closed
    return PolarisError(
        f"{settings.home} cannot be used: {reason}{where}. Everything is written there; {do}, "
        "or set POLARIS_HOME to another folder."
    )


def _of_ledger(settings: Settings, said: str) -> PolarisError | None:
    path = settings.ledger_path
    if "database is locked" in said:
        return Locked(f"Another program keeps {path} to itself; close it there, then try again.")
    if _CUT_OR_FULL in said and not _has_room(settings):
        return _closed(settings, settings.home, _CUT_OR_FULL)
    if any(words in said for words in (*_BROKEN_SQLITE, _CUT_OR_FULL)):
        return PolarisError(
            f"{path}, the list of runs, is damaged. Put it back from a backup, or move it away "
            f"with {path.name}-wal and {path.name}-shm: the next run begins a new list, and files, "
            "decisions and releases are not in it."
        )
    return None


def _has_room(settings: Settings) -> bool:
    home = settings.home
    return os.access(home, os.W_OK) and shutil.disk_usage(home).free > _ROOM


def _of_database(settings: Settings, causes: list[BaseException], said: str) -> PolarisError | None:
    """What to say of a file of DuckDB that cannot be read; others of its errors are defects."""
    import duckdb

    kinds = (duckdb.IOException, duckdb.SerializationException, duckdb.FatalException)
    if not any(isinstance(cause, kinds) for cause in causes):
        return None
    first = next(cause for cause in causes if isinstance(cause, kinds))
    if "Could not set lock on file" in said:
        return Locked("A database is open in another program; close it there, then try again.")
    if str(settings.warehouse) in said:
        return warehouse(settings, first)
    for path in settings.releases_dir.glob("*.duckdb"):
        if str(path) in said:
            return release(settings, path.stem, first)
    return None


def _is_sqlite(causes: list[BaseException]) -> bool:
    import sqlite3

    return any(isinstance(cause, sqlite3.DatabaseError) for cause in causes)


def _is_duckdb(causes: list[BaseException]) -> bool:
    return any(type(cause).__module__.lstrip("_").startswith("duckdb") for cause in causes)


def _short(error: BaseException) -> str:
    return " ".join(str(error).split()).rstrip(".!")
